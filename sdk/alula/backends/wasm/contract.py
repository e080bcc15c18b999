"""The generator of PackedContract: which tiles, what the params block says, how the work is cut. Code: gemm.py."""

from __future__ import annotations

import math

from alula.backends.wasm.assembler import Assembler, WasmFunction
from alula.backends.wasm.contract_epilogue import Epilogue, Read
from alula.backends.wasm.contract_form import LANES, PackedContract, offsets_of
from alula.backends.wasm.contract_store import APART, CONTIGUOUS, SPLAT
from alula.backends.wasm.gemm import TILE_BYTES, BandCode, Word
from alula.backends.wasm.gemm_driver import Driver
from alula.backends.wasm.kernel import Features, Generator, byte_strides
from alula.host.arrays import TypedArray, i32
from alula.kernels.kernel import Step
from alula.kernels.view import View, dims_text, numel

ITEM_FLOPS = 2500000  # half of what a call may take
CACHE_BYTES = 262144  # what a second-level cache keeps of one operand while the other passes


class Layout:
    """What code and params are made from: the step's views measured in bytes."""

    def __init__(self, step: Step, kernel: PackedContract) -> None:
        a = step.inputs[0]
        w = step.inputs[1]
        out = step.outputs[0]
        self.kernel = kernel
        self.a_strides = byte_strides(a)
        self.w_strides = byte_strides(w)
        self.batch_shape = a.shape[:kernel.batch]
        self.row_shape = a.shape[kernel.batch:kernel.batch + kernel.rows]
        self.run_shape = a.shape[kernel.batch + kernel.rows:]
        self.batches = numel(self.batch_shape)
        self.rows = numel(self.row_shape)
        self.cols = out.shape[len(out.shape) - 1]
        self.col_tiles = w.shape[kernel.batch]
        self.depth = numel(self.run_shape)
        self.run = self.run_shape[len(self.run_shape) - 1]
        self.a_step = self.a_strides[len(self.a_strides) - 1]
        self.w_step = self.w_strides[kernel.batch + 1]
        self.row_tiles = (self.rows + kernel.tile - 1) // kernel.tile
        low = self.rows // self.row_tiles
        more = self.rows - low * self.row_tiles
        self.height = low + 1 if more > 0 else low
        self.high_tiles = more if more > 0 else self.row_tiles
        self.columns: list[list[int]] = [self._row_strides(self.a_strides)]
        self.reads = [self._read(v) for v in step.inputs[2:]]
        self.out = self._read(out)
        self.w_bytes = self.col_tiles * LANES * self.depth * 4
        # windows overlap: a may be less than its view names
        self.a_bytes = 4 * min(self.rows * self.depth, a.buffer.size)
        self._cut()

    def _row_strides(self, strides: list[int]) -> list[int]:
        return strides[self.kernel.batch:self.kernel.batch + self.kernel.rows]

    def _read(self, view: View) -> Read:
        """How an operand of the output's shape is reached."""
        strides = byte_strides(view)
        step = strides[len(strides) - 1] if self.cols > 1 else 4
        kind = SPLAT if step == 0 else (CONTIGUOUS if step == 4 else APART)
        rows = self._row_strides(strides)
        moves = False
        for d in range(len(rows)):
            if rows[d] != 0:
                moves = True
        return Read(kind, self._column(rows) if moves else -1, step, strides[:self.kernel.batch])

    def _column(self, strides: list[int]) -> int:
        """The column of the row table with the offsets by these strides."""
        text = dims_text(strides)
        for i in range(len(self.columns)):
            if dims_text(self.columns[i]) == text:
                return i
        self.columns.append(strides)
        return len(self.columns) - 1

    def _cut(self) -> None:
        """Blocks of row tiles and groups of column tiles. The operand that fits the cache stays whole as far as an item
        does not get too long by it; where neither fits, an item is near to square and so reads least."""
        most = max(1, ITEM_FLOPS // (2 * self.height * LANES * self.depth))
        block = min(self.row_tiles, math.ceil(math.sqrt(most * LANES / self.height)))
        group = min(self.col_tiles, max(1, most // block))
        if self.w_bytes <= CACHE_BYTES:
            group = min(self.col_tiles, most)
            block = min(self.row_tiles, max(1, most // group))
        elif self.a_bytes <= CACHE_BYTES:
            block = min(self.row_tiles, most)
            group = min(self.col_tiles, max(1, most // block))
        self.row_blocks = (self.row_tiles + block - 1) // block
        self.col_groups = (self.col_tiles + group - 1) // group

    def heights(self) -> list[int]:
        """The tiles' heights in rows. All but small products have the same two, so they share code."""
        if self.height == self.kernel.tile or self.high_tiles < self.row_tiles:
            return [self.height, self.height - 1]
        return [self.height]

    def unroll(self) -> int:
        """Steps of depth per turn of the inner loop: they divide every run."""
        if self.a_step != 4 or self.w_step != TILE_BYTES or self.run % 2 != 0:
            return 1
        return 4 if self.run % 4 == 0 else 2

    def code(self, features: Features) -> BandCode:
        packed = self.w_step == TILE_BYTES
        fetches = packed and self.row_tiles > 1 and self.w_bytes > CACHE_BYTES
        epilogue = Epilogue(self.kernel.epilogue, self.reads, self.out)
        return BandCode(
            self.unroll(), self.a_step == 4, packed, self.run != self.depth, fetches, features.relaxed,
            4 * len(self.columns), epilogue,
        )

    def key(self) -> str:
        parts = [str(h) for h in self.heights()]
        return f'{self.code(Features(True, True)).key()} heights {" ".join(parts)}'


class PackedContractGenerator(Generator):
    """float32 products with w in tiles."""

    def __init__(self) -> None:
        super().__init__('gemm')

    def laid_out(self, step: Step) -> Layout:
        layout: Layout = self.planned(step)
        return layout

    def plan(self, step: Step) -> Layout:
        assert isinstance(step.kernel, PackedContract)
        return Layout(step, step.kernel)

    def matches(self, step: Step, features: Features) -> bool:
        return isinstance(step.kernel, PackedContract) and features.simd

    def code_key(self, step: Step) -> str:
        return 'gemm ' + self.laid_out(step).key()

    def emit(self, assembler: Assembler, step: Step, features: Features) -> WasmFunction:
        layout = self.laid_out(step)
        return Driver(assembler, layout.code(features), layout.heights()).emit()

    def params(self, step: Step, addresses: list[int]) -> list[int]:
        return block_of(self.laid_out(step), addresses)

    def table(self, step: Step) -> TypedArray:
        return row_table(self.laid_out(step))

    def items(self, step: Step) -> int:
        layout = self.laid_out(step)
        return layout.batches * layout.row_blocks * layout.col_groups

    def item_cost(self, step: Step) -> int:
        layout = self.laid_out(step)
        flops = 2 * layout.rows * layout.col_tiles * LANES * layout.depth
        return max(1, flops // (layout.row_blocks * layout.col_groups))


def block_of(layout: Layout, addresses: list[int]) -> list[int]:
    """The params block: header, steps of what the epilogue reads, jumps between runs, batch table, row table."""
    first = layout.kernel.batch + layout.kernel.rows
    runs = offsets_of(layout.run_shape[:len(layout.run_shape) - 1], layout.a_strides[first:])
    words = [0 for _ in range(Word.READ_STEPS)]
    for read in layout.reads:
        words.append(read.step)
    words[Word.RUNS_AT] = 4 * len(words)
    walked = layout.run * layout.a_step
    for r in range(len(runs)):
        words.append(runs[r + 1] - runs[r] - walked if r + 1 < len(runs) else 0)
    words[Word.RUNS_END] = 4 * len(words)
    words[Word.BATCH_AT] = 4 * len(words)
    words.extend(batch_table(layout, addresses))
    words[Word.ROWS_AT] = 4 * len(words)
    header = [
        [Word.COLS, layout.cols],
        [Word.RUN_BYTES, layout.run * layout.w_step],
        [Word.W_STEP, layout.w_step],
        [Word.W_TILE, layout.w_strides[layout.kernel.batch]],
        [Word.A_STEP, layout.a_step],
        [Word.OUT_STEP, layout.out.step],
        [Word.ROW_TILES, layout.row_tiles],
        [Word.HIGH_TILES, layout.high_tiles],
        [Word.ROW_BLOCKS, layout.row_blocks],
        [Word.COL_TILES, layout.col_tiles],
        [Word.FULL_TILES, layout.cols // LANES],
        [Word.COL_GROUPS, layout.col_groups],
    ]
    for word, value in header:
        words[word] = value
    return words


def row_table(layout: Layout) -> TypedArray:
    """Per row of the result its byte offset in each operand that has columns of its own."""
    width = len(layout.columns)
    table = i32(layout.rows * width)
    for c in range(width):
        strides = layout.columns[c]
        known = 1
        for back in range(len(strides)):
            d = len(strides) - 1 - back
            # Rows that differ in the dims within d are known; those at its further indices are shifted by its stride.
            for i in range(1, layout.row_shape[d]):
                shift = i * strides[d]
                at = i * known * width + c
                for j in range(c, known * width + c, width):
                    table[at + j - c] = table[j] + shift
            known *= layout.row_shape[d]
    return table


def batch_table(layout: Layout, addresses: list[int]) -> list[int]:
    """Per batch the addresses of a, w, the output, then of what the epilogue reads."""
    strides = [layout.a_strides, layout.w_strides, layout.out.batch_strides]
    starts = [addresses[0], addresses[1], addresses[len(layout.reads) + 2]]
    for i in range(len(layout.reads)):
        strides.append(layout.reads[i].batch_strides)
        starts.append(addresses[2 + i])
    tables = [offsets_of(layout.batch_shape, s) for s in strides]
    words: list[int] = []
    for b in range(layout.batches):
        for i in range(len(tables)):
            words.append(starts[i] + tables[i][b])
    return words
