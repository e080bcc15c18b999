"""The code of a Reduce: lanes run along contiguous columns (softmax, LayerNorm, a mean over the last axis), or hold
rows side by side (over an outer axis, means of images with channels last); scalars are rows in a single lane."""

from __future__ import annotations

from typing import Any

from alula.backends.dag import DagNode
from alula.backends.wasm.assembler import WasmFunction
from alula.backends.wasm.casts import emit_cast
from alula.backends.wasm.expr_emit import Emitter
from alula.backends.wasm.kernel import push_word, word_local
from alula.backends.wasm.spelling import KINDS, SCALAR, VECTOR, push_constant, value_type
from alula.backends.wasm.turn import LANES, Cursor, Turn
from alula.backends.wasm.walk import Walk, advance, copy_locals, while_at_least
from alula.kernels.kernel import identity_of

COLS = 'lanes of columns'
ROWS = 'lanes of rows'
SCALARS = 'scalars'
# Words of the params block: the size of the dim of lanes, how many columns are walked, then for each view its address
LANE_SIZE = 0
COLUMNS = 1
ADDRESSES = 2
UNROLLED = 4  # vectors that are done together, each with a sum of its own: additions must not wait for one another


class ReduceCode:
    """One function in the making. `plan`: reduce.ReduceKernel.

    Addresses per view: `row` of the item's first row, `at` in the loop along the lanes (`position` there, `remaining`
    elements from it on), `col` of the column that a pass is at (`left`: columns from it on), `begins` of the first;
    `now`: those of what is read and written. `bound`: per vector of rows (one, where lanes run along columns) the
    locals of what is known of it.
    """

    def __init__(self, f: WasmFunction, plan: Any) -> None:
        self.f = f
        self.plan = plan
        self.along_cols: bool = plan.style == COLS
        self.lanes = SCALAR if plan.style == SCALARS else VECTOR
        self.turn = Turn(f, self.lanes)
        self.turn.width = 1
        self.emitter = Emitter(f, plan.dag, self.lanes, self.along_cols, self)
        views = range(len(plan.dtypes))
        strides = ADDRESSES + len(views)
        self.row = [word_local(f, ADDRESSES + v) for v in views]
        self.at = [f.local('i32') for _ in views]
        self.begins = self.row if self.along_cols else self.at
        self.col = [f.local('i32') if v in plan.stepping else self.begins[v] for v in views]
        self.strides = [word_local(f, strides + v) if plan.kinds[v] == 's' else -1 for v in views]
        self.now = self.begins
        self.rows = Walk(f, len(plan.rows), self.row, strides + len(views))
        self.cols = Walk(f, len(plan.cols), [self.col[v] for v in plan.stepping], self.rows.end)
        self.position = f.local('i32')
        self.remaining = f.local('i32')
        self.left = f.local('i32')
        self.bound: list[list[int]] = []
        # The last stage if its terms are written to the output on the way, as exp is in a softmax, so that the pass
        # over the elements needs them and nothing else that changes along the row.
        self.stored = -1
        if len(plan.stages) > 0 and plan.kernel.scopes[0] == 'element' and len(plan.results) == 1:
            term = plan.stages[-1][0]
            node = plan.dag.nodes[term]
            is_own = node.op != 'input' and node.dtype == plan.dtypes[-1]
            if is_own and needs_only(plan, plan.results[0], term):
                self.stored = len(plan.stages) - 1

    def _cursor(self, view: int) -> Cursor:
        """Where a view is now."""
        return Cursor(self.plan.dtypes[view], self.now[view], self.plan.kinds[view], self.strides[view])

    def push(self, emitter: Emitter, node: DagNode) -> None:
        """An input, a load or a coordinate where the loops are."""
        plan = self.plan
        if node.op == 'input':
            self.turn.push(self._cursor(node.value))
        elif node.op == 'load':
            emitter.push(node.args[0])
            self.turn.gather(node.dtype, ADDRESSES + node.value)
        elif node.value == plan.lane.axis:
            self.turn.push_position(self.position)
        else:
            axes = [dim.axis for dim in [*plan.rows, *plan.cols]]
            if node.value in axes:
                self.f.local_get([*self.rows.indices, *self.cols.indices][axes.index(node.value)])
            else:
                self.f.i32_const(0)
            if self.lanes == VECTOR:
                self.f.op('i32x4.splat')

    def emit(self) -> None:
        if self.along_cols:
            self.rows.rows(lambda: self._rows(1))
        else:
            self.rows.rows(lambda: self._block())

    def _block(self) -> None:
        """A block of rows side by side."""
        f = self.f
        f.local_get(self.rows.indices[-1])
        push_word(f, LANE_SIZE)
        f.op('i32.mul')
        f.local_set(self.position)
        self._along_lanes(self.row, lambda vectors: self._rows(vectors))

    def _along_lanes(self, begins: list[int], turn: Any) -> None:
        """Emit `turn(vectors)` of `turn.width` elements each for all elements from the addresses `begins` on."""
        copy_locals(self.f, begins, self.at)
        push_word(self.f, LANE_SIZE)
        self.f.local_set(self.remaining)
        if self.lanes == VECTOR:
            if 's' not in self.plan.kinds:
                self._loop(UNROLLED, LANES, turn)
            self._loop(1, LANES, turn)
        self._loop(1, 1, turn)

    def _loop(self, vectors: int, width: int, turn: Any) -> None:
        elements = vectors * width
        self.turn.width = width

        def body() -> None:
            turn(vectors)
            for v in range(len(self.at)):
                self.turn.advance(self._cursor(v), elements)
            advance(self.f, self.position, elements)

        while_at_least(self.f, self.remaining, elements, body)

    def _pass(self, work: Any) -> None:
        """One pass over the columns: `work()` for each vector."""
        f = self.f
        copy_locals(f, self.begins, self.col)
        push_word(f, COLUMNS)
        f.local_set(self.left)
        self.now = self.at if self.along_cols else self.col
        while_at_least(f, self.left, 1, lambda: self._column(work))
        self.now = self.begins
        # Outside of passes indices are those of the first column.
        f.i32_const(0)
        f.local_set(self.cols.indices[0])

    def _column(self, work: Any) -> None:
        f = self.f
        if self.along_cols:
            self._along_lanes(self.col, lambda vectors: self._each(vectors, work))
            f.i32_const(0)
            f.local_set(self.position)
        else:
            self._each(len(self.bound), work)
        self.cols.step(self.cols.rank - 1)

    def _each(self, vectors: int, work: Any) -> None:
        """Emit `work()` for each of the vectors, with what is known of its rows."""
        for v in range(vectors):
            self.turn.ahead = v
            self.emitter.forget(self.bound[v % len(self.bound)])
            work()
        self.turn.ahead = 0

    def _rows(self, vectors: int) -> None:
        """All stages and outputs of so many vectors of rows."""
        plan = self.plan
        self.bound = [[-1 for _ in plan.dag.nodes] for _ in range(vectors)]
        for k in range(len(plan.stages)):
            self._stage(k)
        outputs = range(len(plan.results))
        rows = [k for k in outputs if plan.kernel.scopes[k] == 'row']
        elements = [k for k in outputs if plan.kernel.scopes[k] == 'element']
        values: list[list[int]] = []
        self._hold([plan.results[k] for k in elements])
        self._each(vectors, lambda: values.append(self._values(rows)))
        if len(elements) > 0:
            self._pass(lambda: self._element(elements))
        self._each(vectors, lambda: self._store(rows, values[self.turn.ahead]))

    def _element(self, outputs: list[int]) -> None:
        """The outputs of the elements of a vector."""
        if self.stored >= 0:
            term = self.f.local(value_type(self.lanes, KINDS[self.plan.dtypes[self.plan.inputs]]))
            self.turn.push(self._cursor(self.plan.inputs))
            self.f.local_set(term)
            self.emitter.bind(self.plan.stages[self.stored][0], term)
        self._store(outputs, self._values(outputs))

    def _values(self, outputs: list[int]) -> list[int]:
        """New locals with the values of the outputs: all are computed before the first is stored."""
        values: list[int] = []
        for k in outputs:
            root = self.plan.results[k]
            value = self.f.local(value_type(self.lanes, KINDS[self.plan.dag.nodes[root].dtype]))
            self.emitter.push(root)
            self.f.local_set(value)
            values.append(value)
        return values

    def _store(self, outputs: list[int], values: list[int]) -> None:
        for i, k in enumerate(outputs):
            self.turn.store(self._cursor(self.plan.inputs + k), values[i])

    def _hold(self, roots: list[int]) -> None:
        """Compute what a pass for `roots` needs but has once per row."""

        def hold(node_id: int) -> None:
            node = self.plan.dag.nodes[node_id]
            if self.plan.varies[node_id]:
                for arg in node.args:
                    hold(arg)
            elif node.op != 'const':
                self.emitter.push_local(node_id)

        def row() -> None:
            for root in roots:
                hold(root)
            self.bound[self.turn.ahead] = self.emitter.bound

        self._each(len(self.bound), row)

    def _stage(self, k: int) -> None:
        """One stage: a sum (as any combination is called here) per vector of rows, or per vector of columns and one
        more for those that don't fill a vector."""
        f = self.f
        stage = self.plan.kernel.stages[k]
        self.op = stage.op
        self.term, self.more, self.so_far, self.both, result = self.plan.stages[k]
        dtype = self.plan.dag.nodes[self.term].dtype
        kind = KINDS[dtype]
        count = UNROLLED + 1 if self.along_cols else len(self.bound)
        sums = [f.local(value_type(self.lanes, kind)) for _ in range(count)]
        for kept in sums:
            push_constant(f, self.lanes, kind, 1.0 * identity_of(self.op, dtype))
            f.local_set(kept)
        self.quick = ''
        if self.lanes == VECTOR and kind == 'f32' and (self.op == 'max' or self.op == 'min'):
            self.quick = 'f32x4.p' + self.op
            self.unordered = [f.local('v128') for _ in self.bound]
            for kept in self.unordered:
                f.held_i32x4(0)
                f.local_set(kept)
        self.best = f.local('i32')
        push_word(f, COLUMNS)
        f.local_set(self.best)
        self._hold([self.term])
        self._pass(lambda: self._take(sums, k == self.stored))
        if self.along_cols:
            self._combine_all(sums)
        for v, known in enumerate(self.bound):
            known[result] = f.local(value_type(self.lanes, KINDS[stage.dtype]))
            if self.op.startswith('arg'):
                push_word(f, COLUMNS)
                f.local_get(self.best)
                f.op('i32.sub')
                emit_cast(f, SCALAR, 'int32', stage.dtype)
            else:
                f.local_get(sums[v])
                if self.quick != '':
                    f.local_get(self.unordered[v])
                    f.op('v128.or')
                emit_cast(f, self.lanes, dtype, stage.dtype)
            f.local_set(known[result])

    def _take(self, sums: list[int], is_stored: bool) -> None:
        """Combine the term at hand with its sum."""
        f = self.f
        is_full = self.turn.width == LANES
        slot = self.turn.ahead if is_full else len(sums) - 1
        value = self.emitter.push_local(self.term)
        if self.along_cols and not is_full:
            shuffle(f, value, 0, 0, value)
        if self.quick != '':
            nan = self.unordered[slot % len(self.bound)]
            f.local_get(nan)
            f.local_get(value)
            f.local_get(value)
            f.op('f32x4.ne')
            f.op('v128.or')
            f.local_set(nan)
        self._combine(sums[slot], value)
        if is_stored:
            self.turn.store(self._cursor(self.plan.inputs), value)

    def _combine(self, kept: int, value: int) -> None:
        """Combine two locals in the first."""
        f = self.f
        if self.quick != '':
            f.local_get(kept)
            f.local_get(value)
            f.op(self.quick)
        else:
            self.emitter.bind(self.so_far, kept)
            self.emitter.bind(self.more, value)
            self.emitter.push(self.both)
        if self.op.startswith('arg'):
            is_better = f.local('i32')
            f.local_set(is_better)
            f.local_get(self.left)
            f.local_get(self.best)
            f.local_get(is_better)
            f.op('select')
            f.local_set(self.best)
            f.local_get(value)
            f.local_get(kept)
            f.local_get(is_better)
            f.op('select')
        f.local_set(kept)

    def _combine_all(self, sums: list[int]) -> None:
        """Combine all sums in each lane of the first."""
        f = self.f
        for other in sums[1:UNROLLED]:
            self._combine(sums[0], other)
        for half in [2, 1]:
            shuffle(f, sums[0], half, 3, sums[1])
            self._combine(sums[0], sums[1])
        self._combine(sums[0], sums[-1])
        if self.quick != '':
            f.local_get(self.unordered[0])
            f.op('v128.any_true')
            f.op('i32x4.splat')
            f.op('i32x4.neg')
            f.local_set(self.unordered[0])


def shuffle(f: WasmFunction, source: int, first: int, mask: int, target: int) -> None:
    """Lane i of the local `target` becomes lane first ^ (i & mask) of `source`."""
    f.local_get(source)
    f.local_get(source)
    f.shuffle32(first, first ^ (1 & mask), first ^ (2 & mask), first ^ mask)
    f.local_set(target)


def needs_only(plan: Any, node_id: int, term: int) -> bool:
    """Whether a node's value takes nothing that changes along the columns but that of `term`."""
    if node_id == term or not plan.varies[node_id]:
        return True
    args = plan.dag.nodes[node_id].args
    return len(args) > 0 and all(needs_only(plan, arg, term) for arg in args)
