"""The arena: where each value of a program lies, so that values that never live at the same time share bytes."""

from __future__ import annotations

from alula.dtypes import item_bytes
from alula.host.table import Table
from alula.kernels.kernel import Step
from alula.kernels.view import Buffer, View

ALIGNMENT = 64


class Lifetime:
    """A buffer's bytes, and the first and last step that touch it: -1 is before all steps, their number after all."""

    def __init__(self, buffer: Buffer, first: int) -> None:
        self.buffer = buffer
        self.bytes = (buffer.size * item_bytes(buffer.dtype) + ALIGNMENT - 1) // ALIGNMENT * ALIGNMENT
        self.first = first
        self.last = first
        self.offset = -1


def lifetimes(steps: list[Step], inputs: list[View], outputs: list[View]) -> list[Lifetime]:
    """The lifetime of every buffer that has no data of its own, in order of first use."""
    found: Table[str, Lifetime] = Table()
    for view in inputs:
        _touch(found, view.buffer, -1)
    for i in range(len(steps)):
        for view in steps[i].inputs:
            _touch(found, view.buffer, i)
        for view in steps[i].outputs:
            _touch(found, view.buffer, i)
    for view in outputs:
        _touch(found, view.buffer, len(steps))
    return found.values_list()


def _touch(found: Table[str, Lifetime], buffer: Buffer, at: int) -> None:
    if buffer.is_constant:
        return
    life = found.find(buffer.label)
    if life is None:
        life = Lifetime(buffer, at)
        found.put(buffer.label, life)
    life.last = at


def place(lives: list[Lifetime]) -> int:
    """Give every lifetime an offset; returns the arena's bytes.

    Greedy by size (Pisarchyk & Lee 2020, arXiv:2001.03288): the largest first, each into the tightest gap among
    those already placed whose lifetimes meet its own.
    """
    order = lives[:]
    order.sort(key=lambda life: -life.bytes)
    placed: list[Lifetime] = []
    total = 0
    for life in order:
        neighbours = [p for p in placed if p.first <= life.last and life.first <= p.last]
        neighbours.sort(key=lambda p: p.offset)
        life.offset = _tightest_gap(neighbours, life.bytes)
        placed.append(life)
        total = max(total, life.offset + life.bytes)
    return total


def _tightest_gap(neighbours: list[Lifetime], size: int) -> int:
    best = -1
    best_gap = 0
    end = 0
    for p in neighbours:
        gap = p.offset - end
        if gap >= size and (best < 0 or gap < best_gap):
            best = end
            best_gap = gap
        end = max(end, p.offset + p.bytes)
    return best if best >= 0 else end
