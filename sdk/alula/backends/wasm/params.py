"""The parameter blocks of one executable while they are written: 32-bit words, and tables that blocks share."""

from __future__ import annotations

from alula.host.arrays import TypedArray, i32, put, sub, to_i32
from alula.host.table import Table
from alula.kernels.view import dims_text, numel

CAPACITY = 4096  # words at first


class Params:
    """Words in the order in which they will lie in memory. Positions are indices of words; a block says where a table
    is by its distance in bytes, so that neither needs to know its address."""

    def __init__(self) -> None:
        self.data = i32(CAPACITY)
        self.capacity = CAPACITY
        self.size = 0
        self.tables: Table[str, int] = Table()

    def written(self) -> TypedArray:
        """The words so far."""
        return sub(self.data, 0, self.size)

    def extend(self, words: list[int]) -> int:
        """Add words (signed or unsigned 32-bit); gives the position of the first."""
        first = self._room_for(len(words))
        data = self.data
        for i in range(len(words)):
            data[first + i] = to_i32(words[i])
        return first

    def offsets(self, shape: list[int], columns: list[list[int]]) -> int:
        """The position of a table with a record per index of `shape`, row-major: its offset by each of the strides
        `columns`. Steps with the same numbers share it."""
        key = dims_text(shape) + ':' + ';'.join([dims_text(strides) for strides in columns])
        known = self.tables.find(key)
        if known is not None:
            return known
        first = self.records(shape, columns, [0 for _ in columns])
        self.tables.put(key, first)
        return first

    def records(self, shape: list[int], columns: list[list[int]], starts: list[int]) -> int:
        """`offsets`, each column counted from its start, in a table of its own."""
        width = len(columns)
        count = numel(shape)
        first = self._room_for(width * count)
        for c in range(width):
            if count > 0:
                self._fill(first + c, width, starts[c], shape, columns[c])
        return first

    def jumps(self, shape: list[int], strides: list[int], walked: int) -> int:
        """The position of a table of how far it is from the end of each run to the begin of the next: runs of `walked`
        bytes that begin at the offsets of `shape`; 0 after the last."""
        key = dims_text(shape) + dims_text(strides) + str(walked)
        known = self.tables.find(key)
        if known is not None:
            return known
        first = self.records(shape, [strides], [0])
        data = self.data
        for i in range(first, self.size - 1):
            data[i] = data[i + 1] - data[i] - walked
        data[self.size - 1] = 0
        self.tables.put(key, first)
        return first

    def _fill(self, first: int, width: int, start: int, shape: list[int], strides: list[int]) -> None:
        """Every `width`-th word from `first` on: the offsets of all indices, the innermost dim first, then copies of
        what is there for each step of the next."""
        data = self.data
        data[first] = to_i32(start)
        done = 1
        for back in range(len(shape)):
            d = len(shape) - 1 - back
            stride = strides[d]
            at = first + done * width
            for i in range(1, shape[d]):
                move = i * stride
                for k in range(done):
                    data[at] = to_i32(data[first + k * width] + move)
                    at += width
            done *= shape[d]

    def _room_for(self, count: int) -> int:
        first = self.size
        self.size = first + count
        if self.size > self.capacity:
            while self.size > self.capacity:
                self.capacity *= 2
            old = self.data
            self.data = i32(self.capacity)
            put(self.data, sub(old, 0, first), 0)
        return first
