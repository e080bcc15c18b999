"""Copies: rows of bytes, columns that become rows, and any others as Maps of a number of the element's size."""

from __future__ import annotations

from alula.backends.space import Dim, product
from alula.backends.wasm.assembler import WasmFunction
from alula.backends.wasm.kernel import KernelPlan, push_word, word_local
from alula.backends.wasm.lane_memory import load_scalar, store_scalar
from alula.backends.wasm.map import map_kernel
from alula.backends.wasm.space import cut, space_of
from alula.backends.wasm.walk import Walk, advance, advance_by_local, walk_words, while_at_least
from alula.dtypes import item_bytes
from alula.kernels.expr import slot
from alula.kernels.kernel import Map, Step, is_copy
from alula.kernels.view import Buffer, View

ITEM = 4  # bytes of an element of columns
LANES = 4  # columns at a time
BLOCK = 128  # rows of a block: as many lines of its output as a first-level cache keeps from column to column
CALL_WORTH = 256  # bytes from which memory.copy, a call into the engine, beats vectors


def copy_kernel(step: Step) -> KernelPlan | None:
    """Any copy; None if the elements are wider than what WebAssembly holds and not even rows are contiguous."""
    item = item_bytes(step.outputs[0].dtype)
    if not is_copy(step.kernel) or item == 0:
        return None
    views = [step.inputs[0], step.outputs[0]]
    dims = space_of(views[1].shape, views, 1, [])
    inner = dims.pop()
    if inner.steps[1] == item:
        whole = inner.steps[0] == item
        turns = item == ITEM and inner.steps[0] != 0 and inner.size >= LANES
        rows = [dim for dim in dims if whole or (turns and dim.steps[0] == ITEM and dim.size >= LANES)]
        if len(rows) > 0:
            return Copy([dim for dim in dims if dim is not rows[-1]], rows[-1], inner, whole)
    if item > 8:
        return None
    dtype = 'float32' if item == 4 else f'uint{8 * item}'
    views = [View(Buffer(v.buffer.label, dtype, v.buffer.size, None), v.shape, v.strides, v.offset) for v in views]
    return map_kernel(Step(Map([slot(0, dtype)]), [views[0]], [views[1]], step.origin))


class Copy(KernelPlan):
    """Blocks of rows, along which (`inner`) the output is contiguous. `whole`: the input is so too, each row is copied
    as it stands, whatever the element type. Else the input is contiguous along `rows`, its columns, and elements have
    32 bits. An item is a block.

    Words: input, output, rows, bytes of a row, each view's step from row to row, the input's along the row; the walk
    over the outer dims and the blocks.
    """

    def __init__(self, outer: list[Dim], rows: Dim, inner: Dim, whole: bool) -> None:
        size = inner.size * inner.steps[1]
        walked = cut(outer, rows, BLOCK)
        super().__init__(
            'copy rows' if whole else 'transpose',
            f'{min(size, CALL_WORTH) if whole else 0} {len(walked)}',
            product(walked),
            rows.size * (size // (16 if whole else 8) + 8),
        )
        self.whole = whole
        self.row_bytes = size
        self.rank = len(walked)
        self.sizes = [rows.size, size, *rows.steps, inner.steps[0], *walk_words(walked)]

    def emit(self, f: WasmFunction) -> None:
        block = [word_local(f, 0), word_local(f, 1)]
        down = [word_local(f, 4), word_local(f, 5)]
        at = [f.local('i32'), f.local('i32')]

        def body() -> None:
            for i in range(2):
                f.local_get(block[i])
                f.local_set(at[i])
            if self.whole:
                while_at_least(f, word_local(f, 2), 1, lambda: _copy_row(f, at, down, self.row_bytes))
            else:
                _turn_columns(f, at, down[1])

        Walk(f, self.rank, block, 7).rows(body)


def _copy_row(f: WasmFunction, at: list[int], down: list[int], size: int) -> None:
    """Copy a row of `size` bytes between the addresses `at`, a short one in pieces of which the last may overlap the
    one before, and go on by `down`."""
    if size >= CALL_WORTH:
        f.local_get(at[1])
        f.local_get(at[0])
        push_word(f, 3)
        f.memory_copy()
        size = 0
    done = 0
    for piece in [16, 8, 4, 2, 1]:
        while done < size and piece <= size:
            f.local_get(at[1])
            f.local_get(at[0])
            offset = min(done, size - piece)
            if piece == 16:
                f.load('v128.load', offset)
                f.store('v128.store', offset)
            else:
                load_scalar(f, f'uint{8 * piece}', offset)
                store_scalar(f, f'uint{8 * piece}', offset)
            done += piece
    for i in range(2):
        advance_by_local(f, at[i], down[i], 1)


def _turn_columns(f: WasmFunction, at: list[int], down: int) -> None:
    """Turn a block's columns, from the address `at[0]` on, to rows: LANES columns at a time, then one."""
    across = word_local(f, 6)
    columns = [f.local('i32') for _ in range(LANES)]
    to = f.local('i32')

    def group(count: int) -> None:
        for column in columns[:count]:
            f.local_get(at[0])
            f.local_set(column)
            advance_by_local(f, at[0], across, 1)
        f.local_get(at[1])
        f.local_set(to)
        advance(f, at[1], ITEM * count)
        rows = word_local(f, 2)
        while_at_least(f, rows, LANES, lambda: _turn_cells(f, columns[:count], to, down, LANES))
        while_at_least(f, rows, 1, lambda: _turn_cells(f, columns[:count], to, down, 1))

    left = word_local(f, 3)
    while_at_least(f, left, ITEM * LANES, lambda: group(LANES))
    while_at_least(f, left, ITEM, lambda: group(1))


def _turn_cells(f: WasmFunction, columns: list[int], to: int, down: int, rows: int) -> None:
    """So many rows of the columns in hand, lane by lane: code that isn't optimised yet, as when weights are packed, is
    far slower with shuffles."""
    held = f.local('v128')
    for r in range(rows):
        f.local_get(to)
        f.local_get(columns[0])
        f.load('v128.load32_zero', ITEM * r)
        for lane in range(1, len(columns)):
            f.local_set(held)
            f.local_get(columns[lane])
            f.local_get(held)
            f.load_lane('v128.load32_lane', ITEM * r, lane)
        if len(columns) == 1:
            f.store_lane('v128.store32_lane', 0, 0)
        else:
            f.store('v128.store', 0)
        advance_by_local(f, to, down, 1)
    for column in columns:
        advance(f, column, ITEM * rows)
