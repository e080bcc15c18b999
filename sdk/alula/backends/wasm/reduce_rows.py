"""Reduces whose rows are contiguous (over an outer axis, means of images with channels last, windows), and all others:
lanes hold rows side by side, or one row in scalars, and the loops over the columns run inside."""

from __future__ import annotations

from alula.backends.wasm.assembler import WasmFunction
from alula.backends.wasm.casts import emit_cast
from alula.backends.wasm.combine import Accumulator
from alula.backends.wasm.dag import DagNode
from alula.backends.wasm.expr_emit import Emitter, Leaves
from alula.backends.wasm.kernel import push_word, word_local
from alula.backends.wasm.reduce_code import ReduceCode
from alula.backends.wasm.reduce_plan import POSITIONAL, ROW_BLOCK, ReducePlan
from alula.backends.wasm.spelling import KINDS, SCALAR, VECTOR, spelling_of, value_type
from alula.backends.wasm.turn import LANES, Cursor
from alula.backends.wasm.walk import advance, while_at_least

UNROLLED = 4  # vectors of rows that are done together


class RowsLeaves(Leaves):
    def __init__(self, code: RowsCode) -> None:
        self.code = code

    def push(self, emitter: Emitter, node: DagNode) -> None:
        code = self.code
        if node.op == 'input':
            code.turn.push(code.cursors[node.value])
        elif node.op == 'load':
            emitter.push(node.args[0])
            code.turn.gather(node.dtype, node.value)
        elif node.value == code.plan.rows[len(code.plan.rows) - 1].axis:
            code.turn.push_position(code.position)
        else:
            if node.value < code.plan.first_axis_of_cols:
                code.push_row_coordinate(node.value)
            else:
                code.push_outer_col_coordinate(node.value)
            if not code.is_scalar():
                code.f.op('i32x4.splat')


