"""The kernel function around the bands (gemm.py): work items to blocks of row tiles times groups of column tiles."""

from __future__ import annotations

from alula.backends.wasm.assembler import WasmFunction
from alula.backends.wasm.gemm import Band, BandCode, Word
from alula.backends.wasm.kernel import BEGIN, END, PARAMS, push_word

# Column tiles that a low tile takes abreast, so that enough sums run at a time to hide the latency of an addition.
ABREAST_FUSED = [0, 5, 3, 1, 1, 1, 1]
ABREAST_PLAIN = [0, 5, 2, 1, 1, 1]


class Driver:
    """The kernel function: for each item, the bands of its block of row tiles and group of column tiles."""

    def __init__(self, f: WasmFunction, code: BandCode, heights: list[int]) -> None:
        assembler = f.assembler
        self.heights = heights
        abreast = ABREAST_FUSED if f.relaxed else ABREAST_PLAIN
        self.abreast = [abreast[height] for height in self.heights]
        self.code = code
        self.batch_bytes = 4 * (3 + len(code.epilogue.reads))
        self.single = [Band(assembler, code, height, 1).emit() for height in self.heights]
        self.wide = [
            Band(assembler, code, self.heights[i], self.abreast[i]).emit() if self.abreast[i] > 1 else self.single[i]
            for i in range(len(self.heights))
        ]
        self.f = f
        self.rest = f.local('i32')
        self.batch = f.local('i32')
        self.first = f.local('i32')
        self.last = f.local('i32')
        self.col_first = f.local('i32')
        self.col_last = f.local('i32')
        self.col_wide = f.local('i32')
        self.turn = f.local('i32')

    def emit(self) -> None:
        f = self.f
        f.block()
        f.loop()
        f.local_get(BEGIN)
        f.local_get(END)
        f.op('i32.ge_s')
        f.br_if(1)
        self._item()
        f.local_get(BEGIN)
        f.i32_const(1)
        f.op('i32.add')
        f.local_set(BEGIN)
        f.br(0)
        f.end()
        f.end()

    def _item(self) -> None:
        """Item = (batch * column groups + column group) * row blocks + row block: all rows pass by a group of w."""
        f = self.f
        self._take(BEGIN, Word.ROW_BLOCKS)
        self._share(Word.ROW_BLOCKS, Word.ROW_TILES, self.first, self.last)
        self._take(self.rest, Word.COL_GROUPS)
        self._share(Word.COL_GROUPS, Word.COL_TILES, self.col_first, self.col_last)
        f.local_get(PARAMS)
        push_word(f, Word.BATCH_AT)
        f.op('i32.add')
        f.local_get(self.rest)
        f.i32_const(self.batch_bytes)
        f.op('i32.mul')
        f.op('i32.add')
        f.local_set(self.batch)
        for i in range(len(self.heights)):
            self._height(i)

    def _take(self, index: int, word: int) -> None:
        """turn = index % params[word], rest = index // params[word]."""
        f = self.f
        f.local_get(index)
        push_word(f, word)
        f.op('i32.rem_u')
        f.local_set(self.turn)
        f.local_get(index)
        push_word(f, word)
        f.op('i32.div_u')
        f.local_set(self.rest)

    def _share(self, parts: int, total: int, first: int, last: int) -> None:
        """[first, last) = the part `turn` of params[total] things in params[parts] parts."""
        f = self.f
        for ahead, target in [[0, first], [1, last]]:
            f.local_get(self.turn)
            f.i32_const(ahead)
            f.op('i32.add')
            push_word(f, total)
            f.op('i32.mul')
            push_word(f, parts)
            f.op('i32.div_u')
            f.local_set(target)

    def _height(self, i: int) -> None:
        """The row tiles of the block that have height i: the higher ones stand first."""
        f = self.f
        f.block()
        if i == 0:
            self._lesser(self.last)
        else:
            f.local_get(self.last)
        self._first_of(i)
        f.op('i32.le_s')
        f.br_if(0)
        if self.abreast[i] > 1:
            # Full tiles abreast as long as they last, then the others one by one.
            self._set_wide(self.abreast[i])
            self._call(i, self.wide[i], self.col_first, self.col_wide)
            self._call(i, self.single[i], self.col_wide, self.col_last)
        else:
            self._call(i, self.single[i], self.col_first, self.col_last)
        f.end()

    def _lesser(self, tile: int) -> None:
        """Push min(tile, params[Word.HIGH_TILES])."""
        f = self.f
        f.local_get(tile)
        push_word(f, Word.HIGH_TILES)
        f.local_get(tile)
        push_word(f, Word.HIGH_TILES)
        f.op('i32.lt_s')
        f.op('select')

    def _first_of(self, i: int) -> None:
        """Push the block's first row tile of height i."""
        f = self.f
        f.local_get(self.first)
        if i > 0:
            push_word(f, Word.HIGH_TILES)
            f.local_get(self.first)
            push_word(f, Word.HIGH_TILES)
            f.op('i32.gt_s')
            f.op('select')

    def _set_wide(self, abreast: int) -> None:
        """col_wide = the end of the column tiles that are taken `abreast` at a time."""
        f = self.f
        f.local_get(self.col_last)
        push_word(f, Word.FULL_TILES)
        f.local_get(self.col_last)
        push_word(f, Word.FULL_TILES)
        f.op('i32.lt_s')
        f.op('select')
        f.local_get(self.col_first)
        f.op('i32.sub')
        f.i32_const(abreast)
        f.op('i32.div_s')
        f.i32_const(abreast)
        f.op('i32.mul')
        f.local_get(self.col_first)
        f.op('i32.add')
        f.local_set(self.col_wide)

    def _call(self, i: int, band: WasmFunction, first: int, last: int) -> None:
        """Run the band over its columns, if it has any."""
        f = self.f
        f.local_get(first)
        f.local_get(last)
        f.op('i32.lt_s')
        f.begin_if()
        f.local_get(PARAMS)
        f.local_get(self.batch)
        self._row_record(i)
        if i == 0:
            self._lesser(self.last)
        else:
            f.local_get(self.last)
        self._first_of(i)
        f.op('i32.sub')
        f.local_get(first)
        f.local_get(last)
        f.call(band)
        f.end()

    def _row_record(self, i: int) -> None:
        """Push the address of the record of the block's first row of height i."""
        f = self.f
        self._first_of(i)
        f.i32_const(self.heights[i])
        f.op('i32.mul')
        if i > 0:
            push_word(f, Word.HIGH_TILES)
            f.op('i32.add')
        f.i32_const(self.code.record_bytes)
        f.op('i32.mul')
        f.local_get(PARAMS)
        f.op('i32.add')
        push_word(f, Word.ROWS_AT)
        f.op('i32.add')
