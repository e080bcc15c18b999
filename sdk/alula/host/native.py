"""Ties between Alula's error classes and the host's own (CPython body)."""

from __future__ import annotations


def as_native_error(error_class: type[Exception], native: str) -> None:
    """Make `error_class` an instance of the host's error class `native` too, where the host's users test for it
    (JS)."""
