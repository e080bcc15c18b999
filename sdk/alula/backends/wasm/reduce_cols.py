"""Reduces whose columns are contiguous (softmax, LayerNorm, a mean over the last axis): lanes run along the columns,
and all passes over a row follow one another while the row is in the cache."""

from __future__ import annotations

from typing import Any

from alula.backends.wasm.assembler import WasmFunction
from alula.backends.wasm.combine import Accumulator, combine, combine_lanes
from alula.backends.wasm.dag import DagNode
from alula.backends.wasm.expr_emit import Emitter
from alula.backends.wasm.kernel import word_local
from alula.backends.wasm.lane_memory import load_scalar, splat, store_scalar
from alula.backends.wasm.reduce_code import ReduceCode
from alula.backends.wasm.reduce_plan import ReducePlan
from alula.backends.wasm.spelling import KINDS, SCALAR, VECTOR, value_type
from alula.backends.wasm.turn import LANES, Cursor, index_to_address
from alula.backends.wasm.walk import advance, while_at_least

UNROLLED = 4  # vectors per turn, each with an accumulator of its own: additions must not wait for one another


class RowLeaves:
    """Leaves of what is computed once per row, as scalars; inputs are those at the first column."""

    def __init__(self, code: ColsCode) -> None:
        self.code = code

    def push(self, emitter: Emitter, node: DagNode) -> None:
        f = self.code.f
        if node.op == 'coord':
            self.code.push_row_coordinate(node.value)
        elif node.op == 'input':
            f.local_get(self.code.row[node.value])
            load_scalar(f, node.dtype, 0)
        else:
            emitter.push(node.args[0])
            index_to_address(f, node.dtype, node.value)
            load_scalar(f, node.dtype, 0)


class ElementLeaves:
    """Leaves of what changes along the columns."""

    def __init__(self, code: ColsCode) -> None:
        self.code = code

    def push(self, emitter: Emitter, node: DagNode) -> None:
        code = self.code
        inner = code.plan.cols[len(code.plan.cols) - 1]
        if node.op == 'input':
            code.turn.push(code.cursors[node.value])
        elif node.op == 'load':
            emitter.push(node.args[0])
            code.turn.gather(node.dtype, node.value)
        elif node.value == inner.axis:
            code.turn.push_position(code.position)
        else:
            code.push_outer_col_coordinate(node.value)
            code.f.op('i32x4.splat')


