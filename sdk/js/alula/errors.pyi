"""The errors as JS users see them."""

class AlulaError:
    within = None
