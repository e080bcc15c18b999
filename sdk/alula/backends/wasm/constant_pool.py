"""Constants that functions read from memory: a fixed place for the 32-bit words of all modules of one backend."""

from __future__ import annotations

from alula.host.arrays import TypedArray, to_i32, typed_over
from alula.host.table import Table


class ConstantPool:
    """Distinct words in memory from `address` on, `capacity` of them at most."""

    def __init__(self, address: int, capacity: int) -> None:
        self.address = address
        self.capacity = capacity
        self.words: list[int] = []
        self.places: Table[int, int] = Table()

    def place_of(self, word: int) -> int:
        """The address of a word, added if it is new; -1 when the pool is full."""
        found = self.places.find(word)
        if found is not None:
            return found
        if len(self.words) == self.capacity:
            return -1
        place = self.address + 4 * len(self.words)
        self.words.append(word)
        self.places.put(word, place)
        return place

    def write(self, memory: TypedArray) -> None:
        """Put the words where the functions expect them."""
        view = typed_over('int32', memory, self.address, len(self.words))
        for i in range(len(self.words)):
            view[i] = to_i32(self.words[i])
