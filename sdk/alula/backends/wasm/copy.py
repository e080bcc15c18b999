"""Copies of elements of any type: rows of bytes, and strided ones as Maps of an integer of that size.

Transposes of 32-bit elements are in transpose.py."""

from __future__ import annotations

from alula.backends.wasm.assembler import Assembler, WasmFunction
from alula.backends.wasm.kernel import BEGIN, END, Features, Generator, kernel_function, word_local
from alula.backends.wasm.map import MapGenerator
from alula.backends.wasm.space import Dim, dims_of, in_memory_order, merged, product, step_class
from alula.backends.wasm.spelling import SCALAR, VECTOR, kind_or_none
from alula.backends.wasm.walk import Walk, advance, walk_words, while_at_least
from alula.dtypes import item_bytes
from alula.kernels.expr import slot
from alula.kernels.kernel import Map, Step, is_copy
from alula.kernels.view import Buffer, View

SAME_SIZE: list[str] = ['', 'uint8', 'uint16', '', 'int32', '', '', '', 'int64']  # the integer of so many bytes
CALL_WORTH = 256  # bytes from which memory.copy, a call into the engine, beats a loop of vectors


def copy_dims(step: Step) -> list[Dim]:
    """The merged dims of a copy; steps are those of the input, then of the output."""
    views = [step.inputs[0], step.outputs[0]]
    shape = step.outputs[0].shape
    dims = merged(in_memory_order(dims_of(shape, views, 0, len(shape)), [1, 0]), [])
    if len(dims) == 0:
        item = item_bytes(step.outputs[0].dtype)
        dims.append(Dim(1, [item, item], -1))
    return dims


def inner_classes(dims: list[Dim], item: int) -> str:
    inner = dims[len(dims) - 1]
    return step_class(inner.steps[0], item) + step_class(inner.steps[1], item)


class RowCopyGenerator(Generator):
    """Rows that are contiguous in both views; the element type doesn't matter. An item is a row, or a byte
    of the only one."""

    def __init__(self) -> None:
        super().__init__('copy rows')

    def matches(self, step: Step, features: Features) -> bool:
        if not is_copy(step.kernel):
            return False
        item = item_bytes(step.outputs[0].dtype)
        return item > 0 and inner_classes(copy_dims(step), item) == '11'

    def code_key(self, step: Step) -> str:
        return f'{len(copy_dims(step)) - 1} outer'

    def params(self, step: Step, addresses: list[int]) -> list[int]:
        dims = copy_dims(step)
        inner = dims.pop()
        words = [addresses[0], addresses[1], inner.size * inner.steps[0]]
        words.extend(walk_words(dims))
        return words

    def items(self, step: Step) -> int:
        dims = copy_dims(step)
        inner = dims.pop()
        if len(dims) == 0:
            return inner.size * inner.steps[0]
        return product(dims) if inner.size > 0 else 0

    def item_cost(self, step: Step) -> int:
        dims = copy_dims(step)
        inner = dims.pop()
        return 1 if len(dims) == 0 else inner.size * inner.steps[0] // 16 + 16

    def emit(self, assembler: Assembler, step: Step, features: Features) -> WasmFunction:
        f = kernel_function(assembler)
        rank = len(copy_dims(step)) - 1
        source = word_local(f, 0)
        target = word_local(f, 1)
        if rank > 0:
            count = word_local(f, 2)
            Walk(f, rank, [source, target], 3).rows(lambda: copy_row(f, target, source, count))
            return f
        for pointer in [target, source]:
            f.local_get(pointer)
            f.local_get(BEGIN)
            f.op('i32.add')
        f.local_get(END)
        f.local_get(BEGIN)
        f.op('i32.sub')
        f.memory_copy()
        return f


def copy_row(f: WasmFunction, target: int, source: int, count: int) -> None:
    """Copy `count` bytes. Short rows end with a piece that overlaps the one before: there is no loop over bytes but
    below 4."""
    f.local_get(count)
    f.i32_const(CALL_WORTH)
    f.op('i32.ge_u')
    f.begin_if()
    f.local_get(target)
    f.local_get(source)
    f.local_get(count)
    f.memory_copy()
    f.begin_else()
    f.local_get(count)
    f.i32_const(16)
    f.op('i32.ge_u')
    f.begin_if()
    _copy_vectors(f, target, source, count)
    f.begin_else()
    _copy_short(f, target, source, count)
    f.end()
    f.end()


