"""Walking the outer dims of an iteration space: a pointer per view, moved from row to row by strides of the params
block, and counted loops."""

from __future__ import annotations

from typing import Any

from alula.backends.space import Dim
from alula.backends.wasm.assembler import WasmFunction
from alula.backends.wasm.kernel import BEGIN, END, push_word


def advance(f: WasmFunction, local: int, by: int) -> None:
    """Add a constant to an i32 local."""
    f.local_get(local)
    f.i32_const(by)
    f.op('i32.add')
    f.local_set(local)


def advance_by_local(f: WasmFunction, local: int, by: int, times: int) -> None:
    """Add `times` times the local `by` to an i32 local."""
    f.local_get(local)
    f.local_get(by)
    if times != 1:
        f.i32_const(times)
        f.op('i32.mul')
    f.op('i32.add')
    f.local_set(local)


def copy_locals(f: WasmFunction, sources: list[int], targets: list[int]) -> None:
    for i, source in enumerate(sources):
        f.local_get(source)
        f.local_set(targets[i])


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
    """What a Walk over `dims` (outermost first) reads from the params block: per dim its size and each view's step."""
    return [word for dim in dims for word in [dim.size, *dim.steps]]


class Walk:
    """Rows BEGIN to END (at least one) of a space of `rank` outer dims. `pointers`: locals that hold each view's first
    address at first, and its address in the row while `rows` runs; `indices`: locals with the row's index along each
    dim; `end`: the word behind those of the walk."""

    def __init__(self, f: WasmFunction, rank: int, pointers: list[int], first_word: int) -> None:
        self.f = f
        self.rank = rank
        self.pointers = pointers
        self.sizes = [first_word + d * (1 + len(pointers)) for d in range(rank)]
        self.end = first_word + rank * (1 + len(pointers))
        self.indices = [f.local('i32') for _ in range(rank)]

    def rows(self, body: Any) -> None:
        """Emit `body()` for each row."""
        f = self.f
        rest = f.local('i32')
        f.local_get(BEGIN)
        for d in range(self.rank - 1, -1, -1):
            f.local_tee(rest)
            push_word(f, self.sizes[d])
            f.op('i32.rem_u')
            f.local_set(self.indices[d])
            self._jump(d, 'i32.add')
            f.local_get(rest)
            push_word(f, self.sizes[d])
            f.op('i32.div_u')
        f.op('drop')
        f.loop()
        body()
        self.step(self.rank - 1)
        advance(f, BEGIN, 1)
        f.local_get(BEGIN)
        f.local_get(END)
        f.op('i32.lt_s')
        f.br_if(0)
        f.end()

    def step(self, d: int) -> None:
        """Count dim d on; at its end begin it again and count the dim outside it."""
        f = self.f
        advance(f, self.indices[d], 1)
        for v, pointer in enumerate(self.pointers):
            f.local_get(pointer)
            push_word(f, self.sizes[d] + 1 + v)
            f.op('i32.add')
            f.local_set(pointer)
        if d > 0:
            f.local_get(self.indices[d])
            push_word(f, self.sizes[d])
            f.op('i32.ge_s')
            f.begin_if()
            self._jump(d, 'i32.sub')
            f.i32_const(0)
            f.local_set(self.indices[d])
            self.step(d - 1)
            f.end()

    def _jump(self, d: int, op: str) -> None:
        """Add to the pointers (or subtract from them) what the index along dim d takes them on."""
        f = self.f
        for v, pointer in enumerate(self.pointers):
            f.local_get(pointer)
            f.local_get(self.indices[d])
            push_word(f, self.sizes[d] + 1 + v)
            f.op('i32.mul')
            f.op(op)
            f.local_set(pointer)
