"""Transposes of 32-bit elements in tiles: copies whose rows in the output are columns in the input."""

from __future__ import annotations

from alula.backends.wasm.assembler import Assembler, WasmFunction
from alula.backends.wasm.copy import copy_dims, inner_classes
from alula.backends.wasm.kernel import Features, Generator, kernel_function, push_word, word_local
from alula.backends.wasm.space import Dim, product
from alula.backends.wasm.walk import Walk, advance, advance_by_local, walk_words, while_at_least
from alula.dtypes import item_bytes
from alula.kernels.kernel import Step, is_copy

TILE = 4
BLOCK = 16  # columns done together: the elements of a cache line


class TransposeGenerator(Generator):
    """Copies of 32-bit elements whose rows in the output are columns in the input: tiles of 4 x 4 by shuffles.

    An item is a block of 16 rows of the output. Words: input, output, the inner size, rows in all, the step of the
    input along the inner dim, the step of the output along the rows; then the walk over the outer dims and the blocks.
    """

    def __init__(self) -> None:
        super().__init__('transpose')

    def matches(self, step: Step, features: Features) -> bool:
        if not is_copy(step.kernel) or item_bytes(step.outputs[0].dtype) != 4:
            return False
        dims = copy_dims(step)
        return inner_classes(dims, 4) == 's1' and dims[len(dims) - 1].size >= TILE and _column_dim(dims) >= 0

    def code_key(self, step: Step) -> str:
        return f'{len(copy_dims(step)) - 2} outer'

    def params(self, step: Step, addresses: list[int]) -> list[int]:
        dims = copy_dims(step)
        rows = dims[_column_dim(dims)]
        inner = dims[len(dims) - 1]
        words = [addresses[0], addresses[1], inner.size, rows.size, inner.steps[0], rows.steps[1]]
        words.extend(walk_words(_blocks(dims)))
        return words

    def items(self, step: Step) -> int:
        return product(_blocks(copy_dims(step)))

    def item_cost(self, step: Step) -> int:
        dims = copy_dims(step)
        return dims[len(dims) - 1].size * BLOCK // 2

    def emit(self, assembler: Assembler, step: Step, features: Features) -> WasmFunction:
        f = kernel_function(assembler)
        TransposeCode(f, len(copy_dims(step)) - 1).emit()
        return f


def _column_dim(dims: list[Dim]) -> int:
    """The outer dim along which the input is contiguous, -1 if there is none worth a tile."""
    for d in range(len(dims) - 1):
        if dims[d].steps[0] == 4 and dims[d].size >= TILE:
            return d
    return -1


def _blocks(dims: list[Dim]) -> list[Dim]:
    """The outer dims, the one of columns last and counted in blocks."""
    at = _column_dim(dims)
    found = [dims[d] for d in range(len(dims) - 1) if d != at]
    columns = dims[at]
    count = (columns.size + BLOCK - 1) // BLOCK
    found.append(Dim(count, [BLOCK * columns.steps[0], BLOCK * columns.steps[1]], columns.axis))
    return found


class TransposeCode:
    """The function of TransposeGenerator in the making."""

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
