"""Nests of loops that move a Place over the dims of an iteration space."""

from __future__ import annotations

from typing import Any

from alula.backends.script.evaluate import Place


def nest(place: Place, begin: int, end: int, visit: Any) -> Any:
    """A function that calls `visit` at each index of the dims `begin` to `end` (excluded), in row-major order."""
    for d in range(end - 1, begin - 1, -1):
        visit = _loop(place, d, visit)
    return visit


def _loop(place: Place, d: int, visit: Any) -> Any:
    """A function that calls `visit` at each index of dim d, and leaves `place` where it was."""
    size = place.shape[d]
    at = place.at
    # A view of fewer dims stands still along the others, or is one that is only loaded from.
    steps = [strides[d] if d < len(strides) else 0 for strides in place.strides]
    count = len(at)

    def run() -> None:
        for i in range(size):
            place.index[d] = i
            visit()
            for s in range(count):
                at[s] += steps[s]
        for s in range(count):
            at[s] -= steps[s] * size

    return run
