"""Constants that functions read from memory: a fixed place for the 32-bit words of all modules of one backend."""

from __future__ import annotations

from alula.host.arrays import TypedArray, array_from_list, put, typed_over
from alula.host.table import Table


class ConstantPool:
    """Distinct words in memory from `address` on, `capacity` of them at most."""

    def __init__(self, address: int, capacity: int) -> None:
        self.address = address
        self.capacity = capacity
        self.places: Table[int, int] = Table()

    def place_of(self, word: int) -> int:
        """The address of an unsigned word, added if it is new; -1 when the pool is full."""
        count = self.places.count()
        if not self.places.has(word):
            if count == self.capacity:
                return -1
            self.places.put(word, self.address + 4 * count)
        return self.places.at(word)

    def write(self, memory: TypedArray) -> None:
        """Put the words where the functions expect them."""
        words = array_from_list('uint32', self.places.keys_list())
        put(typed_over('uint32', memory, self.address, len(words)), words, 0)
