"""Copies: rows of bytes by themselves, columns that become rows in tiles (transpose.py), and the strided ones of types
that no lane holds as Maps of an integer of that size."""

from __future__ import annotations

from alula.backends.wasm.assembler import WasmFunction
from alula.backends.wasm.kernel import BEGIN, END, KernelPlan, word_local
from alula.backends.wasm.map import map_kernel
from alula.backends.wasm.params import Params
from alula.backends.wasm.space import Dim, dims_of, in_memory_order, merged, product
from alula.backends.wasm.spelling import kind_or_none
from alula.backends.wasm.transpose import transpose_kernel
from alula.backends.wasm.walk import Walk, advance, walk_words, while_at_least
from alula.dtypes import item_bytes
from alula.kernels.expr import slot
from alula.kernels.kernel import Map, Step, is_copy
from alula.kernels.view import Buffer, View

SAME_SIZE: list[str] = ['', 'uint8', 'uint16', '', 'int32', '', '', '', 'int64']  # the integer of so many bytes
CALL_WORTH = 256  # bytes from which memory.copy, a call into the engine, beats a loop of vectors


def copy_kernel(step: Step) -> KernelPlan | None:
    """Copies for which there is something better than a Map, or that a Map can't do."""
    dtype = step.outputs[0].dtype
    item = item_bytes(dtype)
    if not is_copy(step.kernel) or item == 0:
        return None
    dims = copy_dims(step, item)
    inner = dims[len(dims) - 1]
    if inner.steps[0] == item and inner.steps[1] == item:
        return RowCopy(dims)
    turned = transpose_kernel(dims) if item == 4 else None
    if turned is not None:
        return turned
    if item > 8 or not (kind_or_none(dtype) == '' or dtype == 'bool'):
        return None
    views = [_as_integers(view, SAME_SIZE[item]) for view in [step.inputs[0], step.outputs[0]]]
    return map_kernel(Step(Map([slot(0, SAME_SIZE[item])]), [views[0]], [views[1]], step.origin))


def copy_dims(step: Step, item: int) -> list[Dim]:
    """The merged dims of a copy; steps are those of the input, then of the output."""
    shape = step.outputs[0].shape
    views = [step.inputs[0], step.outputs[0]]
    dims = merged(in_memory_order(dims_of(shape, views, 0, len(shape)), [1, 0]), [])
    if len(dims) == 0:
        dims.append(Dim(1, [item, item], -1))
    return dims


def _as_integers(view: View, dtype: str) -> View:
    same = Buffer(view.buffer.label, dtype, view.buffer.size, None)
    return View(same, view.shape, view.strides, view.offset)


class RowCopy(KernelPlan):
    """Rows that are contiguous in both views; the element type doesn't matter. An item is a row, or a byte of the only
    one."""

    def __init__(self, dims: list[Dim]) -> None:
        inner = dims.pop()
        row_bytes = inner.size * inner.steps[0]
        flat = len(dims) == 0
        items = row_bytes if flat or row_bytes == 0 else product(dims)
        super().__init__('copy rows', f'{len(dims)} outer', items, 1 if flat else row_bytes // 16 + 16)
        self.outer = dims
        self.row_bytes = row_bytes

    def words(self, params: Params, addresses: list[int]) -> list[int]:
        words = [addresses[0], addresses[1], self.row_bytes]
        words.extend(walk_words(self.outer))
        return words

    def emit(self, f: WasmFunction) -> None:
        source = word_local(f, 0)
        target = word_local(f, 1)
        if len(self.outer) > 0:
            count = word_local(f, 2)
            Walk(f, len(self.outer), [source, target], 3).rows(lambda: copy_row(f, target, source, count))
            return
        for pointer in [target, source]:
            f.local_get(pointer)
            f.local_get(BEGIN)
            f.op('i32.add')
        f.local_get(END)
        f.local_get(BEGIN)
        f.op('i32.sub')
        f.memory_copy()


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
