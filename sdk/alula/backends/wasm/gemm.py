"""The micro-kernel of matrix products and convolutions: a band of row tiles times columns of packed w, float32.

A tile holds `rows` x `tiles` * 8 accumulators in vector registers while it walks the depth; then the epilogue is
applied to them and they are stored. V8 on x64 has 15 registers for vectors: 6 x 8 with fused multiply-add takes them
all (12 accumulators, two vectors of w, one element of a), and one more live value spills and halves the speed.
What the params block and its tables say, and who calls the bands: contract.py.

The last column tile may be partial: its lanes beyond the last column are computed from whatever lies there (memory has
bytes to spare behind its last buffer, regions.py) and not stored.
"""

from __future__ import annotations

from typing import Any

from alula.backends.dag import Dag, DagNode
from alula.backends.wasm.assembler import Assembler, WasmFunction
from alula.backends.wasm.contract_form import LANES, A, W
from alula.backends.wasm.expr_emit import Emitter
from alula.backends.wasm.kernel import KERNEL_PARAMS, field_local, push_field, push_word, table_local, word_local
from alula.backends.wasm.spelling import VECTOR
from alula.backends.wasm.walk import advance, advance_by_local

TILE_BYTES = LANES * 4

# How an operand of the output's shape goes along the columns (space.step_class).
SPLAT = '0'  # the same for all
APART = 's'  # a stride between them

# Words of the params block: columns; bytes of w per run and per step of depth; how far the jumps between runs, their
# end, the tables of rows, batches and calls are from the block; then per operand the bytes from one column to the next,
# for a from one step of depth to the next; per operand the bytes from row to row, where rows are evenly apart; then the
# walk over batches and calls.
COLS = 0
RUN_BYTES = 1
W_STEP = 2
RUNS_AT = 3
RUNS_END = 4
ROWS_AT = 5
BATCHES_AT = 6
CALLS_AT = 7
STEPS = 8

# A band's parameters: the params block, the batch's record (the operands' addresses) and the call's record.
BATCH = 1
CALL = 2
# Words of a call's record: which band; the first row: its number, or bytes from the row table's begin to its entry; how
# many row tiles; the first column and the end of its columns.
BAND = 0
ROW = 1
COUNT = 2
FIRST = 3
LAST = 4
CALL_WORDS = 5


