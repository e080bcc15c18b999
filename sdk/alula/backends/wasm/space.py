"""The iteration space of a step with fewest dims, whose steps are bytes."""

from __future__ import annotations

from alula.backends.space import Dim, dims_of, in_memory_order, merged
from alula.backends.wasm.kernel import byte_strides
from alula.dtypes import item_bytes
from alula.kernels.view import View


def byte_dims(shape: list[int], views: list[View], first: int, end: int) -> list[Dim]:
    """Dims first to end (excluded) of the iteration space, those of size 1 left out."""
    return dims_of(shape, [byte_strides(view) for view in views], first, end)


def space_of(shape: list[int], views: list[View], outputs: int, kept: list[int]) -> list[Dim]:
    """All dims, merged, in the order of memory of the last `outputs` views, then of the others; at least two. Axes
    `kept` stay alone."""
    first = len(views) - outputs
    ranking = [*range(first, len(views)), *range(first)]
    dims = merged(in_memory_order(byte_dims(shape, views, 0, len(shape)), ranking), kept)
    while len(dims) < 2:
        dims.insert(0, Dim(1, [item_bytes(view.dtype) for view in views], -1))
    return dims


def cut(outer: list[Dim], dim: Dim, most: int) -> list[Dim]:
    """Shorten `dim` to `most`, as far as halving goes; gives the dims to walk: `outer`, and that of its parts."""
    parts = 1
    while dim.size > most and dim.size % 2 == 0:
        dim.size = dim.size // 2
        parts *= 2
    rest = Dim(parts, [step * dim.size for step in dim.steps], dim.axis)
    walked = [d for d in [*outer, rest] if d.size != 1]
    return walked if len(walked) > 0 else [rest]


def step_class(step: int, item: int) -> str:
    """How a view steps along a dim: '0' not at all, '1' to the next element, 's' by a stride of the block's."""
    if step == 0:
        return '0'
    return '1' if step == item else 's'
