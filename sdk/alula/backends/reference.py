"""Which backend folds constants on this host (CPython body): NumPy."""

from __future__ import annotations

from typing import Any

from alula.backends.numpy.run_step import run_step as run_by_numpy
from alula.kernels.kernel import Step


def run_step(step: Step, array_of: Any) -> None:
    """Run one step over host arrays: `array_of(buffer)` is the buffer's typed array."""
    run_by_numpy(step, array_of)
