"""Pre-processing: from what users have (pictures, text) to what models read."""
