"""Ties between Alula's error classes and the host's own (CPython body)."""

from __future__ import annotations


def as_native_error(error_class: type[Exception], base: type[Exception], native: str) -> None:
    """Make `error_class`, a direct subclass of `base`, an instance of the host's error class `native` as well.

    Only in JS, where callers of onnxruntime-web test for TypeError and RangeError; CPython's callers have `code`."""
