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
    """First fit among the free regions, kept in the order of their addresses and merged where they touch. The last one,
    which may be empty, ends where the memory does."""

    def __init__(self) -> None:
        self.memory: Any = memory(1, MAX_PAGES)
        self.touched = 0  # memory from here on was never taken: it is zero
        self.free = [Region(FIRST_ADDRESS, PAGE_BYTES - FIRST_ADDRESS)]

    def bytes(self) -> TypedArray:
        """The whole memory, until something is taken."""
        return memory_bytes(self.memory)

    def take(self, wanted: int) -> Region:
        """An aligned region of at least `wanted` bytes that hold anything; OutOfMemoryError where the host has no
        more."""
        size = region_bytes(wanted)
        self.reserve(size)
        whole = [region for region in self.free if region.size >= size][0]
        taken = Region(whole.address, size)
        whole.address += size
        whole.size -= size
        self.touched = max(self.touched, whole.address)
        return taken

    def take_zeroed(self, wanted: int) -> Region:
        """`take`, and every byte is 0."""
        touched = self.touched
        region = self.take(wanted)
        # Where nothing was taken before, the host has zeroed the memory.
        fill(self.bytes(), 0, region.address, min(region.address + region.size, touched))
        return region

    def reserve(self, size: int) -> None:
        """Have `size` bytes free in one piece, so that taking them bit by bit grows the memory but once."""
        if max([region.size for region in self.free]) < size:
            last = self.free[-1]
            pages = (size - last.size + PAGE_BYTES - 1) // PAGE_BYTES
            grow(self.memory, pages)
            last.size += pages * PAGE_BYTES

    def give(self, region: Region) -> None:
        """Take a region back."""
        self.free.append(region)
        self.free.sort(key=lambda one: one.address)
        merged: list[Region] = []
        for one in self.free:
            if len(merged) > 0 and merged[-1].address + merged[-1].size == one.address:
                merged[-1].size += one.size
            else:
                merged.append(one)
        self.free = merged
