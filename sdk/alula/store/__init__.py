"""The model cache: files that were downloaded once, resumed where they broke off, checked whenever they are used."""
