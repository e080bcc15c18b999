"""Which kernel a Reduce gets: along which dims lanes run, what a work item is, how the rest is walked. The code:
reduce_code.py."""

from __future__ import annotations

from alula.backends.space import Dim, in_memory_order, merged, product
from alula.backends.wasm.assembler import WasmFunction
from alula.backends.wasm.casts import is_narrow
from alula.backends.wasm.expr_emit import can_emit_all
from alula.backends.wasm.kernel import KernelPlan
from alula.backends.wasm.params import Params
from alula.backends.wasm.reduce_code import COLS, ROWS, SCALARS, ReduceCode
from alula.backends.wasm.space import byte_dims, step_class
from alula.backends.wasm.spelling import SCALAR, VECTOR, kind_or_none
from alula.backends.wasm.walk import walk_words
from alula.backends.wasm.wide_dag import WideDag
from alula.dtypes import item_bytes
from alula.kernels.expr import Expr, binary, cast, cost, div, leaves, mul, stage
from alula.kernels.kernel import Reduce, Step, step_shape
from alula.kernels.view import View, dims_text

LONG_COLUMNS = 16  # contiguous columns from which lanes along them pay even if rows are contiguous too
# Where rows are what lanes hold a work item is a block of them: halves of halves, down to about 64 and still whole
# groups of those that are done together.
ROW_BLOCK = 64
ROW_GROUP = 16
SHORT_COLUMNS = 8  # below this, rows gathered from apart are better than lanes along the columns

# The primitive that combines a stage's term with what there is so far, or asks whether the term is the new extreme.
COMBINING: dict[str, str] = {
    'sum': 'add', 'prod': 'mul', 'max': 'maximum', 'min': 'minimum',
    'argmax': 'gt', 'argmin': 'lt', 'argmax_last': 'ge', 'argmin_last': 'le',
}


