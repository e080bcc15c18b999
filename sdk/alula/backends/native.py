"""The backend that only CPython has (CPython body)."""

from __future__ import annotations

from alula.backends.base import Backend
from alula.backends.numpy.run_step import run_step
from alula.backends.steps import StepBackend

# Names in the order of preference when the caller names none.
PREFERENCE = ['numpy']


def native_backend(label: str) -> Backend | None:
    """The backend of that name if this host alone has it."""
    return StepBackend('numpy', run_step) if label == 'numpy' else None
