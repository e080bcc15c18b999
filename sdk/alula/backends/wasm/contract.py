"""The kernel of PackedContract: which tiles, what the params block says, how the work is cut. Code: gemm.py."""

from __future__ import annotations

import math

from alula.backends.wasm.assembler import WasmFunction
from alula.backends.wasm.contract_epilogue import FIRST_READ, Epilogue, Read
from alula.backends.wasm.contract_form import LANES, A, PackedContract, W
from alula.backends.wasm.contract_store import APART, CONTIGUOUS, SPLAT
from alula.backends.wasm.gemm import TILE_BYTES, BandCode, Word
from alula.backends.wasm.gemm_driver import Driver
from alula.backends.wasm.kernel import KernelPlan, byte_strides
from alula.backends.wasm.params import Params
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

    def fetches(self) -> bool:
        """Whether w is read ahead: it is packed, does not fit the cache, and more row tiles than one pass by it."""
        return self.w_step == TILE_BYTES and self.row_tiles > 1 and self.w_bytes > CACHE_BYTES


def product_kernel(step: Step) -> KernelPlan | None:
    """What legalise.py made of the float32 Contracts."""
    return Product(Layout(step, step.kernel)) if isinstance(step.kernel, PackedContract) else None


class Product(KernelPlan):
    """A float32 product with w in tiles. An item is a block of row tiles times a group of column tiles."""

    def __init__(self, layout: Layout) -> None:
        code = BandCode(
            layout.unroll(),
            layout.a_step == 4,
            layout.w_step == TILE_BYTES,
            layout.run != layout.depth,
            layout.fetches(),
            4 * len(layout.columns),
            Epilogue(layout.kernel.epilogue, layout.reads, layout.out),
        )
        heights = layout.heights()
        parts = layout.row_blocks * layout.col_groups
        flops = 2 * layout.rows * layout.col_tiles * LANES * layout.depth
        key = f'{code.key()} heights {" ".join([str(h) for h in heights])}'
        super().__init__('gemm', key, layout.batches * parts, flops // parts)
        self.layout = layout
        self.code = code
        self.heights = heights

    def emit(self, f: WasmFunction) -> None:
        Driver(f, self.code, self.heights).emit()

    def words(self, params: Params, addresses: list[int]) -> list[int]:
        """Header, and the steps of what the epilogue reads; in tables the jumps between runs, the addresses of each
        batch, and the offsets of each row."""
        layout = self.layout
        first = layout.kernel.batch + layout.kernel.rows
        outer = layout.run_shape[:len(layout.run_shape) - 1]
        jumps = params.jumps(outer, layout.a_strides[first:], layout.run * layout.a_step)
        batches = self._batches(params, addresses)
        rows = params.offsets(layout.row_shape, layout.columns)
        here = params.size
        words = [0 for _ in range(Word.READ_STEPS)]
        words[Word.COLS] = layout.cols
        words[Word.RUN_BYTES] = layout.run * layout.w_step
        words[Word.W_STEP] = layout.w_step
        words[Word.W_TILE] = layout.w_strides[layout.kernel.batch]
        words[Word.A_STEP] = layout.a_step
        words[Word.OUT_STEP] = layout.out.step
        words[Word.RUNS_AT] = 4 * (jumps - here)
        words[Word.RUNS_END] = 4 * (jumps + numel(outer) - here)
        words[Word.ROW_TILES] = layout.row_tiles
        words[Word.HIGH_TILES] = layout.high_tiles
        words[Word.ROW_BLOCKS] = layout.row_blocks
        words[Word.COL_TILES] = layout.col_tiles
        words[Word.FULL_TILES] = layout.cols // LANES
        words[Word.COL_GROUPS] = layout.col_groups
        words[Word.ROWS_AT] = 4 * (rows - here)
        words[Word.BATCH_AT] = 4 * (batches - here)
        words.extend([read.step for read in layout.reads])
        return words

    def _batches(self, params: Params, addresses: list[int]) -> int:
        """The table with, per batch, the addresses of a, w, the output, then of what the epilogue reads."""
        layout = self.layout
        strides = [layout.a_strides, layout.w_strides, layout.out.batch_strides]
        strides.extend([read.batch_strides for read in layout.reads])
        starts = [addresses[A], addresses[W], addresses[len(addresses) - 1]]
        starts.extend(addresses[FIRST_READ:len(addresses) - 1])
        return params.records(layout.batch_shape, strides, starts)
