"""Regions of the one linear memory: what is held by whom, what is free, and growing when nothing fits."""

from __future__ import annotations

from typing import Any

from alula.host.arrays import TypedArray, fill
from alula.host.wasm import grow, memory, memory_bytes
from alula.plan.memory import ALIGNMENT

PAGE_BYTES = 65536
MAX_PAGES = 65536  # 4 GiB, all that 32-bit addresses reach
POOL_ADDRESS = ALIGNMENT  # nothing lies at 0
POOL_WORDS = 496
FIRST_ADDRESS = POOL_ADDRESS + 4 * POOL_WORDS
OVERREAD_BYTES = 32  # behind every region: kernels may read, not use, what follows its last element


def region_bytes(wanted: int) -> int:
    """The size of a region for `wanted` bytes."""
    return (wanted + OVERREAD_BYTES + ALIGNMENT - 1) // ALIGNMENT * ALIGNMENT


class Region:
    """`size` bytes from `address` on."""

    def __init__(self, address: int, size: int) -> None:
        self.address = address
        self.size = size


class Regions:
    """First fit among the free regions, kept in the order of their addresses and merged where they touch."""

    def __init__(self) -> None:
        self.memory: Any = memory(1, MAX_PAGES)
        self.end = PAGE_BYTES
        self.touched = 0  # memory from here on was never taken: it is zero
        self.free = [Region(FIRST_ADDRESS, PAGE_BYTES - FIRST_ADDRESS)]

    def bytes(self) -> TypedArray:
        """The whole memory, until something is taken."""
        return memory_bytes(self.memory)

    def take(self, wanted: int) -> Region:
        """An aligned region of at least `wanted` bytes that hold anything; OutOfMemoryError where the host has no
        more."""
        size = region_bytes(wanted)
        return self._cut(self.reserve(size), size)

    def take_zeroed(self, wanted: int) -> Region:
        """`take`, and every byte is 0."""
        touched = self.touched
        region = self.take(wanted)
        # Where nothing was taken before, the host has zeroed the memory.
        fill(self.bytes(), 0, region.address, max(region.address, min(region.address + region.size, touched)))
        return region

    def reserve(self, size: int) -> int:
        """Have `size` bytes free in one piece, so that taking them bit by bit grows the memory but once; gives the
        index of the first such piece."""
        for i in range(len(self.free)):
            if self.free[i].size >= size:
                return i
        last = len(self.free) - 1
        at_end = last >= 0 and self.free[last].address + self.free[last].size == self.end
        missing = size - (self.free[last].size if at_end else 0)
        pages = (missing + PAGE_BYTES - 1) // PAGE_BYTES
        grow(self.memory, pages)
        self.give(Region(self.end, pages * PAGE_BYTES))
        self.end += pages * PAGE_BYTES
        return len(self.free) - 1

    def _cut(self, i: int, size: int) -> Region:
        whole = self.free[i]
        taken = Region(whole.address, size)
        if whole.size == size:
            self.free.pop(i)
        else:
            self.free[i] = Region(whole.address + size, whole.size - size)
        self.touched = max(self.touched, taken.address + size)
        return taken

    def give(self, region: Region) -> None:
        """Take a region back."""
        at = 0
        while at < len(self.free) and self.free[at].address < region.address:
            at += 1
        self.free.insert(at, region)
        self._merge(at)
        if at > 0:
            self._merge(at - 1)

    def _merge(self, at: int) -> None:
        """Make one of the free region `at` and the next if they touch."""
        if at + 1 < len(self.free) and self.free[at].address + self.free[at].size == self.free[at + 1].address:
            self.free[at] = Region(self.free[at].address, self.free[at].size + self.free[at + 1].size)
            self.free.pop(at + 1)
