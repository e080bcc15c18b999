"""Arithmetic over runs of float32 arrays, where a loop would take the time (CPython body: NumPy)."""

from __future__ import annotations

import numpy as np

from alula.host.arrays import TypedArray


def dot(a: TypedArray, i: int, b: TypedArray, j: int, n: int) -> float:
    """The sum of products of `n` elements of `a` from index `i` on and of `b` from `j` on, as doubles."""
    left = np.frombuffer(a, dtype=np.float32)[i : i + n].astype(np.float64)
    return float(left @ np.frombuffer(b, dtype=np.float32)[j : j + n].astype(np.float64))


def add_scaled(dst: TypedArray, i: int, src: TypedArray, j: int, n: int, factor: float) -> None:
    """Add `factor` times the `n` elements of `src` from `j` on to those of `dst` from `i` on."""
    added = np.frombuffer(src, dtype=np.float32)[j : j + n] * np.float32(factor)
    np.frombuffer(dst, dtype=np.float32)[i : i + n] += added