class RowsCode(ReduceCode):
    """`at`: per view the first column of the rows that the loop is at; `cursors`: per view, where `loop` reads."""

    def __init__(self, f: WasmFunction, plan: ReducePlan, lanes: str) -> None:
        super().__init__(f, plan, lanes)
        self.inner = plan.rows[len(plan.rows) - 1]
        self.at = [f.local('i32') for _ in plan.views]
        self.strides: list[int] = []
        for v in range(len(plan.views)):
            apart = plan.inner_class(self.inner, v) == 's'
            self.strides.append(word_local(f, plan.inner_row_word() + 1 + v) if apart else -1)
        self.cursors = self._cursors(self.at)
        self.position = f.local('i32')
        self.count = f.local('i32')
        self.column = f.local('i32')
        self.loop = Emitter(f, plan.dag, lanes, False, RowsLeaves(self))
        # what is bound for each of the vectors that are done together
        self.bound: list[list[int]] = []

    def _cursors(self, addresses: list[int]) -> list[Cursor]:
        plan = self.plan
        made: list[Cursor] = []
        for v in range(len(addresses)):
            kind = plan.inner_class(self.inner, v)
            made.append(Cursor(plan.dtypes[v], addresses[v], kind, self.strides[v]))
        return made

    def emit(self) -> None:
        self.walk.rows(lambda: self._block())

    def _block(self) -> None:
        """Up to ROW_BLOCK rows along the innermost dim of rows."""
        f = self.f
        for v in range(len(self.at)):
            f.local_get(self.row[v])
            f.local_set(self.at[v])
        f.local_get(self.walk.indices[self.walk.rank - 1])
        f.i32_const(ROW_BLOCK)
        f.op('i32.mul')
        f.local_set(self.position)
        left = f.local('i32')
        push_word(f, self.plan.inner_row_word())
        f.local_get(self.position)
        f.op('i32.sub')
        f.local_tee(left)
        f.i32_const(ROW_BLOCK)
        f.local_get(left)
        f.i32_const(ROW_BLOCK)
        f.op('i32.lt_s')
        f.op('select')
        f.local_set(self.count)
        if self.lanes == VECTOR:
            self.turn.width = LANES
            if -1 == max(self.strides):
                while_at_least(f, self.count, LANES * UNROLLED, lambda: self._group(UNROLLED))
            while_at_least(f, self.count, LANES, lambda: self._group(1))
            self.turn.width = 1
        while_at_least(f, self.count, 1, lambda: self._group(1))

    def _group(self, vectors: int) -> None:
        """All stages and outputs of `vectors` times `width` rows."""
        nothing = [-1 for _ in self.plan.dag.nodes]
        self.bound = [nothing[:] for _ in range(vectors)]
        for k in range(len(self.plan.stages)):
            self._stage(k)
        rows: list[int] = []
        elements: list[int] = []
        for k in range(len(self.plan.results)):
            chosen = rows if self.plan.kernel.scopes[k] == 'row' else elements
            chosen.append(k)
        values = [self._row_values(k) for k in rows]
        if len(elements) > 0:
            self._hold([self.plan.results[k] for k in elements])
            self.over_cols(len(self.plan.cols), self.at, lambda addresses: self._store_elements(elements, addresses))
        for i in range(len(rows)):
            for v in range(vectors):
                self.turn.ahead = v
                self.turn.store(self.cursors[self.plan.inputs + rows[i]], values[i][v])
        self.turn.ahead = 0
        done = vectors * self.turn.width
        for cursor in self.cursors:
            self.turn.advance(cursor, done)
        advance(self.f, self.position, done)

    def _row_values(self, k: int) -> list[int]:
        """Locals with output k of each vector of rows."""
        root = self.plan.results[k]
        values: list[int] = []
        for v in range(len(self.bound)):
            self.turn.ahead = v
            self.loop.forget(self.bound[v])
            value = self.f.local(value_type(self.lanes, KINDS[self.plan.dag.nodes[root].dtype]))
            self.loop.push(root)
            self.f.local_set(value)
            values.append(value)
        return values

    def _hold(self, roots: list[int]) -> None:
        """Compute what a pass needs but has once per row."""
        held = self.plan.held_nodes(roots)
        for v in range(len(self.bound)):
            self.turn.ahead = v
            self.loop.forget(self.bound[v])
            for node_id in held:
                self.loop.push_local(node_id)
            # What those were made of stays bound as well, but for what changes along the columns.
            for i in range(len(self.plan.varies)):
                if self.plan.varies[i]:
                    self.loop.bind(i, -1)
            self.bound[v] = self.loop.bound[:]

    def _stage(self, k: int) -> None:
        f = self.f
        plan = self.plan
        stage = plan.kernel.stages[k]
        kind = plan.stage_kind(k)
        positional = stage.op in POSITIONAL
        self._hold([plan.stages[k]])
        results = [Accumulator(f, self.lanes, stage.op, kind) for _ in self.bound]
        best = f.local('i32')
        for one in results:
            one.reset()
        for counter in [best, self.column]:
            f.i32_const(0)
            f.local_set(counter)
        if positional:
            extreme = results[0].value
            self.over_cols(len(plan.cols), self.at, lambda addresses: self._compare(k, addresses, extreme, best))
        else:
            self.over_cols(len(plan.cols), self.at, lambda addresses: self._add_terms(k, addresses, results))
        node_id = plan.stage_node(k)
        for v in range(len(results)):
            if positional:
                f.local_get(best)
                emit_cast(f, SCALAR, 'int32', stage.dtype)
            else:
                results[v].push()
                self.finish_stage(k, self.lanes)
            value = f.local(value_type(self.lanes, KINDS[stage.dtype]))
            f.local_set(value)
            if node_id >= 0:
                self.bound[v][node_id] = value

    def _add_terms(self, k: int, addresses: list[int], results: list[Accumulator]) -> None:
        term = self.f.local(value_type(self.lanes, self.plan.stage_kind(k)))
        outside = self.cursors
        self.cursors = self._cursors(addresses)
        for v in range(len(results)):
            self.turn.ahead = v
            self.loop.forget(self.bound[v])
            self.loop.push(self.plan.stages[k])
            self.f.local_set(term)
            results[v].take(term)
        self.cursors = outside

    def _compare(self, k: int, addresses: list[int], extreme: int, best: int) -> None:
        """Keep the position of the first (or last) extreme."""
        f = self.f
        op = self.plan.kernel.stages[k].op
        kind = self.plan.stage_kind(k)
        term = f.local(value_type(SCALAR, kind))
        better = f.local('i32')
        outside = self.cursors
        self.cursors = self._cursors(addresses)
        self.loop.forget(self.bound[0])
        self.loop.push(self.plan.stages[k])
        f.local_tee(term)
        f.local_get(extreme)
        compare = 'g' if op.startswith('argmax') else 'l'
        f.op(spelling_of(SCALAR, compare + ('e' if op.endswith('_last') else 't'), kind))
        f.local_set(better)
        for chosen, kept in [[term, extreme], [self.column, best]]:
            f.local_get(chosen)
            f.local_get(kept)
            f.local_get(better)
            f.op('select')
            f.local_set(kept)
        advance(f, self.column, 1)
        self.cursors = outside

    def _store_elements(self, outputs: list[int], addresses: list[int]) -> None:
        """The outputs of one column: all values before the first store."""
        f = self.f
        outside = self.cursors
        self.cursors = self._cursors(addresses)
        for v in range(len(self.bound)):
            self.turn.ahead = v
            self.loop.forget(self.bound[v])
            values: list[int] = []
            for k in outputs:
                root = self.plan.results[k]
                value = f.local(value_type(self.lanes, KINDS[self.plan.dag.nodes[root].dtype]))
                self.loop.push(root)
                f.local_set(value)
                values.append(value)
            for i in range(len(outputs)):
                self.turn.store(self.cursors[self.plan.inputs + outputs[i]], values[i])
        self.turn.ahead = 0
        self.cursors = outside
