"""The arena: where each value of a program lies, so that values that never live at the same time share bytes."""

from __future__ import annotations

import math
from typing import Any

from alula.host.table import Table
from alula.kernels.view import Buffer, View

ALIGNMENT = 64


class Lifetime:
    """A buffer with its bytes in the arena, and the first and last moment that touches it."""

    def __init__(self, buffer: Buffer, first: int, size: int) -> None:
        self.buffer = buffer
        self.first = first
        self.last = first
        self.bytes = size
        self.offset = -1


def lifetimes(moments: list[list[View]], alignment: int, bytes_of: Any) -> list[Lifetime]:
    """The lifetime of each buffer that the moments touch, in order of first use. `bytes_of(dtype)`: what an element
    takes; sizes are multiples of `alignment`."""
    found: Table[str, Lifetime] = Table()
    for at in range(len(moments)):
        for view in moments[at]:
            life = found.find(view.buffer.label)
            if life is None:
                size = view.buffer.size * bytes_of(view.dtype)
                life = Lifetime(view.buffer, at, (size + alignment - 1) // alignment * alignment)
                found.put(view.buffer.label, life)
            life.last = at
    return found.values_list()


def place(lives: list[Lifetime]) -> int:
    """Give every lifetime an offset; returns the arena's bytes.

    Greedy by size (Pisarchyk & Lee 2020, arXiv:2001.03288): the largest first, each into the tightest gap among
    those already placed whose lifetimes meet its own.
    """
    placed: list[Lifetime] = []  # by offset
    total = 0
    order = lives[:]
    order.sort(key=lambda life: -life.bytes)
    for life in order:
        end = 0
        tightest = math.inf
        for other in placed:
            if other.first <= life.last and life.first <= other.last:
                gap = other.offset - end
                if life.bytes <= gap < tightest:
                    life.offset = end
                    tightest = gap
                end = max(end, other.offset + other.bytes)
        if life.offset < 0:
            life.offset = end
        at = len(placed)
        while at > 0 and placed[at - 1].offset > life.offset:
            at -= 1
        placed.insert(at, life)
        total = max(total, life.offset + life.bytes)
    return total
