"""Ties between Alula's error classes and the host's own (JS body)."""


def as_native_error(error_class, native):
    """Make `error_class` an instance of the host's error class `native` too, where the host's users test for it (JS)."""