class ColsCode(ReduceCode):
    """`rows` emits what a row has once, `loop` what its elements have; `cursors`: per view, where the loop is."""

    def __init__(self, f: WasmFunction, plan: ReducePlan) -> None:
        super().__init__(f, plan, VECTOR)
        inner = plan.cols[len(plan.cols) - 1]
        self.inner_word = plan.col_word(len(plan.cols) - 1)
        self.cursors: list[Cursor] = []
        for v in range(len(plan.views)):
            kind = plan.inner_class(inner, v)
            self.cursors.append(Cursor(plan.dtypes[v], f.local('i32'), kind, -1))
        self.position = f.local('i32')
        self.rows = Emitter(f, plan.dag, SCALAR, False, RowLeaves(self))
        self.loop = Emitter(f, plan.dag, VECTOR, True, ElementLeaves(self))
        self.stored = self._stored_stage()

    def _stored_stage(self) -> int:
        """The output to which the last stage's terms are written on the way, as exp is in a softmax, so that the pass
        over the elements needs them and nothing else that changes along the row; -1 if there is none."""
        plan = self.plan
        if len(plan.stages) == 0 or len(plan.results) != 1 or plan.kernel.scopes[0] != 'element':
            return -1
        term = plan.stages[len(plan.stages) - 1]
        if plan.dag.nodes[term].dtype != plan.dtypes[plan.inputs] or plan.dag.nodes[term].op == 'input':
            return -1
        return 0 if self._needs_only(plan.results[0], term) else -1

    def _needs_only(self, node_id: int, term: int) -> bool:
        if node_id == term or not self.plan.varies[node_id]:
            return True
        node = self.plan.dag.nodes[node_id]
        if len(node.args) == 0:
            return False
        for arg in node.args:
            if not self._needs_only(arg, term):
                return False
        return True

    def emit(self) -> None:
        self.walk.rows(lambda: self._row())

    def _row(self) -> None:
        for k in range(len(self.plan.stages)):
            self._stage(k)
        row_values: list[int] = []
        elements: list[int] = []
        for k in range(len(self.plan.results)):
            if self.plan.kernel.scopes[k] == 'row':
                row_values.append(self.rows.push_local(self.plan.results[k]))
            else:
                row_values.append(-1)
                elements.append(k)
        if len(elements) > 0:
            self._hold([self.plan.results[k] for k in elements])
            self._pass(lambda vectors: self._store_elements(elements, vectors))
        for k in range(len(row_values)):
            if row_values[k] >= 0:
                self.f.local_get(self.row[self.plan.inputs + k])
                self.f.local_get(row_values[k])
                store_scalar(self.f, self.plan.dtypes[self.plan.inputs + k], 0)

    def _hold(self, roots: list[int]) -> None:
        """Compute what a pass needs but has once per row, and spread it over lanes."""
        for node_id in self.plan.held_nodes(roots):
            if self.loop.bound[node_id] < 0:
                scalar = self.rows.push_local(node_id)
                self._bind_spread(node_id, scalar)

    def _bind_spread(self, node_id: int, scalar: int) -> None:
        lanes = self.f.local('v128')
        self.f.local_get(scalar)
        splat(self.f, self.plan.dag.nodes[node_id].dtype)
        self.f.local_set(lanes)
        self.loop.bind(node_id, lanes)

    def _pass(self, turn: Any) -> None:
        """One pass over the columns: `turn(vectors)` emits the work on that many vectors, 0 for a single element."""
        self.over_cols(len(self.plan.cols) - 1, self.row, lambda addresses: self._inner_loops(addresses, turn))

    def _inner_loops(self, addresses: list[int], turn: Any) -> None:
        f = self.f
        for v in range(len(addresses)):
            f.local_get(addresses[v])
            f.local_set(self.cursors[v].address)
        count = word_local(f, self.inner_word)
        f.i32_const(0)
        f.local_set(self.position)
        self.turn.width = LANES
        while_at_least(f, count, LANES * UNROLLED, lambda: self._turn(UNROLLED, turn))
        while_at_least(f, count, LANES, lambda: self._turn(1, turn))
        self.turn.width = 1
        while_at_least(f, count, 1, lambda: self._turn(0, turn))
        self.turn.width = LANES

    def _turn(self, vectors: int, turn: Any) -> None:
        turn(vectors)
        elements = vectors * LANES if vectors > 0 else 1
        for v in range(len(self.cursors)):
            if self.stepping[v]:
                self.turn.advance(self.cursors[v], elements)
        advance(self.f, self.position, elements)

    def _stage(self, k: int) -> None:
        """One stage: a value per lane and accumulator, one more for the elements that don't fill a vector."""
        f = self.f
        plan = self.plan
        op = plan.kernel.stages[k].op
        kind = plan.stage_kind(k)
        self._hold([plan.stages[k]])
        sums = [Accumulator(f, VECTOR, op, kind) for _ in range(UNROLLED)]
        rest = Accumulator(f, SCALAR, op, kind)
        rest.reset()
        for one in sums:
            one.reset()
        self._pass(lambda vectors: self._add_terms(k, vectors, sums, rest))
        rest.push()
        total = f.local('v128')
        for i in range(UNROLLED):
            sums[i].push()
            if i > 0:
                combine(f, VECTOR, op, kind)
        f.local_set(total)
        combine_lanes(f, op, kind, total)
        self._as_scalar(kind)
        combine(f, SCALAR, op, kind)
        self.finish_stage(k, SCALAR)
        result = f.local(value_type(SCALAR, KINDS[plan.kernel.stages[k].dtype]))
        f.local_set(result)
        node_id = plan.stage_node(k)
        if node_id >= 0:
            self.rows.bind(node_id, result)
            self._bind_spread(node_id, result)

    def _as_scalar(self, kind: str) -> None:
        """A lane of a bool is a mask; the scalar is 0 or 1."""
        if kind == 'bool':
            self.f.i32_const(1)
            self.f.op('i32.and')

    def _add_terms(self, k: int, vectors: int, sums: list[Accumulator], rest: Accumulator) -> None:
        f = self.f
        kind = self.plan.stage_kind(k)
        is_stored = self.stored >= 0 and k == len(self.plan.stages) - 1
        held = self.loop.bound[:]
        term = f.local('v128')
        single = f.local(value_type(SCALAR, kind))
        for v in range(max(1, vectors)):
            self.turn.ahead = v
            self.loop.push(self.plan.stages[k])
            f.local_set(term)
            if vectors > 0:
                sums[v].take(term)
            else:
                f.local_get(term)
                f.lane('f32x4.extract_lane' if kind == 'f32' else 'i32x4.extract_lane', 0)
                self._as_scalar(kind)
                f.local_set(single)
                rest.take(single)
            if is_stored:
                self.turn.store(self.cursors[self.plan.inputs + self.stored], term)
            self.loop.forget(held)
        self.turn.ahead = 0

    def _store_elements(self, outputs: list[int], vectors: int) -> None:
        """The outputs of each element: all values before the first store."""
        f = self.f
        held = self.loop.bound[:]
        for v in range(max(1, vectors)):
            self.turn.ahead = v
            if self.stored >= 0:
                term = f.local('v128')
                self.turn.push(self.cursors[self.plan.inputs + self.stored])
                f.local_set(term)
                self.loop.bind(self.plan.stages[len(self.plan.stages) - 1], term)
            values: list[int] = []
            for k in outputs:
                value = f.local('v128')
                self.loop.push(self.plan.results[k])
                f.local_set(value)
                values.append(value)
            for i in range(len(outputs)):
                self.turn.store(self.cursors[self.plan.inputs + outputs[i]], values[i])
            self.loop.forget(held)
        self.turn.ahead = 0
