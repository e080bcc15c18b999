"""Which kernel a Reduce gets: along which dims lanes run, and what a work item is. The code: reduce_cols.py,
reduce_rows.py."""

from __future__ import annotations

from alula.backends.wasm.assembler import WasmFunction
from alula.backends.wasm.combine import can_combine
from alula.backends.wasm.kernel import KernelPlan
from alula.backends.wasm.params import Params
from alula.backends.wasm.reduce_cols import ColsCode
from alula.backends.wasm.reduce_plan import POSITIONAL, ROW_BLOCK, ReducePlan
from alula.backends.wasm.reduce_rows import RowsCode
from alula.backends.wasm.space import product
from alula.backends.wasm.spelling import SCALAR, VECTOR, spelling_of
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
        if op in POSITIONAL and spelling_of(SCALAR, 'gt', kind) == '':
            return False
        if not can_combine(lanes, op, kind):
            return False
    return True


class ReduceKernel(KernelPlan):
    """An item is a row where lanes run along columns, else ROW_BLOCK rows side by side."""

    def __init__(self, plan: ReducePlan, style: str) -> None:
        per_element = plan.cost if style != SCALARS else 4 * plan.cost
        rows = 1 if style == COLS else min(ROW_BLOCK, plan.rows[len(plan.rows) - 1].size)
        self.walked = plan.rows if style == COLS else plan.blocks()
        super().__init__(
            'reduce',
            f'{style} {plan.kernel.key()} {plan.key()}',
            product(self.walked),
            rows * (plan.elements() * per_element + 16),
        )
        self.plan = plan
        self.style = style

    def emit(self, f: WasmFunction) -> None:
        if self.style == COLS:
            ColsCode(f, self.plan).emit()
        else:
            RowsCode(f, self.plan, VECTOR if self.style == ROWS else SCALAR).emit()

    def words(self, params: Params, addresses: list[int]) -> list[int]:
        return self.plan.words(addresses, self.walked)


def reduce_kernel(step: Step) -> KernelPlan | None:
    """Any Reduce of types that WebAssembly computes with."""
    assert isinstance(step.kernel, Reduce)
    plan = ReducePlan(step, step.kernel)
    style = style_of(plan)
    return ReduceKernel(plan, style) if style != '' else None