def _copy_vectors(f: WasmFunction, target: int, source: int, count: int) -> None:
    done = f.local('i32')
    last = f.local('i32')
    f.local_get(count)
    f.i32_const(16)
    f.op('i32.sub')
    f.local_set(last)
    f.i32_const(0)
    f.local_set(done)
    f.loop()
    _copy_piece(f, 'v128', target, source, done)
    advance(f, done, 16)
    f.local_get(done)
    f.local_get(last)
    f.op('i32.lt_u')
    f.br_if(0)
    f.end()
    _copy_piece(f, 'v128', target, source, last)


def _copy_piece(f: WasmFunction, kind: str, target: int, source: int, at: int) -> None:
    for pointer in [target, source]:
        f.local_get(pointer)
        f.local_get(at)
        f.op('i32.add')
    f.load(kind + '.load', 0)
    f.store(kind + '.store', 0)


def _copy_short(f: WasmFunction, target: int, source: int, count: int) -> None:
    """Fewer than 16 bytes."""
    at = f.local('i32')
    for size in [8, 4]:
        kind = 'i64' if size == 8 else 'i32'
        f.local_get(count)
        f.i32_const(size)
        f.op('i32.ge_u')
        f.begin_if()
        f.i32_const(0)
        f.local_set(at)
        _copy_piece(f, kind, target, source, at)
        f.local_get(count)
        f.i32_const(size)
        f.op('i32.sub')
        f.local_set(at)
        _copy_piece(f, kind, target, source, at)
        f.begin_else()
    rest = f.local('i32')
    f.local_get(count)
    f.local_set(rest)
    f.i32_const(0)
    f.local_set(at)
    while_at_least(f, rest, 1, lambda: _copy_byte(f, target, source, at))
    f.end()
    f.end()


def _copy_byte(f: WasmFunction, target: int, source: int, at: int) -> None:
    for pointer in [target, source]:
        f.local_get(pointer)
        f.local_get(at)
        f.op('i32.add')
    f.load('i32.load8_u', 0)
    f.store('i32.store8', 0)
    advance(f, at, 1)


class StridedCopyGenerator(Generator):
    """Other copies of types that no lane holds as they are: Maps of an integer of the same size."""

    def __init__(self) -> None:
        super().__init__('copy strided')
        self.maps = [MapGenerator(VECTOR), MapGenerator(SCALAR)]

    def matches(self, step: Step, features: Features) -> bool:
        dtype = step.outputs[0].dtype
        if not is_copy(step.kernel) or item_bytes(dtype) == 0 or item_bytes(dtype) > 8:
            return False
        return kind_or_none(dtype) == '' or dtype == 'bool'

    def _map(self, step: Step) -> MapGenerator:
        return self.maps[0 if item_bytes(step.outputs[0].dtype) < 8 else 1]

    def _of_integers(self, step: Step) -> Step:
        surrogate: Step = self.planned(step)
        return surrogate

    def plan(self, step: Step) -> Step:
        dtype = SAME_SIZE[item_bytes(step.outputs[0].dtype)]
        views = [_as_integers(view, dtype) for view in [step.inputs[0], step.outputs[0]]]
        return Step(Map([slot(0, dtype)]), [views[0]], [views[1]], step.origin)

    def code_key(self, step: Step) -> str:
        return self._map(step).code_key(self._of_integers(step))

    def emit(self, assembler: Assembler, step: Step, features: Features) -> WasmFunction:
        return self._map(step).emit(assembler, self._of_integers(step), features)

    def params(self, step: Step, addresses: list[int]) -> list[int]:
        return self._map(step).params(self._of_integers(step), addresses)

    def items(self, step: Step) -> int:
        return self._map(step).items(self._of_integers(step))

    def item_cost(self, step: Step) -> int:
        return self._map(step).item_cost(self._of_integers(step))


def _as_integers(view: View, dtype: str) -> View:
    same = Buffer(view.buffer.label, dtype, view.buffer.size, None)
    return View(same, view.shape, view.strides, view.offset)
