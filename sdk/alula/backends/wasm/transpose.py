"""Transposes of 32-bit elements in tiles: copies whose rows in the output are columns in the input."""

from __future__ import annotations

from alula.backends.wasm.assembler import WasmFunction
from alula.backends.wasm.kernel import KernelPlan, push_word, word_local
from alula.backends.wasm.params import Params
from alula.backends.wasm.space import Dim, product
from alula.backends.wasm.walk import Walk, advance, advance_by_local, walk_words, while_at_least

ITEM = 4  # bytes
TILE = 4
BLOCK = 16  # columns done together: the elements of a cache line


def transpose_kernel(dims: list[Dim]) -> KernelPlan | None:
    """Copies of 32-bit elements over `dims` (copy.copy_dims) whose rows in the output are columns in the input, both
    long enough for a tile."""
    inner = dims[len(dims) - 1]
    if inner.steps[1] != ITEM or inner.steps[0] == 0 or inner.size < TILE:
        return None
    for d in range(len(dims) - 1):
        if dims[d].steps[0] == ITEM and dims[d].size >= TILE:
            return Transpose([dims[other] for other in range(len(dims) - 1) if other != d], dims[d], inner)
    return None


class Transpose(KernelPlan):
    """Tiles of 4 x 4 by shuffles. `rows`: the dim of the output's rows, along which the input is contiguous; `inner`:
    the dim along which the output is.

    An item is a block of 16 rows of the output. Words: input, output, the inner size, rows in all, the step of the
    input along the inner dim, the step of the output along the rows; then the walk over the outer dims and the blocks.
    """

    def __init__(self, outer: list[Dim], rows: Dim, inner: Dim) -> None:
        count = (rows.size + BLOCK - 1) // BLOCK
        outer.append(Dim(count, [BLOCK * rows.steps[0], BLOCK * rows.steps[1]], rows.axis))
        super().__init__('transpose', f'{len(outer)} dims', product(outer), inner.size * BLOCK // 2)
        self.rows = rows
        self.inner = inner
        self.walked = outer

    def words(self, params: Params, addresses: list[int]) -> list[int]:
        inner = self.inner
        words = [addresses[0], addresses[1], inner.size, self.rows.size, inner.steps[0], self.rows.steps[1]]
        words.extend(walk_words(self.walked))
        return words

    def emit(self, f: WasmFunction) -> None:
        TransposeCode(f, len(self.walked)).emit()


class TransposeCode:
    """The function of a Transpose in the making."""

    def __init__(self, f: WasmFunction, rank: int) -> None:
        self.f = f
        self.source = word_local(f, 0)
        self.target = word_local(f, 1)
        self.across = word_local(f, 4)  # from one element of an output row to the next, in the input
        self.down = word_local(f, 5)  # from one output row to the next
        self.walk = Walk(f, rank, [self.source, self.target], 6)
        self.rows = f.local('i32')
        self.count = f.local('i32')
        self.left = f.local('i32')
        self.source_at = f.local('i32')
        self.target_at = f.local('i32')
        self.from_ = f.local('i32')
        self.to = f.local('i32')

    def emit(self) -> None:
        self.walk.rows(lambda: self._block())

    def _block(self) -> None:
        """Up to 16 rows of the output."""
        f = self.f
        rows = f.local('i32')
        f.local_get(self.source)
        f.local_set(self.source_at)
        f.local_get(self.target)
        f.local_set(self.target_at)
        push_word(f, 2)
        f.local_set(self.count)
        push_word(f, 3)
        f.local_get(self.walk.indices[self.walk.rank - 1])
        f.i32_const(BLOCK)
        f.op('i32.mul')
        f.op('i32.sub')
        f.local_tee(rows)
        f.i32_const(BLOCK)
        f.local_get(rows)
        f.i32_const(BLOCK)
        f.op('i32.lt_s')
        f.op('select')
        f.local_set(self.rows)
        while_at_least(f, self.count, TILE, lambda: self._columns(TILE))
        while_at_least(f, self.count, 1, lambda: self._columns(1))

    def _columns(self, width: int) -> None:
        """`width` elements of each of the block's rows."""
        f = self.f
        f.local_get(self.source_at)
        f.local_set(self.from_)
        f.local_get(self.target_at)
        f.local_set(self.to)
        f.local_get(self.rows)
        f.local_set(self.left)
        if width == TILE:
            while_at_least(f, self.left, TILE, lambda: self._tile())
        while_at_least(f, self.left, 1, lambda: self._elements(width))
        advance_by_local(f, self.source_at, self.across, width)
        advance(f, self.target_at, 4 * width)

    def _tile(self) -> None:
        """Four vectors across in the input become four rows of the output."""
        f = self.f
        at = f.local('i32')
        read = [f.local('v128') for _ in range(TILE)]
        pairs = [f.local('v128') for _ in range(TILE)]
        f.local_get(self.from_)
        f.local_set(at)
        for i in range(TILE):
            f.local_get(at)
            f.load('v128.load', 0)
            f.local_set(read[i])
            if i < TILE - 1:
                advance_by_local(f, at, self.across, 1)
        for i in range(TILE):
            f.local_get(read[i // 2 * 2])
            f.local_get(read[i // 2 * 2 + 1])
            low = i % 2 * 2
            f.shuffle32(low, low + 4, low + 1, low + 5)
            f.local_set(pairs[i])
        f.local_get(self.to)
        f.local_set(at)
        for i in range(TILE):
            f.local_get(at)
            f.local_get(pairs[i // 2])
            f.local_get(pairs[i // 2 + 2])
            low = i % 2 * 2
            f.shuffle32(low, low + 1, low + 4, low + 5)
            f.store('v128.store', 0)
            if i < TILE - 1:
                advance_by_local(f, at, self.down, 1)
        advance(f, self.from_, 4 * TILE)
        advance_by_local(f, self.to, self.down, TILE)

    def _elements(self, width: int) -> None:
        """`width` elements of one row."""
        f = self.f
        at = f.local('i32')
        f.local_get(self.from_)
        f.local_set(at)
        for i in range(width):
            f.local_get(self.to)
            f.local_get(at)
            f.load('i32.load', 0)
            f.store('i32.store', 4 * i)
            if i < width - 1:
                advance_by_local(f, at, self.across, 1)
        advance(f, self.from_, 4)
        advance_by_local(f, self.to, self.down, 1)
