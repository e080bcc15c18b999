"""The micro-kernel of matrix products and convolutions: a band of row tiles times columns of packed w, float32.

A tile holds `rows` x `tiles` * 8 accumulators in vector registers while it walks the depth; then the epilogue is
applied to them and they are stored. V8 on x64 has 15 registers for vectors: 6 x 8 with fused multiply-add takes them
all (12 accumulators, two vectors of w, one element of a), and one more live value spills and halves the speed.
What the words of the params block mean, and who fills them: contract.py.
"""

from __future__ import annotations

from typing import Any

from alula.backends.wasm.assembler import Assembler, WasmFunction
from alula.backends.wasm.contract_form import LANES

REGISTERS = 15
FUSED_TILE = 6  # rows with relaxed_madd
PLAIN_TILE = 5  # rows with mul and add, whose product takes a register too
TILE_BYTES = LANES * 4

class Word:
    """What the 32-bit words of the params block say, by index."""

    # For the band: columns; bytes of w per run of depth, per step of depth and per column tile; bytes of a per step of
    # depth; bytes of the output per column; byte offsets in the block of the jumps between runs and of their end.
    COLS = 0
    RUN_BYTES = 1
    W_STEP = 2
    W_TILE = 3
    A_STEP = 4
    OUT_STEP = 5
    RUNS_AT = 6
    RUNS_END = 7
    # For the driver (contract.py): row tiles in all and those of the greater height, how many blocks they are cut in;
    # column tiles in all and those that are full, and their groups; byte offsets of the row table and the batch table.
    ROW_TILES = 8
    HIGH_TILES = 9
    ROW_BLOCKS = 10
    COL_TILES = 11
    FULL_TILES = 12
    COL_GROUPS = 13
    ROWS_AT = 14
    BATCH_AT = 15
    # Then bytes per column of each operand of the epilogue.
    READ_STEPS = 16


# Parameters of the band function: the params block, the batch's addresses, the first row's record in the row table, how
# many row tiles, and the range of column tiles.
BAND_PARAMS = ['i32', 'i32', 'i32', 'i32', 'i32', 'i32']
PARAMS = 0
BATCH = 1
ROW = 2
COUNT = 3
FIRST = 4
LAST = 5


class BandCode:
    """What the code of a band depends on, besides its tile.

    unroll: steps of depth per turn of the inner loop (they divide every run). unit: whether a's depth is contiguous.
    packed: whether w's tiles are dense. runs: whether depth has more than one run. fetches: whether w is read ahead.
    record_bytes: the size of a row's record in the row table. epilogue: contract_epilogue.Epilogue.
    """

    def __init__(
        self, unroll: int, unit: bool, packed: bool, runs: bool, fetches: bool, record_bytes: int, epilogue: Any
    ) -> None:
        self.unroll = unroll
        self.unit = unit
        self.packed = packed
        self.runs = runs
        self.fetches = fetches
        self.record_bytes = record_bytes
        self.epilogue = epilogue

    def key(self) -> str:
        return (
            f'unroll {self.unroll} unit {self.unit} packed {self.packed} runs {self.runs} '
            f'fetches {self.fetches} record {self.record_bytes} {self.epilogue.key()}'
        )


