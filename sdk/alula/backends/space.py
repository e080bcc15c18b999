"""The dims of a step's iteration space: what steps alike in every view is one dim, in the order of memory."""

from __future__ import annotations

from alula.kernels.expr import leaves
from alula.kernels.kernel import Contract, Step, step_shape
from alula.kernels.view import View


class Dim:
    """One dim: its size, what each view steps along it (bytes or elements), and which dim of the step it is (for
    `coord`)."""

    def __init__(self, size: int, steps: list[int], axis: int) -> None:
        self.size = size
        self.steps = steps
        self.axis = axis


def whole_shape(step: Step) -> list[int]:
    """The iteration space of a step: batch, rows, columns, then depth of a Contract."""
    kernel = step.kernel
    shape = step_shape(step)
    return [*shape, *step.inputs[0].shape[kernel.batch + kernel.rows :]] if isinstance(kernel, Contract) else shape


def read_slots(step: Step) -> list[int]:
    """The inputs that the step reads at an index; the others are only loaded from."""
    read: list[int] = [0, 1] if isinstance(step.kernel, Contract) else []
    return [*read, *[leaf.value for expr in step.kernel.all_exprs() for leaf in leaves(expr, 'input')]]


def whole_views(step: Step) -> list[View]:
    """What a step reads, then what it writes, each over the iteration space. What is only loaded from steps nowhere
    in it; along dims beyond its own a view doesn't step either."""
    kernel = step.kernel
    views = [*step.inputs, *step.outputs]
    read = read_slots(step)
    if isinstance(kernel, Contract):
        rows = kernel.batch + kernel.rows
        end = kernel.batch + kernel.depth
        a = views[0].strides
        w = views[1].strides
        no_rows = [0 for _ in range(kernel.rows)]
        no_cols = [0 for _ in range(kernel.cols)]
        views[0] = _with_strides(views[0], [*a[:rows], *no_cols, *a[rows:]])
        views[1] = _with_strides(views[1], [*w[: kernel.batch], *no_rows, *w[end:], *w[kernel.batch : end]])
    last = len(step.inputs)
    return [views[v] if v >= last or v in read else _with_strides(views[v], []) for v in range(len(views))]


def _with_strides(view: View, strides: list[int]) -> View:
    return View(view.buffer, view.shape, strides, view.offset)


def coords_of(step: Step) -> list[int]:
    """The axes whose index the step asks for."""
    return [leaf.value for expr in step.kernel.all_exprs() for leaf in leaves(expr, 'coord')]


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
