"""What the two ways of emitting a Reduce have in common: the loops over the columns, and where each view is in them."""

from __future__ import annotations

from typing import Any

from alula.backends.wasm.assembler import WasmFunction
from alula.backends.wasm.casts import emit_cast, wrap_narrow
from alula.backends.wasm.kernel import push_word, word_local
from alula.backends.wasm.reduce_plan import ReducePlan
from alula.backends.wasm.spelling import SCALAR
from alula.backends.wasm.turn import Turn
from alula.backends.wasm.walk import Walk, advance, while_at_least


class ReduceCode:
    """One function in the making. `row`: per view the address that the walk over the rows is at."""

    def __init__(self, f: WasmFunction, plan: ReducePlan, lanes: str) -> None:
        self.f = f
        self.plan = plan
        self.lanes = lanes
        self.turn = Turn(f, lanes)
        self.row = [word_local(f, v) for v in range(len(plan.views))]
        self.walk = Walk(f, len(plan.rows), self.row, plan.walk_word())
        self.col_indices = [f.local('i32') for _ in plan.cols]
        self.stepping = [self._steps_along_cols(v) for v in range(len(plan.views))]

    def _steps_along_cols(self, view: int) -> bool:
        plan = self.plan
        if view >= plan.inputs:
            return plan.kernel.scopes[view - plan.inputs] == 'element'
        for i in range(len(plan.dag.nodes)):
            if plan.dag.nodes[i].op == 'input' and plan.dag.nodes[i].value == view and plan.varies[i]:
                return True
        return False

    def over_cols(self, dims: int, pointers: list[int], body: Any) -> None:
        """Emit `body(addresses)` in loops over the first `dims` dims of the columns, starting at `pointers`."""
        self._loop_over(0, dims, pointers, body)

    def _loop_over(self, d: int, dims: int, pointers: list[int], body: Any) -> None:
        if d == dims:
            body(pointers)
            return
        f = self.f
        own: list[int] = []
        for v in range(len(pointers)):
            own.append(f.local('i32') if self.stepping[v] else pointers[v])
            if self.stepping[v]:
                f.local_get(pointers[v])
                f.local_set(own[v])
        left = word_local(f, self.plan.col_word(d))
        f.i32_const(0)
        f.local_set(self.col_indices[d])
        while_at_least(f, left, 1, lambda: self._column(d, dims, own, body))

    def _column(self, d: int, dims: int, pointers: list[int], body: Any) -> None:
        f = self.f
        self._loop_over(d + 1, dims, pointers, body)
        for v in range(len(pointers)):
            if self.stepping[v]:
                f.local_get(pointers[v])
                push_word(f, self.plan.col_word(d) + 1 + v)
                f.op('i32.add')
                f.local_set(pointers[v])
        advance(f, self.col_indices[d], 1)

    def finish_stage(self, k: int, lanes: str) -> None:
        """From the combined value on the stack to the stage's result in its type."""
        stage = self.plan.kernel.stages[k]
        dtype = self.plan.dag.nodes[self.plan.stages[k]].dtype
        wrap_narrow(self.f, lanes, dtype)
        emit_cast(self.f, lanes, dtype, stage.dtype)

    def push_row_coordinate(self, axis: int) -> None:
        """Push the row's index along a dim of rows (not one that lanes run along)."""
        for d in range(len(self.plan.rows)):
            if self.plan.rows[d].axis == axis:
                self.f.local_get(self.walk.indices[d])
                return
        self.f.i32_const(0)

    def push_outer_col_coordinate(self, axis: int) -> None:
        """Push the index along a dim of columns that is counted by a loop of its own."""
        for d in range(len(self.plan.cols)):
            if self.plan.cols[d].axis == axis:
                self.f.local_get(self.col_indices[d])
                return
        self.f.i32_const(0)

    def is_scalar(self) -> bool:
        return self.lanes == SCALAR
