"""Elements of each dtype to lanes and back: one element, or four in a row. Lanes: see spelling.py."""

from __future__ import annotations

from alula.backends.wasm.assembler import WasmFunction
from alula.backends.wasm.spelling import KINDS, SCALAR_SHAPES
from alula.dtypes import item_bytes, storage_of


def sign_of(dtype: str) -> str:
    """What ends the mnemonics that widen or narrow integers."""
    return '_u' if storage_of(dtype).startswith('u') else '_s'


def load_scalar(f: WasmFunction, dtype: str, offset: int) -> None:
    """From an address on the stack to the element there."""
    item = item_bytes(dtype)
    f.load(SCALAR_SHAPES[KINDS[dtype]] + '.load' + ('' if item > 3 else f'{8 * item}{sign_of(dtype)}'), offset)
    if dtype == 'bool':
        f.i32_const(0)
        f.op('i32.ne')


def store_scalar(f: WasmFunction, dtype: str, offset: int) -> None:
    """Store the element on the stack at the address below it."""
    item = item_bytes(dtype)
    f.store(SCALAR_SHAPES[KINDS[dtype]] + '.store' + ('' if item > 3 else f'{8 * item}'), offset)


def lane_of(f: WasmFunction, dtype: str) -> None:
    """From a scalar on the stack to the value of a lane: a bool becomes a mask."""
    if dtype == 'bool':
        f.i32_const(-1)
        f.op('i32.mul')


def splat(f: WasmFunction, dtype: str) -> None:
    """From a scalar on the stack to four lanes of it."""
    lane_of(f, dtype)
    f.op('f32x4.splat' if dtype == 'float32' else 'i32x4.splat')


def load_lanes(f: WasmFunction, dtype: str, offset: int) -> None:
    """From an address on the stack to the four elements from there on, narrow ones widened to 32-bit lanes."""
    sign = sign_of(dtype)
    item = item_bytes(dtype)
    f.load(['', 'v128.load32_zero', 'v128.load16x4' + sign, '', 'v128.load'][item], offset)
    if item == 1:
        f.op('i16x8.extend_low_i8x16' + sign)
        f.op('i32x4.extend_low_i16x8' + sign)
    if dtype == 'bool':
        f.held_i32x4(0)
        f.op('i32x4.ne')


def store_lanes(f: WasmFunction, dtype: str, offset: int) -> None:
    """Store the four elements of the vector on the stack from the address below it on. Narrow integers must be in
    range, so that narrowing, which saturates, keeps them."""
    unmasked(f, dtype)
    item = item_bytes(dtype)
    if item == 4:
        f.store('v128.store', offset)
        return
    zeros = f.local('v128')
    f.local_get(zeros)
    f.op('i16x8.narrow_i32x4' + (sign_of(dtype) if item == 2 else '_s'))
    if item == 1:
        f.local_get(zeros)
        f.op('i8x16.narrow_i16x8' + sign_of(dtype))
    f.store_lane(f'v128.store{32 * item}_lane', offset, 0)


def unmasked(f: WasmFunction, dtype: str) -> None:
    """From lanes on the stack to lanes as memory holds them: a bool's mask becomes 0 or 1."""
    if dtype == 'bool':
        f.held_i32x4(1)
        f.op('v128.and')
