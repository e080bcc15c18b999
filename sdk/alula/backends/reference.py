"""Which backend folds constants on this host: NumPy in CPython; in JS the plain loops (body under sdk/js)."""

from __future__ import annotations

from alula.backends.numpy.run_step import run_step

__all__ = ['run_step']
