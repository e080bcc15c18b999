"""The generator of Reduces: along which dims lanes run, and what a work item is. The code: reduce_cols.py,
reduce_rows.py."""

from __future__ import annotations

from alula.backends.wasm.assembler import Assembler, WasmFunction
from alula.backends.wasm.combine import can_combine
from alula.backends.wasm.kernel import Features, Generator, kernel_function
from alula.backends.wasm.reduce_cols import ColsCode
from alula.backends.wasm.reduce_plan import POSITIONAL, ROW_BLOCK, ReducePlan
from alula.backends.wasm.reduce_rows import RowsCode
from alula.backends.wasm.space import Dim, product
from alula.backends.wasm.spelling import SCALAR, VECTOR, mnemonic_of
from alula.kernels.kernel import Reduce, Step

LONG_COLUMNS = 16  # contiguous columns from which lanes along them pay even if rows are contiguous too
SHORT_COLUMNS = 8  # below this, rows gathered from apart are better than lanes along the columns

COLS = 'lanes of columns'
ROWS = 'lanes of rows'
SCALARS = 'scalars'


def style_of(plan: ReducePlan) -> str:
    """How the Reduce is computed; '' if it isn't in WebAssembly."""
    if _fits(plan, VECTOR):
        cols = plan.cols[len(plan.cols) - 1]
        rows = plan.rows[len(plan.rows) - 1]
        along_cols = plan.contiguous_inputs(cols) > 0 and plan.fits_rows_in_scalars() and _all_combine(plan, SCALAR)
        if along_cols and cols.size >= LONG_COLUMNS:
            return COLS
        if plan.contiguous_inputs(rows) > 0:
            return ROWS
        return COLS if along_cols and cols.size >= SHORT_COLUMNS else ROWS
    return SCALARS if _fits(plan, SCALAR) else ''


def _fits(plan: ReducePlan, lanes: str) -> bool:
    return plan.fits(lanes) and _all_combine(plan, lanes)


def _all_combine(plan: ReducePlan, lanes: str) -> bool:
    for k in range(len(plan.stages)):
        op = plan.kernel.stages[k].op
        kind = plan.stage_kind(k)
        if op in POSITIONAL and mnemonic_of(SCALAR, 'gt', kind) == '':
            return False
        if not can_combine(lanes, op, kind):
            return False
    return True


class ReduceGenerator(Generator):
    """An item is a row where lanes run along columns, else ROW_BLOCK rows side by side."""

    def __init__(self) -> None:
        super().__init__('reduce')

    def plan(self, step: Step) -> ReducePlan:
        assert isinstance(step.kernel, Reduce)
        plan = ReducePlan(step, step.kernel)
        plan.style = style_of(plan)
        return plan

    def reduced(self, step: Step) -> ReducePlan:
        plan: ReducePlan = self.planned(step)
        return plan

    def matches(self, step: Step, features: Features) -> bool:
        return isinstance(step.kernel, Reduce) and self.reduced(step).style != ''

    def code_key(self, step: Step) -> str:
        plan = self.reduced(step)
        return f'{plan.style} {step.kernel.key()} {plan.key()}'

    def emit(self, assembler: Assembler, step: Step, features: Features) -> WasmFunction:
        f = kernel_function(assembler)
        plan = self.reduced(step)
        if plan.style == COLS:
            ColsCode(assembler, f, plan, features.relaxed).emit()
        else:
            RowsCode(assembler, f, plan, VECTOR if plan.style == ROWS else SCALAR, features.relaxed).emit()
        return f

    def params(self, step: Step, addresses: list[int]) -> list[int]:
        plan = self.reduced(step)
        return plan.words(addresses, _items(plan))

    def items(self, step: Step) -> int:
        return product(_items(self.reduced(step)))

    def item_cost(self, step: Step) -> int:
        plan = self.reduced(step)
        per_element = plan.cost if plan.style != SCALARS else 4 * plan.cost
        rows = 1 if plan.style == COLS else min(ROW_BLOCK, plan.rows[len(plan.rows) - 1].size)
        return rows * (plan.elements() * per_element + 16)


def _items(plan: ReducePlan) -> list[Dim]:
    return plan.rows if plan.style == COLS else plan.blocks()
