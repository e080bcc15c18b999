"""The kernel of PackedContract: which tiles, what the params block says, how the work is cut. Code: gemm.py."""

from __future__ import annotations

import math

from alula.backends.space import Dim
from alula.backends.wasm.assembler import WasmFunction
from alula.backends.wasm.contract_form import LANES, A, PackedContract, W
from alula.backends.wasm.gemm import APART, BAND, BATCHES_AT, CALL_WORDS, CALLS_AT, STEPS, TILE_BYTES, Band
from alula.backends.wasm.kernel import PARAMS, KernelPlan, byte_strides, push_field, table_local
from alula.backends.wasm.params import Params
from alula.backends.wasm.space import step_class
from alula.backends.wasm.walk import Walk, walk_words
from alula.backends.wasm.wide_dag import WideDag
from alula.kernels.expr import cost, expr_text
from alula.kernels.kernel import Step
from alula.kernels.view import dims_text, numel

ITEM_FLOPS = 2500000  # half of what a call may take
CACHE_SIZE = 65536  # elements: what a second-level cache keeps of one operand while the other passes
HEAVY = 12  # the cost from which on an expression is not applied to accumulators in registers


def product_kernel(step: Step) -> KernelPlan | None:
    """What legalise.py made of the float32 Contracts."""
    return Product(step, step.kernel) if isinstance(step.kernel, PackedContract) else None


