"""The code of a Map: a walk over rows, in each a loop over its elements."""

from __future__ import annotations

from typing import Any

from alula.backends.dag import DagNode
from alula.backends.wasm.assembler import WasmFunction
from alula.backends.wasm.expr_emit import Emitter
from alula.backends.wasm.kernel import word_local
from alula.backends.wasm.lane_memory import splat
from alula.backends.wasm.spelling import SCALAR, VECTOR
from alula.backends.wasm.turn import LANES, Cursor, Turn, index_to_address
from alula.backends.wasm.walk import Walk, advance, while_at_least

CHEAP = 12  # an expression of at most this cost is unrolled
UNROLLED = 4  # vectors per turn of the loop of a cheap expression


class MapCode:
    """One function in the making; `plan`: map.MapPlan. `rows` emits what a row has once, in scalars, `loop` what its
    elements have. `row`: per moving view the address of the row; `cursors`: where the loop is, per moving view, then
    per row load of the plan; `position`: the index along the row."""

    def __init__(self, f: WasmFunction, plan: Any) -> None:
        self.f = f
        self.plan = plan
        self.turn = Turn(f, plan.lanes)
        self.row_turn = Turn(f, SCALAR)
        self.row = [word_local(f, v) for v in plan.moving]
        steps = 1 + len(plan.views)
        self.walk = Walk(f, len(plan.outer), self.row, steps + len(self.row))
        self.cursors: list[Cursor] = []
        for m, kind in enumerate(plan.classes):
            stride = word_local(f, steps + m) if kind == 's' else -1
            self.cursors.append(Cursor(plan.views[plan.moving[m]].dtype, f.local('i32'), kind, stride))
        for node in plan.row_loads:
            self.cursors.append(Cursor(node.dtype, f.local('i32'), '1', -1))
        self.count = f.local('i32')
        self.position = f.local('i32')
        self.rows = Emitter(f, plan.dag, SCALAR, False, self)
        self.loop = Emitter(f, plan.dag, plan.lanes, True, self)

    def emit(self) -> None:
        self.walk.rows(lambda: self._row())

    def _row(self) -> None:
        f = self.f
        f.i32_const(0)
        f.local_set(self.position)
        for m, address in enumerate(self.row):
            f.local_get(address)
            f.local_set(self.cursors[m].address)
        for k, node in enumerate(self.plan.row_loads):
            self.rows.push(node.args[0])
            index_to_address(f, node.dtype, node.value)
            f.local_set(self.cursors[len(self.row) + k].address)
        for node_id in self.plan.held:
            held = self.rows.push_local(node_id)
            if self.plan.lanes == VECTOR:
                f.local_get(held)
                splat(f, self.plan.dag.nodes[node_id].dtype)
                held = f.local('v128')
                f.local_set(held)
            self.loop.bind(node_id, held)
        self._loops(word_local(f, len(self.plan.views)))

    def _loops(self, count: int) -> None:
        if self.plan.lanes == VECTOR:
            if self.plan.cost <= CHEAP and 's' not in self.plan.classes:
                while_at_least(self.f, count, LANES * UNROLLED, lambda: self._turn(UNROLLED))
            while_at_least(self.f, count, LANES, lambda: self._turn(1))
            self.turn.width = 1
        while_at_least(self.f, count, 1, lambda: self._turn(1))

    def _turn(self, vectors: int) -> None:
        """Compute and store `vectors` times `width` elements, and move on."""
        held = self.loop.bound
        for v in range(vectors):
            self.turn.ahead = v
            self.loop.forget(held)
            # All values before the first store: an output may lie where an input does.
            values = [self.loop.push_local(root) for root in self.plan.roots]
            for k, value in enumerate(values):
                self.turn.store(self.cursors[len(self.plan.inputs) + k], value)
        self.loop.forget(held)
        self.turn.ahead = 0
        elements = vectors * self.turn.width
        for cursor in self.cursors:
            self.turn.advance(cursor, elements)
        advance(self.f, self.position, elements)

    def push(self, emitter: Emitter, node: DagNode) -> None:
        """Push a leaf: in the loop what changes along the row, before it what stays the same."""
        turn = self.turn if emitter is self.loop else self.row_turn
        if node.op == 'input':
            turn.push(self.cursors[self.plan.inputs.index(node)])
        elif node in self.plan.row_loads:
            turn.push(self.cursors[len(self.row) + self.plan.row_loads.index(node)])
        elif node.op == 'load':
            emitter.push(node.args[0])
            turn.gather(node.dtype, node.value)
        elif node.value == self.plan.inner.axis:
            turn.push_position(self.position)
        else:
            axes = [dim.axis for dim in self.plan.outer]
            if node.value in axes:
                self.f.local_get(self.walk.indices[axes.index(node.value)])
            else:
                self.f.i32_const(0)
