"""The parameter blocks of one executable while they are written: 32-bit words, and tables that blocks share."""

from __future__ import annotations

from alula.host.arrays import TypedArray, continue_words, i32, put, put_words, sub, typed_over
from alula.host.table import Table
from alula.kernels.view import dims_text, numel

CAPACITY = 256  # words at first: a recipe has one block


class Params:
    """Words in the order in which they will lie in memory, `size` of them. Positions are indices of words; a block says
    where a table is by its distance in bytes, so that neither needs to know its address."""

    def __init__(self) -> None:
        self.data = i32(CAPACITY)
        self.size = 0
        self.tables: Table[str, int] = Table()

    def write(self, memory: TypedArray, address: int) -> None:
        """Put the words where their blocks are read."""
        put(typed_over('int32', memory, address, self.size), sub(self.data, 0, self.size), 0)

    def extend(self, words: list[int]) -> int:
        """Add words (signed or unsigned 32-bit); gives the position of the first."""
        first = self._room_for(len(words))
        put_words(self.data, words, first)
        return first

    def offsets(self, shape: list[int], columns: list[list[int]]) -> int:
        """The position of a table with a record per index of `shape`, row-major: its offset by each of the strides
        `columns`. Steps with the same numbers share it."""
        key = dims_text(shape) + ''.join([dims_text(strides) for strides in columns])
        found = self.tables.find(key)
        if found is None:
            found = self.records(shape, columns, [0 for _ in columns])
            self.tables.put(key, found)
        return found

    def records(self, shape: list[int], columns: list[list[int]], starts: list[int]) -> int:
        """`offsets`, each column counted from its start, in a table of its own."""
        width = len(columns)
        count = numel(shape)
        first = self._room_for(width * count)
        for c, strides in enumerate(columns if count > 0 else []):
            begin = first + c
            put_words(self.data, [starts[c]], begin)
            # The innermost dim first: each entry is one step on from the one that lies a block before it.
            block = width
            for d in range(len(shape) - 1, -1, -1):
                continue_words(self.data, begin + block, begin + block * shape[d], width, block, strides[d])
                block *= shape[d]
        return first

    def jumps(self, shape: list[int], strides: list[int], walked: int) -> int:
        """The position of a table of how far it is from the end of each run to the begin of the next: runs of `walked`
        bytes that begin at the offsets of `shape`; 0 after the last."""
        first = self.records(shape, [strides], [0])
        last = self.size - 1
        for i in range(first, last):
            self.data[i] = self.data[i + 1] - self.data[i] - walked
        self.data[last] = 0
        return first

    def _room_for(self, count: int) -> int:
        first = self.size
        self.size += count
        if self.size > len(self.data):
            old = self.data
            self.data = i32(2 * self.size)
            put(self.data, sub(old, 0, first), 0)
        return first
