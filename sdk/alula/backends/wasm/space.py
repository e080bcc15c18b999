"""The iteration space of a step with fewest dims: what steps alike in every view is one dim, in the order of memory."""

from __future__ import annotations

from alula.backends.wasm.kernel import byte_strides
from alula.dtypes import item_bytes
from alula.kernels.view import View


class Dim:
    """One dim: its size, the bytes that each view steps along it, and which dim of the step it is (for `coord`)."""

    def __init__(self, size: int, steps: list[int], axis: int) -> None:
        self.size = size
        self.steps = steps
        self.axis = axis


def dims_of(shape: list[int], views: list[View], first: int, end: int) -> list[Dim]:
    """Dims first to end (excluded) of the iteration space, those of size 1 left out."""
    strides = [byte_strides(view) for view in views]
    return [
        Dim(shape[axis], [s[axis] if axis < len(s) else 0 for s in strides], axis)
        for axis in range(first, end)
        if shape[axis] != 1
    ]


def space_of(shape: list[int], views: list[View], outputs: int, kept: list[int]) -> list[Dim]:
    """All dims, merged, in the order of memory of the last `outputs` views, then of the others; at least two. Axes
    `kept` stay alone."""
    first = len(views) - outputs
    ranking = [*range(first, len(views)), *range(first)]
    dims = merged(in_memory_order(dims_of(shape, views, 0, len(shape)), ranking), kept)
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


def in_memory_order(dims: list[Dim], ranking: list[int]) -> list[Dim]:
    """The dims from the greatest step to the smallest; what counts is the first view of `ranking` that steps along the
    dim."""
    order = dims[:]
    order.sort(key=lambda dim: -[*[abs(dim.steps[v]) for v in ranking if dim.steps[v] != 0], 0][0])
    return order


def merged(dims: list[Dim], kept: list[int]) -> list[Dim]:
    """Neighbours become one dim where every view steps on from the one to the other; axes `kept` stay alone."""
    result: list[Dim] = []
    for dim in dims:
        size = dim.size
        if len(result) > 0 and dim.axis not in kept and result[-1].axis not in kept:
            if all(result[-1].steps[view] == step * size for view, step in enumerate(dim.steps)):
                size *= result.pop().size
        result.append(Dim(size, dim.steps, dim.axis))
    return result


def product(dims: list[Dim]) -> int:
    count = 1
    for dim in dims:
        count *= dim.size
    return count


def step_class(step: int, item: int) -> str:
    """How a view steps along a dim: '0' not at all, '1' to the next element, 's' by a stride of the block's."""
    if step == 0:
        return '0'
    return '1' if step == item else 's'
