"""Walking the outer dims of an iteration space: a pointer per view, moved from row to row by strides of the params
block, and counted loops."""

from __future__ import annotations

from typing import Any

from alula.backends.wasm.assembler import WasmFunction
from alula.backends.wasm.kernel import BEGIN, END, push_word
from alula.backends.wasm.space import Dim


def advance(f: WasmFunction, local: int, by: int) -> None:
    """Add a constant to an i32 local."""
    f.local_get(local)
    f.i32_const(by)
    f.op('i32.add')
    f.local_set(local)


def advance_by_local(f: WasmFunction, local: int, by: int, times: int) -> None:
    """Add `times` (1 or a power of two) times the local `by` to an i32 local."""
    f.local_get(local)
    f.local_get(by)
    if times > 1:
        f.i32_const(times)
        f.op('i32.mul')
    f.op('i32.add')
    f.local_set(local)


def while_at_least(f: WasmFunction, count: int, step: int, body: Any) -> None:
    """As long as the local `count` is at least `step`: `body()`, then count less by `step`."""
    f.local_get(count)
    f.i32_const(step)
    f.op('i32.ge_s')
    f.begin_if()
    f.loop()
    body()
    f.local_get(count)
    f.i32_const(step)
    f.op('i32.sub')
    f.local_tee(count)
    f.i32_const(step)
    f.op('i32.ge_s')
    f.br_if(0)
    f.end()
    f.end()


def walk_words(dims: list[Dim]) -> list[int]:
    """What a Walk over `dims` (outermost first) reads from the params block: per dim its size; per dim and view its
    step, and the move to the next row when this dim counts on and all dims inside it begin again."""
    words = [dim.size for dim in dims]
    for dim in dims:
        words.extend(dim.steps)
    for d in range(len(dims)):
        for view in range(len(dims[d].steps)):
            move = dims[d].steps[view]
            for inner in range(d + 1, len(dims)):
                move -= dims[inner].steps[view] * (dims[inner].size - 1)
            words.append(move)
    return words


class Walk:
    """Rows BEGIN to END of a space of `rank` outer dims. `pointers`: locals that hold each view's first address at
    first, and its address in the row while `rows` runs; `indices`: locals with the row's index along each dim."""

    def __init__(self, f: WasmFunction, rank: int, pointers: list[int], first_word: int) -> None:
        self.f = f
        self.rank = rank
        self.pointers = pointers
        self.sizes = first_word
        self.steps = first_word + rank
        self.moves = self.steps + rank * len(pointers)
        self.indices = [f.local('i32') for _ in range(rank)]

    def rows(self, body: Any) -> None:
        """Emit `body()` for each row."""
        f = self.f
        f.local_get(BEGIN)
        f.local_get(END)
        f.op('i32.lt_s')
        f.begin_if()
        self._begin()
        f.loop()
        body()
        self._next(self.rank - 1)
        advance(f, BEGIN, 1)
        f.local_get(BEGIN)
        f.local_get(END)
        f.op('i32.lt_s')
        f.br_if(0)
        f.end()
        f.end()

    def _begin(self) -> None:
        """Go to row BEGIN."""
        f = self.f
        rest = f.local('i32')
        f.local_get(BEGIN)
        f.local_set(rest)
        for back in range(self.rank):
            d = self.rank - 1 - back
            f.local_get(rest)
            if d > 0:
                push_word(f, self.sizes + d)
                f.op('i32.rem_u')
            f.local_set(self.indices[d])
            if d > 0:
                f.local_get(rest)
                push_word(f, self.sizes + d)
                f.op('i32.div_u')
                f.local_set(rest)
            for view in range(len(self.pointers)):
                f.local_get(self.pointers[view])
                f.local_get(self.indices[d])
                push_word(f, self.steps + d * len(self.pointers) + view)
                f.op('i32.mul')
                f.op('i32.add')
                f.local_set(self.pointers[view])

    def _next(self, d: int) -> None:
        """Count dim d on; at its end begin it again and count the dim outside it."""
        f = self.f
        advance(f, self.indices[d], 1)
        if d > 0:
            f.local_get(self.indices[d])
            push_word(f, self.sizes + d)
            f.op('i32.lt_s')
            f.begin_if()
        for view in range(len(self.pointers)):
            f.local_get(self.pointers[view])
            push_word(f, self.moves + d * len(self.pointers) + view)
            f.op('i32.add')
            f.local_set(self.pointers[view])
        if d > 0:
            f.begin_else()
            f.i32_const(0)
            f.local_set(self.indices[d])
            self._next(d - 1)
            f.end()
