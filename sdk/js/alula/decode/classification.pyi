"""Classifications are answers: JS users don't make them."""

class Classification:
    __init__ = None