class Band:
    """A band function in the making: its locals, then its loops. `plan`: contract.Product, which says what the code
    depends on besides the tile of `rows` x `tiles`; `root`: the epilogue in `dag`."""

    def __init__(self, assembler: Assembler, plan: Any, dag: Dag, root: int, rows: int, tiles: int) -> None:
        f = assembler.function(KERNEL_PARAMS, [])
        self.f = f
        self.plan = plan
        self.dag = dag
        self.root = root
        self.out = len(plan.columns) - 1
        self.rows = rows
        self.tiles = tiles
        self.unit: bool = plan.unit
        self.packed: bool = plan.packed
        self.fetches: bool = plan.fetches
        self.is_heavy: bool = plan.is_heavy
        # where each operand has the first row and the columns in hand
        self.pointers = [field_local(f, BATCH, A), *[f.local('i32') for _ in range(self.out)]]
        self.column = field_local(f, CALL, FIRST)
        self.width = f.local('i32')
        self.a_step = word_local(f, STEPS + A)
        self.w_step = word_local(f, W_STEP)
        self.row = f.local('i32')
        self.left = f.local('i32')
        self.turns = f.local('i32')
        self.fetch = f.local('i32')
        self.fetch_step = f.local('i32')
        self.a = [f.local('i32') for _ in range(rows)]
        self.w = [f.local('i32') for _ in range(tiles)]
        self.sums = [[f.local('v128') for _ in range(2 * tiles)] for _ in range(rows)]
        self.w_value = [f.local('v128'), f.local('v128')]
        self.a_value = [f.local('v128') for _ in range(rows)]
        # where each operand of the epilogue has the row in hand; what does not change from row to row stays where it is
        self.at = [f.local('i32') if plan.columns[i] >= 0 else self.pointers[i] for i in range(self.out)]
        self.value = f.local('v128')
        # the vector in hand: its accumulator, which one of the row it is
        self.sum = 0
        self.vector = 0

    def emit(self) -> WasmFunction:
        """The function, written."""
        f = self.f
        first_row = table_local(f, ROWS_AT)
        f.loop()
        for i in range(W, len(self.pointers)):
            push_field(f, BATCH, i)
            f.local_get(self.column)
            push_word(f, STEPS + i)
            f.op('i32.mul')
            f.op('i32.add')
            f.local_set(self.pointers[i])
        push_word(f, COLS)
        f.local_get(self.column)
        f.op('i32.sub')
        f.local_set(self.width)
        if self.fetches:
            self._begin_fetching()
        push_field(f, CALL, ROW)
        if not self.plan.is_even:
            f.local_get(first_row)
            f.op('i32.add')
        f.local_set(self.row)
        push_field(f, CALL, COUNT)
        f.local_set(self.left)
        f.loop()
        self._tile()
        self._finish()
        count_down(f, self.left)
        advance(f, self.column, self.tiles * LANES)
        f.local_get(self.column)
        push_field(f, CALL, LAST)
        f.op('i32.lt_s')
        f.br_if(0)
        f.end()
        return f

    def _begin_fetching(self) -> None:
        """Spread one reading of w's next column tile evenly over the inner loops of this one.

        While the first row tile waits for w from memory the multipliers idle; with few row tiles that counts: reading
        ahead took 49 x 320 x 1280 from 46 to 53 GFLOP/s. WebAssembly has no prefetch but a load whose value is dropped.
        """
        f = self.f
        f.local_get(self.pointers[W])
        push_word(f, STEPS + W)
        f.i32_const(LANES)
        f.op('i32.mul')
        # the last tile once more, where none follows
        f.local_get(self.width)
        f.i32_const(LANES)
        f.op('i32.gt_s')
        f.op('i32.mul')
        f.op('i32.add')
        f.local_set(self.fetch)
        f.i32_const(self.plan.unroll * TILE_BYTES)
        push_field(f, CALL, COUNT)
        f.op('i32.div_u')
        f.local_set(self.fetch_step)

    def _tile(self) -> None:
        """One tile: pointers, sums over the depth."""
        f = self.f
        for i in range(self.rows):
            self.point(A, i, self.a[i])
        f.local_get(self.pointers[W])
        for pointer in self.w:
            f.local_tee(pointer)
            push_word(f, STEPS + W)
            f.i32_const(LANES)
            f.op('i32.mul')
            f.op('i32.add')
        f.v128_const([0, 0, 0, 0])
        for sums in self.sums:
            for register in sums:
                f.local_tee(register)
        f.op('drop')
        f.op('drop')
        if len(self.plan.run_shape) > 0:
            self._runs()
        else:
            self._run()

    def point(self, operand: int, i: int, target: int) -> None:
        """target = where the operand has row i of the tile, if rows move it."""
        f = self.f
        column = self.plan.columns[operand]
        f.local_get(self.pointers[operand])
        if column >= 0:
            f.local_get(self.row)
            if self.plan.is_even:
                f.i32_const(i)
                f.op('i32.add')
                push_word(f, STEPS + self.out + 1 + operand)
                f.op('i32.mul')
            else:
                f.load('i32.load', i * self.plan.row_bytes + 4 * column)
            f.op('i32.add')
        f.local_set(target)

    def _runs(self) -> None:
        """The runs of depth one after the other; the table says how far a jumps after each."""
        f = self.f
        run = table_local(f, RUNS_AT)
        f.loop()
        self._run()
        for pointer in self.a:
            f.local_get(pointer)
            push_field(f, run, 0)
            f.op('i32.add')
            f.local_set(pointer)
        advance(f, run, 4)
        f.local_get(run)
        f.local_get(table_local(f, RUNS_END))
        f.op('i32.ne')
        f.br_if(0)
        f.end()

    def _run(self) -> None:
        """One run: a steps evenly, w without a gap."""
        f = self.f
        plan = self.plan
        stop = f.local('i32')
        f.local_get(self.w[0])
        push_word(f, RUN_BYTES)
        f.op('i32.add')
        f.local_set(stop)
        f.loop()
        for k in range(plan.unroll):
            self._products(k)
        if self.fetches:
            f.local_get(self.fetch)
            f.load('i32.load8_u', 0)
            f.op('drop')
            advance_by_local(f, self.fetch, self.fetch_step, 1)
        for pointer in self.w:
            if self.packed:
                advance(f, pointer, plan.unroll * TILE_BYTES)
            else:
                advance_by_local(f, pointer, self.w_step, 1)
        for pointer in self.a:
            if self.unit:
                advance(f, pointer, plan.unroll * 4)
            else:
                advance_by_local(f, pointer, self.a_step, 1)
        f.local_get(self.w[0])
        f.local_get(stop)
        f.op('i32.ne')
        f.br_if(0)
        f.end()

    def _products(self, k: int) -> None:
        """Step k of the unrolled depth: every accumulator gains one product."""
        f = self.f
        # One tile has both vectors of w in registers, and an element of a at a time; of several tiles, which have few
        # rows, one vector of w at a time, and all of a.
        abreast = 2 if self.tiles == 1 else 1
        for first in range(0, 2 * self.tiles, abreast):
            for v in range(abreast):
                f.local_get(self.w[(first + v) // 2])
                f.load('v128.load', TILE_BYTES * k + 16 * ((first + v) % 2))
                f.local_set(self.w_value[v])
            for i in range(self.rows):
                if first == 0:
                    f.local_get(self.a[i])
                    f.load('v128.load32_splat', 4 * k)
                    f.local_set(self.a_value[i])
                for v in range(abreast):
                    register = self.sums[i][first + v]
                    f.local_get(self.a_value[i])
                    f.local_get(self.w_value[v])
                    if not f.relaxed:
                        f.op('f32x4.mul')
                    f.local_get(register)
                    f.op('f32x4.relaxed_madd' if f.relaxed else 'f32x4.add')
                    f.local_set(register)

    def _finish(self) -> None:
        """At the end of a tile: the expression applied to every accumulator, all of them stored, on to the next rows.
        The pointers into a are no longer needed: they go on as those into the output."""
        f = self.f
        if not self.is_heavy:
            for i in range(self.rows):
                self._apply(i)
        for i in range(self.rows):
            self.point(self.out, i, self.a[i])
        self._store(self.a, self.sums)
        if not self.is_heavy:
            advance(f, self.row, self.rows * self.plan.row_bytes)
            return
        # Row by row, what was stored as a sum is read back and finished, with all registers free: a long expression
        # between the accumulators of a tile would push them out to memory again and again.
        f.i32_const(self.rows)
        f.local_set(self.turns)
        f.loop()
        self.point(self.out, 0, self.a[0])
        for v in range(len(self.sums[0])):
            f.local_get(self.a[0])
            f.load('v128.load', 16 * v)
            f.local_set(self.sums[0][v])
        self._apply(0)
        self._store(self.a[:1], self.sums[:1])
        advance(f, self.row, self.plan.row_bytes)
        count_down(f, self.turns)

    def _apply(self, i: int) -> None:
        """Replace the sums of row i by their results."""
        for operand in range(2, self.out):
            if self.plan.columns[operand] >= 0:
                self.point(operand, i, self.at[operand])
        sums = self.sums[i]
        for v in range(len(sums)):
            self.sum = sums[v]
            self.vector = v
            Emitter(self.f, self.dag, VECTOR, self.is_heavy, self).push(self.root)
            self.f.local_set(self.sum)

    def push(self, emitter: Emitter, node: DagNode) -> None:
        f = self.f
        if node.op == 'acc':
            f.local_get(self.sum)
        elif self.plan.kinds[node.value] == APART:
            self._gather(node.value)
        else:
            f.local_get(self.at[node.value])
            if self.plan.kinds[node.value] == SPLAT:
                f.load('v128.load32_splat', 0)
            else:
                f.load('v128.load', 16 * self.vector)

    def _gather(self, operand: int) -> None:
        """Push four columns that lie apart; of those beyond the last one, the last."""
        f = self.f
        for lane in range(4):
            column = 4 * self.vector + lane
            f.local_get(self.at[operand])
            f.i32_const(column)
            f.local_get(self.width)
            f.i32_const(1)
            f.op('i32.sub')
            f.i32_const(column)
            f.local_get(self.width)
            f.op('i32.lt_s')
            f.op('select')
            push_word(f, STEPS + operand)
            f.op('i32.mul')
            f.op('i32.add')
            if lane == 0:
                f.load('v128.load32_zero', 0)
            else:
                f.local_get(self.value)
                f.load_lane('v128.load32_lane', 0, lane)
            f.local_set(self.value)
        f.local_get(self.value)

    def _store(self, pointers: list[int], rows: list[list[int]]) -> None:
        """Store each row's vectors from its pointer on; what the pointers hold is lost."""
        f = self.f
        if self.plan.kinds[self.out] == APART:
            self._store_lanes(pointers, rows, True)
            return
        # several tiles abreast are all full
        if self.tiles == 1:
            f.local_get(self.width)
            f.i32_const(LANES)
            f.op('i32.lt_s')
            f.begin_if()
            self._store_lanes(pointers, rows, False)
            f.begin_else()
        for i in range(len(rows)):
            for v in range(len(rows[i])):
                f.local_get(pointers[i])
                f.local_get(rows[i][v])
                f.store('v128.store', 16 * v)
        if self.tiles == 1:
            f.end()

    def _store_lanes(self, pointers: list[int], rows: list[list[int]], apart: bool) -> None:
        """Column by column, as far as there are any."""
        f = self.f
        f.block()
        for column in range(4 * len(rows[0])):
            f.local_get(self.width)
            f.i32_const(column)
            f.op('i32.le_s')
            f.br_if(0)
            for i in range(len(rows)):
                f.local_get(pointers[i])
                f.local_get(rows[i][column // 4])
                f.store_lane('v128.store32_lane', 0 if apart else 4 * column, column % 4)
                if apart:
                    f.local_get(pointers[i])
                    push_word(f, STEPS + self.out)
                    f.op('i32.add')
                    f.local_set(pointers[i])
        f.end()


def count_down(f: WasmFunction, left: int) -> None:
    """The end of a loop whose turns the local `left` counts."""
    f.local_get(left)
    f.i32_const(1)
    f.op('i32.sub')
    f.local_tee(left)
    f.br_if(0)
    f.end()
