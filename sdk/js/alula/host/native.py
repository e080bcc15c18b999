"""Ties between Alula's error classes and the host's own (JS body)."""


def as_native_error(error_class, native):
    pass
