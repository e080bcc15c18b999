"""Post-processing: from what models write to what users read."""
