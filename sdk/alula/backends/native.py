"""The backend that only CPython has (CPython body)."""

from __future__ import annotations

from alula.backends.base import Backend
from alula.backends.numpy.backend import NumpyBackend

# Names in the order of preference when the caller names none.
PREFERENCE = ['numpy']


def native_backend(label: str) -> Backend | None:
    """The backend of that name if this host alone has it."""
    return NumpyBackend() if label == 'numpy' else None
