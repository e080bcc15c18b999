"""The form in which a Contract reaches its fast kernel: few dims, w packed in tiles of columns.

What the micro-kernel walks is simple: batches, rows (any number of dims, turned into a table), one dim of columns and
runs of depth. Here a step's dims are sorted into that form; the packing itself is in legalise.py, the code in gemm.py.
"""

from __future__ import annotations

from alula.backends.space import Dim, in_memory_order, merged, whole_shape, whole_views
from alula.backends.wasm.expr_emit import can_emit
from alula.backends.wasm.space import byte_dims
from alula.backends.wasm.wide_dag import WideDag
from alula.kernels.expr import Expr
from alula.kernels.kernel import Contract, Step

LANES = 8  # columns of a tile of w: two vectors, what a row of accumulators of the micro-kernel spans
SHORT_RUN = 8  # an innermost run of depth below this pays for its loop; a longer one, if any, is taken instead

FLOAT_BYTES = 4
# Operands are numbered as the step's views: a, w, what the epilogue reads (by its slots), the output.
A = 0
W = 1


def can_apply(epilogue: Expr, lanes: str) -> bool:
    """Whether the expression asks only for the sum and the inputs at the same index, and the lanes compute it."""
    dag = WideDag()
    dag.stored(epilogue)
    for node in dag.nodes:
        if node.op == 'coord' or node.op == 'load' or not can_emit(dag, node, lanes):
            return False
    return True


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


class Form:
    """A Contract's dims by role, none of size 1 but perhaps the one of columns, `cols`; moved to where the micro-kernel
    likes them and merged where all operands step as one. Steps are in bytes, by operand."""

    def __init__(self, step: Step, kernel: Contract) -> None:
        cols_at = kernel.batch + kernel.rows
        depth_at = cols_at + kernel.cols
        shape = whole_shape(step)
        views = whole_views(step)
        dims = byte_dims(shape, views, 0, len(shape))
        cols = [dim for dim in dims if cols_at <= dim.axis < depth_at]
        cols = merged(in_memory_order(cols, [len(step.inputs)]), [])
        self.cols: Dim = cols.pop() if len(cols) > 0 else Dim(1, [0 for _ in views], -1)
        # Batches that share w are further rows: one product with more of them. Columns that no single stride reaches
        # are products of their own.
        self.rows = merged([dim for dim in dims if dim.axis < cols_at and dim.steps[W] == 0], [])
        self.batch = merged([*[dim for dim in dims if dim.axis < cols_at and dim.steps[W] != 0], *cols], [])
        self.depth = _walk(in_memory_order([dim for dim in dims if dim.axis >= depth_at], [A]))


def runs_of(dims: list[Dim], operand: int) -> list[Dim]:
    """The dims with the steps of one operand, merged where it steps on from the one to the other; at least one."""
    runs = merged([Dim(dim.size, [dim.steps[operand]], -1) for dim in dims], [])
    return runs if len(runs) > 0 else [Dim(1, [FLOAT_BYTES], -1)]


def _walk(depth: list[Dim]) -> list[Dim]:
    """The depth in the order of a's memory (the order of a sum is free), but a long run innermost."""
    runs = runs_of(depth, A)
    if len(runs) > 1 and runs[len(runs) - 1].size < SHORT_RUN:
        longest = depth[0]
        for dim in depth:
            if dim.size >= longest.size:
                longest = dim
        depth.remove(longest)
        depth.append(longest)
    return depth
