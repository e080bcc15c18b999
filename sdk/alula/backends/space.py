"""The dims of a step's iteration space: what steps alike in every view is one dim, in the order of memory."""

from __future__ import annotations


class Dim:
    """One dim: its size, what each view steps along it (bytes or elements), and which dim of the step it is (for
    `coord`)."""

    def __init__(self, size: int, steps: list[int], axis: int) -> None:
        self.size = size
        self.steps = steps
        self.axis = axis


def dims_of(shape: list[int], strides: list[list[int]], first: int, end: int) -> list[Dim]:
    """Dims first to end (excluded) of the iteration space, those of size 1 left out. `strides`: of each view, which
    steps nowhere along dims that it has not."""
    return [
        Dim(shape[axis], [s[axis] if axis < len(s) else 0 for s in strides], axis)
        for axis in range(first, end)
        if shape[axis] != 1
    ]


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