class Band:
    """One band function in the making: its locals, then its loops."""

    def __init__(self, assembler: Assembler, code: BandCode, rows: int, tiles: int) -> None:
        self.f = assembler.function(BAND_PARAMS, [])
        self.code = code
        self.rows = rows
        self.tiles = tiles
        f = self.f
        self.column = f.local('i32')
        self.a_base = f.local('i32')
        self.w_base = f.local('i32')
        self.row = f.local('i32')
        self.left = f.local('i32')
        self.run = f.local('i32')
        self.run_end = f.local('i32')
        self.run_stop = f.local('i32')
        self.a_step = f.local('i32')
        self.w_step = f.local('i32')
        self.fetch = f.local('i32')
        self.fetch_step = f.local('i32')
        self.a = [f.local('i32') for _ in range(rows)]
        self.w = [f.local('i32') for _ in range(tiles)]
        self.acc = [f.local('v128') for _ in range(rows * tiles * 2)]
        self.w_value = [f.local('v128'), f.local('v128')]
        self.a_value = [f.local('v128') for _ in range(rows)]
        self.finish = code.epilogue.within(self)

    def emit(self) -> WasmFunction:
        f = self.f
        if not self.code.unit:
            self._word(Word.A_STEP, self.a_step)
        if not self.code.packed:
            self._word(Word.W_STEP, self.w_step)
        f.local_get(BATCH)
        f.load('i32.load', 0)
        f.local_set(self.a_base)
        self.finish.begin()
        f.local_get(FIRST)
        f.local_set(self.column)
        f.loop()
        self._add(BATCH, 4, self.column, Word.W_TILE, self.w_base)
        self.finish.begin_column()
        if self.code.fetches:
            self._begin_fetching()
        f.local_get(ROW)
        f.local_set(self.row)
        f.local_get(COUNT)
        f.local_set(self.left)
        f.loop()
        self._tile()
        advance(f, self.row, self.rows * self.code.record_bytes)
        f.local_get(self.left)
        f.i32_const(1)
        f.op('i32.sub')
        f.local_tee(self.left)
        f.br_if(0)
        f.end()
        advance(f, self.column, self.tiles)
        f.local_get(self.column)
        f.local_get(LAST)
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
        f.local_get(self.w_base)
        f.local_get(PARAMS)
        f.load('i32.load', 4 * Word.W_TILE)
        f.i32_const(0)
        f.local_get(self.column)
        f.i32_const(self.tiles)
        f.op('i32.add')
        f.local_get(PARAMS)
        f.load('i32.load', 4 * Word.COL_TILES)
        f.op('i32.lt_s')
        f.op('select')
        f.op('i32.add')
        f.local_set(self.fetch)
        f.i32_const(self.code.unroll * TILE_BYTES)
        f.local_get(COUNT)
        f.op('i32.div_u')
        f.local_set(self.fetch_step)

    def _fetch(self) -> None:
        f = self.f
        f.local_get(self.fetch)
        f.load('i32.load8_u', 0)
        f.op('drop')
        f.local_get(self.fetch)
        f.local_get(self.fetch_step)
        f.op('i32.add')
        f.local_set(self.fetch)

    def _word(self, word: int, target: int) -> None:
        self.f.local_get(PARAMS)
        self.f.load('i32.load', 4 * word)
        self.f.local_set(target)

    def _add(self, base: int, offset: int, index: int, word: int, target: int) -> None:
        """target = memory[base + offset] + index * params[word]."""
        f = self.f
        f.local_get(base)
        f.load('i32.load', offset)
        f.local_get(index)
        f.local_get(PARAMS)
        f.load('i32.load', 4 * word)
        f.op('i32.mul')
        f.op('i32.add')
        f.local_set(target)

    def _tile(self) -> None:
        """One tile: pointers, sums over the depth, epilogue."""
        f = self.f
        for i in range(self.rows):
            f.local_get(self.a_base)
            f.local_get(self.row)
            f.load('i32.load', i * self.code.record_bytes)
            f.op('i32.add')
            f.local_set(self.a[i])
        for j in range(self.tiles):
            f.local_get(self.w_base if j == 0 else self.w[j - 1])
            if j > 0:
                f.local_get(PARAMS)
                f.load('i32.load', 4 * Word.W_TILE)
                f.op('i32.add')
            f.local_set(self.w[j])
        for register in self.acc:
            f.v128_const([0, 0, 0, 0])
            f.local_set(register)
        if self.code.runs:
            self._runs()
        else:
            self._run()
        self.finish.emit()

    def _runs(self) -> None:
        """The runs of depth one after the other; the table says how far a jumps after each."""
        f = self.f
        for local, word in [[self.run, Word.RUNS_AT], [self.run_end, Word.RUNS_END]]:
            f.local_get(PARAMS)
            f.local_get(PARAMS)
            f.load('i32.load', 4 * word)
            f.op('i32.add')
            f.local_set(local)
        f.loop()
        self._run()
        for pointer in self.a:
            f.local_get(pointer)
            f.local_get(self.run)
            f.load('i32.load', 0)
            f.op('i32.add')
            f.local_set(pointer)
        advance(f, self.run, 4)
        f.local_get(self.run)
        f.local_get(self.run_end)
        f.op('i32.ne')
        f.br_if(0)
        f.end()

    def _run(self) -> None:
        """One run: a steps evenly, w without a gap."""
        f = self.f
        f.local_get(self.w[0])
        f.local_get(PARAMS)
        f.load('i32.load', 4 * Word.RUN_BYTES)
        f.op('i32.add')
        f.local_set(self.run_stop)
        f.loop()
        for k in range(self.code.unroll):
            self._products(k)
        if self.code.fetches:
            self._fetch()
        for pointer in self.w:
            self._advance_by(pointer, self.code.packed, self.code.unroll * TILE_BYTES, self.w_step)
        for pointer in self.a:
            self._advance_by(pointer, self.code.unit, self.code.unroll * 4, self.a_step)
        f.local_get(self.w[0])
        f.local_get(self.run_stop)
        f.op('i32.ne')
        f.br_if(0)
        f.end()

    def _advance_by(self, pointer: int, known: bool, count: int, step: int) -> None:
        f = self.f
        f.local_get(pointer)
        if known:
            f.i32_const(count)
        else:
            f.local_get(step)
        f.op('i32.add')
        f.local_set(pointer)

    def _products(self, k: int) -> None:
        """Step k of the unrolled depth: every accumulator gains one product."""
        # With several tiles the elements of a are kept for all of them, if registers allow.
        keeps = self.tiles > 1 and len(self.acc) + self.rows + 1 <= REGISTERS
        if keeps:
            for i in range(self.rows):
                self._load_a(i, k)
        for j in range(self.tiles):
            if keeps:
                for half in range(2):
                    self._load_w(j, k, half)
                    for i in range(self.rows):
                        self._accumulate(i, j, half)
            else:
                self._load_w(j, k, 0)
                self._load_w(j, k, 1)
                for i in range(self.rows):
                    self._load_a(i, k)
                    self._accumulate(i, j, 0)
                    self._accumulate(i, j, 1)

    def _load_a(self, i: int, k: int) -> None:
        f = self.f
        f.local_get(self.a[i])
        f.load('v128.load32_splat', 4 * k)
        f.local_set(self.a_value[i])

    def _load_w(self, j: int, k: int, half: int) -> None:
        f = self.f
        f.local_get(self.w[j])
        f.load('v128.load', TILE_BYTES * k + 16 * half)
        f.local_set(self.w_value[half])

    def _accumulate(self, i: int, j: int, half: int) -> None:
        f = self.f
        register = self.register(i, j, half)
        if f.relaxed:
            f.local_get(self.a_value[i])
            f.local_get(self.w_value[half])
            f.local_get(register)
            f.op('f32x4.relaxed_madd')
        else:
            f.local_get(register)
            f.local_get(self.a_value[i])
            f.local_get(self.w_value[half])
            f.op('f32x4.mul')
            f.op('f32x4.add')
        f.local_set(register)

    def register(self, i: int, j: int, half: int) -> int:
        """The accumulator of row i, tile j, vector `half`."""
        return self.acc[(i * self.tiles + j) * 2 + half]


def advance(f: WasmFunction, local: int, by: int) -> None:
    f.local_get(local)
    f.i32_const(by)
    f.op('i32.add')
    f.local_set(local)
