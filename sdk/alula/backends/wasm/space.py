"""The iteration space of a step with fewest dims: what steps alike in every view is one dim, in the order of memory."""

from __future__ import annotations

from alula.backends.wasm.kernel import byte_strides
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
    dims: list[Dim] = []
    for axis in range(first, end):
        if shape[axis] != 1:
            dims.append(Dim(shape[axis], [s[axis] if axis < len(s) else 0 for s in strides], axis))
    return dims


def in_memory_order(dims: list[Dim], ranking: list[int]) -> list[Dim]:
    """The dims from the greatest step to the smallest of view `ranking[0]`; where it doesn't step, by the next view."""
    order: list[Dim] = []
    for dim in dims:
        at = len(order)
        while at > 0 and _is_further(dim, order[at - 1], ranking):
            at -= 1
        order.insert(at, dim)
    return order


def _is_further(a: Dim, b: Dim, ranking: list[int]) -> bool:
    for view in ranking:
        one = abs(a.steps[view])
        other = abs(b.steps[view])
        if one != other:
            # a view that doesn't step along one of them says nothing
            if one == 0 or other == 0:
                continue
            return one > other
    return False


def merged(dims: list[Dim], kept: list[int]) -> list[Dim]:
    """Neighbours become one dim where every view steps on from the one to the other; axes `kept` stay alone."""
    result: list[Dim] = []
    for dim in dims:
        last = len(result) - 1
        if last >= 0 and dim.axis not in kept and result[last].axis not in kept and _continues(result[last], dim):
            result[last] = Dim(result[last].size * dim.size, dim.steps, dim.axis)
        else:
            result.append(dim)
    return result


def _continues(outer: Dim, inner: Dim) -> bool:
    for view in range(len(inner.steps)):
        if outer.steps[view] != inner.steps[view] * inner.size:
            return False
    return True


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