class ReduceKernel(KernelPlan):
    """An item is a row where lanes run along columns, else a block of rows side by side.

    `stages`: per stage the ids in `dag` of its term, of any value to combine, of what is combined so far, of both
    combined, of its result; `results`: those of the outputs; `varies`: of each node, whether its value changes along
    the columns. `style`: how it is computed, '' if not in WebAssembly. `lane`: the dim along which lanes run, `kinds`:
    how each view (the inputs, then the outputs) steps along it. `rows`, `cols`: the dims that are walked for the items,
    and for each of them; `stepping`: the views that step along `cols`, whose dims have the steps of no others.
    """

    def __init__(self, step: Step, kernel: Reduce) -> None:
        super().__init__('reduce', '', 0, 0)
        self.kernel = kernel
        self.dag = WideDag()
        self.inputs = len(step.inputs)
        views = [*step.inputs, *step.outputs]
        self.dtypes = [view.dtype for view in views]
        self.stages: list[list[int]] = []
        effort = 0
        for k, s in enumerate(kernel.stages):
            term = by_reciprocals(s.expr)
            if is_narrow(term.dtype):
                term = cast(term, 'int32' if kind_or_none(term.dtype) == 'i32' else 'uint32')
            more = Expr('acc', [], term.dtype, -1)
            so_far = Expr('acc', [], term.dtype, k)
            wanted = [term, more, so_far, binary(COMBINING[s.op], more, so_far), stage(k, s.dtype)]
            self.stages.append([self.dag.root(e) for e in wanted])
            effort += cost(term) + 1
        self.results = [self.dag.stored(by_reciprocals(e)) for e in kernel.exprs]
        for k, scope in enumerate(kernel.scopes):
            effort += cost(kernel.exprs[k]) + 1 if scope == 'element' else 0
        nodes = self.dag.nodes
        coords = [node.value for node in nodes if node.op == 'coord']
        moving = [node.value for node in nodes if node.op == 'input']
        moving.extend(range(self.inputs, len(views)))
        # What only `load` reads has dims of its own.
        views = [view if v in moving else View(view.buffer, [], [], 0) for v, view in enumerate(views)]
        ranking = [*range(self.inputs, len(views)), *range(self.inputs)]
        shape = step_shape(step)
        still = Dim(1, [0 for _ in views], -1)
        rows = merged(in_memory_order(byte_dims(shape, views, 0, kernel.rows), ranking), coords)
        if len(rows) == 0:
            rows = [still]
        cols = byte_dims(shape, views, kernel.rows, len(shape))
        # Where a position is the result, columns are counted in their own order.
        if not any(s.op.startswith('arg') for s in kernel.stages):
            cols = in_memory_order(cols, ranking)
        cols = merged(cols, coords)
        if len(cols) == 0:
            cols = [still]
        self.varies: list[bool] = []
        for node in nodes:
            varies = node.op == 'coord' and node.value >= kernel.rows
            if node.op == 'input':
                varies = any(dim.steps[node.value] != 0 for dim in cols)
            for arg in node.args:
                varies = varies or self.varies[arg]
            self.varies.append(varies)
        elements = product(cols)
        self.style = self._style(rows[-1], cols[-1])
        self.lane = cols.pop() if self.style == COLS else rows.pop()
        self.kinds = self._kinds(self.lane)
        if self.style == COLS:
            cols = [still, *cols]
        else:
            blocks = 1
            while self.lane.size > ROW_BLOCK and self.lane.size % (2 * ROW_GROUP) == 0:
                self.lane.size = self.lane.size // 2
                blocks *= 2
            rows.append(Dim(blocks, [step * self.lane.size for step in self.lane.steps], self.lane.axis))
            elements *= self.lane.size
        self.rows = rows
        self.stepping = [v for v in range(len(views)) if any(dim.steps[v] != 0 for dim in cols)]
        self.cols = [Dim(dim.size, [dim.steps[v] for v in self.stepping], dim.axis) for dim in cols]
        text = dims_text([*[dim.axis for dim in [self.lane, *rows, still, *cols]], *self.stepping])
        self.key = f'{self.style} {kernel.key()} {",".join([*self.dtypes, *self.kinds])} {text}'
        self.items = product(rows)
        self.item_cost = elements * effort * (4 if self.style == SCALARS else 1) + 16

    def _style(self, row: Dim, col: Dim) -> str:
        if not can_emit_all(self.dag, VECTOR):
            return SCALARS if can_emit_all(self.dag, SCALAR) else ''
        enough = LONG_COLUMNS if self._runs_along(row) else SHORT_COLUMNS
        return COLS if self._runs_along(col) and col.size >= enough else ROWS

    def _runs_along(self, dim: Dim) -> bool:
        """Whether views step along the dim element by element, and none by another stride."""
        kinds = self._kinds(dim)
        return '1' in kinds and 's' not in kinds

    def _kinds(self, dim: Dim) -> list[str]:
        return [step_class(dim.steps[v], item_bytes(dtype)) for v, dtype in enumerate(self.dtypes)]

    def emit(self, f: WasmFunction) -> None:
        ReduceCode(f, self).emit()

    def words(self, params: Params, addresses: list[int]) -> list[int]:
        """The size of the dim of lanes, how many columns are walked, the address of each view and its step along the
        lanes; the walk over the rows, that over their columns."""
        head = [self.lane.size, product(self.cols), *addresses, *self.lane.steps]
        return [*head, *walk_words(self.rows), *walk_words(self.cols)]


def by_reciprocals(e: Expr) -> Expr:
    """Each quotient of an element by what a row has once, from its stages, as a product with the reciprocal: a vector
    division takes as long as five products, and a stage's sum is exact to rounding only."""
    args = [by_reciprocals(arg) for arg in e.args]
    if e.op == 'div' and e.dtype == 'float32' and _is_of_row(e.args[1]) and not _is_of_row(e.args[0]):
        return mul(args[0], div(1.0, e.args[1]))
    return Expr(e.op, args, e.dtype, e.value)


def _is_of_row(e: Expr) -> bool:
    return len(leaves(e, 'stage')) > 0 and all(len(leaves(e, op)) == 0 for op in ['input', 'load', 'coord'])


def reduce_kernel(step: Step) -> KernelPlan | None:
    """Any Reduce of types that WebAssembly computes with."""
    assert isinstance(step.kernel, Reduce)
    plan = ReduceKernel(step, step.kernel)
    return plan if plan.style != '' else None
