"""The form in which a Contract reaches its fast kernel: few axes, w packed in tiles of columns.

What the micro-kernel walks is simple: batches, rows (any number of dims, turned into a table), one dim of columns and
runs of depth. Here a step's dims are sorted into that form; the packing itself is in legalise.py, the code in gemm.py.
"""

from __future__ import annotations

from alula.kernels.expr import Expr
from alula.kernels.kernel import Contract, Step
from alula.kernels.view import View, numel

LANES = 8  # columns of a tile of w: two vectors, what a row of accumulators of the micro-kernel spans
SHORT_RUN = 8  # an innermost run of depth below this pays for its loop; a longer one, if any, is taken instead

A = 0
W = 1
OUT = 2  # then what the epilogue reads


class PackedContract(Contract):
    """A Contract of float32 in the form above: w is a view [batch…, tile, k, lane] with LANES lanes side by side.

    Column n of w is lane n % LANES of tile n // LANES; k runs over the depth dims in row-major order. The lanes beyond
    the last column hold anything: what is computed from them is not stored. There is one dim of columns. `tile` is the
    most rows that the micro-kernel takes at a time.
    """

    def __init__(self, batch: int, rows: int, depth: int, epilogue: Expr, tile: int) -> None:
        super().__init__(batch, rows, 1, depth, 'float32', epilogue)
        self.tile = tile

    def key(self) -> str:
        return f'packed {self.tile}x{LANES} {super().key()}'


class Axis:
    """A dim of the iteration space: its size, and the step along it of each operand: a, w, out, the epilogue's."""

    def __init__(self, size: int, steps: list[int]) -> None:
        self.size = size
        self.steps = steps


class Form:
    """A Contract's axes by role, none of size 1 but perhaps the one of columns."""

    def __init__(self, batch: list[Axis], rows: list[Axis], cols: Axis, depth: list[Axis]) -> None:
        self.batch = batch
        self.rows = rows
        self.cols = cols
        self.depth = depth


def operands(step: Step) -> list[View]:
    """a, w, out, then what the epilogue reads: the order of an axis's steps."""
    views = [step.inputs[0], step.inputs[1], step.outputs[0]]
    views.extend(step.inputs[2:])
    return views


def form_of(step: Step, kernel: Contract) -> Form:
    """The step's axes, moved to where the micro-kernel likes them and merged where all operands step as one."""
    views = operands(step)
    batch: list[Axis] = []
    rows: list[Axis] = []
    for d in range(kernel.batch):
        axis = Axis(views[A].shape[d], [v.strides[d] for v in views])
        # Batches that share w are further rows: one product with more of them.
        group = rows if axis.steps[W] == 0 else batch
        group.append(axis)
    for d in range(kernel.rows):
        rows.append(_axis(views, views[A].shape[kernel.batch + d], kernel.batch + d, -1, kernel.batch + d))
    depth: list[Axis] = []
    for d in range(kernel.depth):
        at = kernel.batch + kernel.rows + d
        depth.append(_axis(views, views[A].shape[at], at, kernel.batch + d, -1))
    cols: list[Axis] = []
    for d in range(kernel.cols):
        at = kernel.batch + kernel.depth + d
        cols.append(_axis(views, views[W].shape[at], -1, at, kernel.batch + kernel.rows + d))
    cols.sort(key=lambda axis: -abs(axis.steps[OUT]))
    every = list(range(len(views)))
    cols = merged(cols, every)
    # Columns that no single stride reaches are products of their own.
    batch.extend(cols[:len(cols) - 1] if len(cols) > 1 else [])
    inner = cols[len(cols) - 1] if len(cols) > 0 else Axis(1, [0 for _ in views])
    return Form(merged(batch, every), merged(rows, every), inner, _walk(depth))


def _axis(views: list[View], size: int, a_dim: int, w_dim: int, out_dim: int) -> Axis:
    """The axis that is dim `a_dim` of a, `w_dim` of w, `out_dim` of the others; -1 where an operand has none of it."""
    steps: list[int] = []
    for i in range(len(views)):
        dim = a_dim if i == A else (w_dim if i == W else out_dim)
        steps.append(views[i].strides[dim] if dim >= 0 else 0)
    return Axis(size, steps)


def merged(axes: list[Axis], which: list[int]) -> list[Axis]:
    """The axes without those of size 1; neighbours that the operands `which` cross without a jump become one."""
    result: list[Axis] = []
    for axis in axes:
        if axis.size == 1:
            continue
        if len(result) > 0:
            outer = result[len(result) - 1]
            joins = True
            for i in which:
                if outer.steps[i] != axis.steps[i] * axis.size:
                    joins = False
            if joins:
                result[len(result) - 1] = Axis(outer.size * axis.size, axis.steps)
                continue
        result.append(axis)
    return result


def _walk(depth: list[Axis]) -> list[Axis]:
    """The depth axes in the order of a's memory (the order of a sum is free), a long run innermost."""
    order = [axis for axis in depth if axis.size != 1]
    order.sort(key=lambda axis: -abs(axis.steps[A]))
    runs = merged(order, [A])
    if len(runs) < 2 or runs[len(runs) - 1].size >= SHORT_RUN:
        return order
    longest = order[len(order) - 1]
    for axis in order:
        if axis.size > longest.size:
            longest = axis
    order.remove(longest)
    order.append(longest)
    return order


def view_of(view: View, operand: int, groups: list[list[Axis]]) -> View:
    """The operand as a view with the axes of `groups` as its dims."""
    shape: list[int] = []
    strides: list[int] = []
    for group in groups:
        for axis in group:
            shape.append(axis.size)
            strides.append(axis.steps[operand])
    return View(view.buffer, shape, strides, view.offset)


def size_of(axes: list[Axis]) -> int:
    return numel([axis.size for axis in axes])