class Product(KernelPlan):
    """A float32 product with w in tiles. An item is a call of a band (gemm.py) for one batch: row tiles of one height
    times columns.

    `columns`: per operand the column of the row table with its offsets, -1 where no row moves it; `is_even`: whether
    rows are evenly apart, by `row_steps`: then there is no table, and rows are counted rather than entries; `kinds`:
    how it goes along the columns (gemm.py). `unit`: whether a's depth is contiguous; `packed`: whether w's tiles are
    dense; `run_shape`: the dims of the runs of depth, `run`: the size of each; `unroll`: steps of depth per turn of the
    inner loop, which divide every run; `fetches`: whether w is read ahead, for it does not fit the cache and more row
    tiles than one pass by it; `calls`: the records of gemm.py.
    """

    def __init__(self, step: Step, kernel: PackedContract) -> None:
        super().__init__('gemm', '', 0, 0)
        views = [*step.inputs, *step.outputs]
        a = views[A]
        depth_at = kernel.batch + kernel.rows
        self.kernel = kernel
        self.batch_shape = a.shape[:kernel.batch]
        self.row_shape = a.shape[kernel.batch:depth_at]
        self.run_shape = a.shape[depth_at:]
        self.cols = step.outputs[0].shape[depth_at]
        self.depth = numel(self.run_shape)
        self.run = self.run_shape.pop()
        self.strides = [byte_strides(view) for view in views]
        self.steps = [strides[len(strides) - 1] for strides in self.strides]
        self.w_step = self.strides[W][kernel.batch + 1]
        self.steps[W] = self.strides[W][kernel.batch] // LANES
        self.kinds = [step_class(step, 4) for step in self.steps]
        table = [[0 for _ in self.row_shape]]
        rows = [strides[kernel.batch:depth_at] for strides in self.strides]
        rows[W] = table[0]
        self.columns = [_place_of(strides, table) - 1 for strides in rows]
        self.is_even: bool = len(self.row_shape) < 2
        self.row_steps = [strides[0] if self.is_even and len(strides) > 0 else 0 for strides in rows]
        self.table = [] if self.is_even else table[1:]
        self.row_bytes = 1 if self.is_even else 4 * len(self.table)
        self.unit = self.steps[A] == 4
        self.packed = self.w_step == TILE_BYTES
        self.unroll = [4, 1, 2, 1][self.run % 4] if self.unit and self.packed else 1
        self.is_heavy: bool = cost(kernel.epilogue) > HEAVY and self.kinds[len(views) - 1] != APART
        self.fetches = False
        self.calls: list[int] = []
        self._cut(step.inputs[W].shape[kernel.batch], a.buffer.size)
        batches = numel(self.batch_shape)
        count = len(self.calls) // CALL_WORDS
        self.dims = [Dim(batches, [4 * len(views), 0], -1), Dim(count, [0, 4 * CALL_WORDS], -1)]
        runs = len(self.run_shape) > 0
        loops = [self.bands, self.unroll, self.unit, self.packed, runs, self.fetches]
        self.key = f'gemm {loops} {self.kinds[2:]} {self.columns} {self.is_even} {expr_text(kernel.epilogue)}'
        self.items = batches * count
        self.item_cost = 2 * numel(self.row_shape) * self.depth * self.cols // count

    def _cut(self, col_tiles: int, a_size: int) -> None:
        """Cut the row tiles in blocks and the column tiles in groups: find the bands, as [rows, column tiles abreast],
        and the calls. The operand that fits the cache stays whole as far as an item does not get too long by it; where
        neither fits, an item is near to square and so reads least."""
        tile = self.kernel.tile
        rows = numel(self.row_shape)
        row_tiles = math.ceil(rows / tile)
        height = math.ceil(rows / row_tiles)
        # the tiles of that height stand first, then those that are one lower
        high = rows - (height - 1) * row_tiles
        most = max(1, ITEM_FLOPS // (2 * height * LANES * self.depth))
        block = most
        if col_tiles * LANES * self.depth <= CACHE_SIZE:
            block = max(1, most // col_tiles)
        else:
            self.fetches = self.packed and row_tiles > 1
            # windows overlap: a may be less than its view names
            if min(rows * self.depth, a_size) > CACHE_SIZE:
                block = math.ceil(math.sqrt(most * LANES / height))
        block = min(row_tiles, block)
        blocks = math.ceil(row_tiles / block)
        groups = math.ceil(col_tiles / max(1, most // block))
        # Low tiles take several column tiles abreast, so that enough sums run at a time to hide the latency of an
        # addition: as many as the registers hold.
        abreast = tile // height if height < 3 else 1
        self.bands = [[height, abreast], [height if abreast > 1 else height - 1, 1]]
        for group in range(groups):
            first = group * col_tiles // groups
            last = (group + 1) * col_tiles // groups
            full = max(first, min(last, self.cols // LANES))
            wide = full - (full - first) % abreast if abreast > 1 else last
            for b in range(blocks):
                top = b * row_tiles // blocks
                end = (b + 1) * row_tiles // blocks
                middle = min(max(top, high), end)
                self._call(0, top * height, middle - top, first, wide)
                self._call(1, top * height, middle - top, wide, last)
                self._call(1, middle * (height - 1) + high, end - middle, first, last)

    def _call(self, band: int, row: int, count: int, first: int, last: int) -> None:
        """Add a call for `count` row tiles from `row` on and the column tiles [first, last), if there are any."""
        if count > 0 and first < last:
            self.calls.extend([band, row * self.row_bytes, count, first * LANES, last * LANES])

    def emit(self, f: WasmFunction) -> None:
        dag = WideDag()
        root = dag.root(self.kernel.epilogue)
        bands = [Band(f.assembler, self, dag, root, tile[0], tile[1]).emit() for tile in self.bands]
        records = [table_local(f, BATCHES_AT), table_local(f, CALLS_AT)]
        Walk(f, 2, records, STEPS + 2 * len(self.steps)).rows(lambda: _call(f, records, bands))

    def words(self, params: Params, addresses: list[int]) -> list[int]:
        """The block, after the tables of the jumps between runs, the offsets of each row, the addresses of each batch,
        and the calls."""
        run_strides = self.strides[A][len(self.batch_shape) + len(self.row_shape):]
        tables = [params.jumps(self.run_shape, run_strides, self.run * self.steps[A])]
        tables.append(tables[0] + numel(self.run_shape))
        tables.append(params.offsets(self.row_shape, self.table))
        tables.append(params.records(self.batch_shape, self.strides, addresses))
        tables.append(params.extend(self.calls))
        return [
            self.cols,
            self.run * self.w_step,
            self.w_step,
            *[4 * (table - params.size) for table in tables],
            *self.steps,
            *self.row_steps,
            *walk_words(self.dims),
        ]


def _place_of(strides: list[int], table: list[list[int]]) -> int:
    """Which of the columns goes by these strides; a new one if need be."""
    for i, column in enumerate(table):
        if dims_text(column) == dims_text(strides):
            return i
    table.append(strides)
    return len(table) - 1


def _call(f: WasmFunction, records: list[int], bands: list[WasmFunction]) -> None:
    """Call the band that the record of the call names."""
    push_field(f, records[1], BAND)
    f.begin_if()
    for i in [1, 0]:
        for local in [PARAMS, *records]:
            f.local_get(local)
        f.call(bands[i])
        if i == 1:
            f.begin_else()
    f.end()
