"""Ties between Alula's error classes and the host's own (CPython body)."""

from __future__ import annotations


def as_native_errors(base: type[Exception], type_error: type[Exception], range_error: type[Exception]) -> None:
    """Make two direct subclasses of `base` subclasses of the host's own TypeError and RangeError as well.

    Only in JS, where callers of onnxruntime-web test for TypeError and RangeError; CPython's callers have `code`."""
