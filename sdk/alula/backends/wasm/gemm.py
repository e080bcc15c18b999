"""The micro-kernel of matrix products and convolutions: a band of row tiles times columns of packed w, float32.

A tile holds `rows` x `tiles` * 8 accumulators in vector registers while it walks the depth; then the epilogue is
applied to them and they are stored. V8 on x64 has 15 registers for vectors: 6 x 8 with fused multiply-add takes them
all (12 accumulators, two vectors of w, one element of a), and one more live value spills and halves the speed.
What the params block and its tables say, and who calls the bands: contract.py.
"""

from __future__ import annotations

from typing import Any

from alula.backends.wasm.assembler import Assembler, WasmFunction
from alula.backends.wasm.contract_form import LANES, A, W
from alula.backends.wasm.kernel import KERNEL_PARAMS, field_local, push_field, push_word, table_local, word_local
from alula.backends.wasm.walk import advance, advance_by_local

TILE_BYTES = LANES * 4

# Words of the params block: columns; bytes of w per run and per step of depth; how far the jumps between runs, their
# end, the tables of rows, batches and calls are from the block; then per operand the bytes from one column to the next,
# for a from one step of depth to the next; then the walk over batches and calls.
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
# Words of a call's record: which band; bytes from the row table's begin to the record of the first row; how many row
# tiles; the first column and the end of its columns.
BAND = 0
ROW = 1
COUNT = 2
FIRST = 3
LAST = 4
CALL_WORDS = 5


class Band:
    """One band function in the making: its locals, then its loops. `plan`: contract.Product, which says what the code
    depends on besides the tile."""

    def __init__(self, assembler: Assembler, plan: Any, rows: int, tiles: int) -> None:
        f = assembler.function(KERNEL_PARAMS, [])
        self.f = f
        self.plan = plan
        self.rows = rows
        self.tiles = tiles
        self.unit: bool = plan.unit
        self.packed: bool = plan.packed
        self.fetches: bool = plan.fetches
        # where each operand has the first row and the columns in hand
        self.pointers = [field_local(f, BATCH, A), f.local('i32')]
        self.column = field_local(f, CALL, FIRST)
        self.width = f.local('i32')
        self.first_row = table_local(f, ROWS_AT)
        self.a_step = word_local(f, STEPS + A)
        self.w_step = word_local(f, W_STEP)
        self.row = f.local('i32')
        self.left = f.local('i32')
        self.fetch = f.local('i32')
        self.fetch_step = f.local('i32')
        self.a = [f.local('i32') for _ in range(rows)]
        self.w = [f.local('i32') for _ in range(tiles)]
        self.sums = [[f.local('v128') for _ in range(2 * tiles)] for _ in range(rows)]
        self.w_value = [f.local('v128'), f.local('v128')]
        self.a_value = [f.local('v128') for _ in range(rows)]

    def emit(self, finish: Any) -> WasmFunction:
        """`finish`: contract_epilogue.Finish for this band."""
        f = self.f
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
        f.local_get(self.first_row)
        push_field(f, CALL, ROW)
        f.op('i32.add')
        f.local_set(self.row)
        push_field(f, CALL, COUNT)
        f.local_set(self.left)
        f.loop()
        self._tile()
        finish.emit()
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
        f.i32_const(0)
        f.local_get(self.width)
        f.i32_const(LANES)
        f.op('i32.gt_s')
        f.op('select')
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


def count_down(f: WasmFunction, left: int) -> None:
    """The end of a loop whose turns the local `left` counts."""
    f.local_get(left)
    f.i32_const(1)
    f.op('i32.sub')
    f.local_tee(left)
    f.br_if(0)
    f.end()
