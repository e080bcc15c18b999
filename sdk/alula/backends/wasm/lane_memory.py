"""Elements of each dtype to lanes and back: one element or four, contiguous or apart. Lanes: see spelling.py."""

from __future__ import annotations

from alula.backends.wasm.assembler import WasmFunction
from alula.dtypes import storage_of

SCALAR_LOADS: dict[str, str] = {
    'f32': 'f32.load', 'f64': 'f64.load', 'i64': 'i64.load', 'u64': 'i64.load', 'i32': 'i32.load', 'u32': 'i32.load',
    'i8': 'i32.load8_s', 'u8': 'i32.load8_u', 'i16': 'i32.load16_s', 'u16': 'i32.load16_u',
}
SCALAR_STORES: dict[str, str] = {
    'f32': 'f32.store', 'f64': 'f64.store', 'i64': 'i64.store', 'u64': 'i64.store', 'i32': 'i32.store',
    'u32': 'i32.store', 'i8': 'i32.store8', 'u8': 'i32.store8', 'i16': 'i32.store16', 'u16': 'i32.store16',
}
# four elements in a row: the load, then what widens them to 32-bit lanes
VECTOR_LOADS: dict[str, list[str]] = {
    'f32': ['v128.load'], 'i32': ['v128.load'], 'u32': ['v128.load'],
    'i16': ['v128.load16x4_s'], 'u16': ['v128.load16x4_u'],
    'i8': ['v128.load32_zero', 'i16x8.extend_low_i8x16_s', 'i32x4.extend_low_i16x8_s'],
    'u8': ['v128.load32_zero', 'i16x8.extend_low_i8x16_u', 'i32x4.extend_low_i16x8_u'],
}
# one element, narrow or not, as the lowest bits of each 32-bit lane of a store
LANE_STORES: dict[str, str] = {
    'f32': 'v128.store32_lane', 'i32': 'v128.store32_lane', 'u32': 'v128.store32_lane',
    'i16': 'v128.store16_lane', 'u16': 'v128.store16_lane', 'i8': 'v128.store8_lane', 'u8': 'v128.store8_lane',
}
LANES_PER_WORD: dict[str, int] = {'f32': 1, 'i32': 1, 'u32': 1, 'i16': 2, 'u16': 2, 'i8': 4, 'u8': 4}


def load_scalar(f: WasmFunction, dtype: str, offset: int) -> None:
    """From an address on the stack to the element there."""
    f.load(SCALAR_LOADS[storage_of(dtype)], offset)
    if dtype == 'bool':
        f.i32_const(0)
        f.op('i32.ne')


def store_scalar(f: WasmFunction, dtype: str, offset: int) -> None:
    """Store the element on the stack at the address below it."""
    f.store(SCALAR_STORES[storage_of(dtype)], offset)


def splat(f: WasmFunction, dtype: str) -> None:
    """From a scalar on the stack to four lanes of it."""
    if dtype == 'float32':
        f.op('f32x4.splat')
        return
    if dtype == 'bool':
        f.i32_const(-1)
        f.op('i32.mul')
    f.op('i32x4.splat')


def load_splat(f: WasmFunction, dtype: str, offset: int) -> None:
    """From an address on the stack to four lanes of the element there."""
    if dtype == 'float32' or dtype == 'int32' or dtype == 'uint32':
        f.load('v128.load32_splat', offset)
    else:
        load_scalar(f, dtype, offset)
        splat(f, dtype)


def load_lanes(f: WasmFunction, dtype: str, offset: int) -> None:
    """From an address on the stack to the four elements from there on."""
    row = VECTOR_LOADS[storage_of(dtype)]
    f.load(row[0], offset)
    for i in range(1, len(row)):
        f.op(row[i])
    if dtype == 'bool':
        f.held_i32x4(0)
        f.op('i32x4.ne')


def store_lanes(f: WasmFunction, dtype: str, offset: int) -> None:
    """Store the four elements of the vector on the stack from the address below it on. Narrow integers must be in
    range, so that narrowing, which saturates, keeps them."""
    storage = storage_of(dtype)
    if dtype == 'bool':
        f.held_i32x4(1)
        f.op('v128.and')
    if LANES_PER_WORD[storage] == 1:
        f.store('v128.store', offset)
        return
    zeros = f.local('v128')
    if storage == 'i16' or storage == 'u16':
        f.local_get(zeros)
        f.op('i16x8.narrow_i32x4_s' if storage == 'i16' else 'i16x8.narrow_i32x4_u')
        f.store_lane('v128.store64_lane', offset, 0)
        return
    f.local_get(zeros)
    f.op('i16x8.narrow_i32x4_s')
    f.local_get(zeros)
    f.op('i8x16.narrow_i16x8_s' if storage == 'i8' else 'i8x16.narrow_i16x8_u')
    f.store_lane('v128.store32_lane', offset, 0)


def store_one_lane(f: WasmFunction, dtype: str, offset: int, lane: int) -> None:
    """Store one lane of the vector on the stack at the address below it (a bool's mask must be 0 or 1 by then)."""
    storage = storage_of(dtype)
    f.store_lane(LANE_STORES[storage], offset, lane * LANES_PER_WORD[storage])


def gather_lanes(f: WasmFunction, dtype: str, address: int, stride: int) -> None:
    """Push four elements from the address in local `address` on, `stride` (a local) bytes apart."""
    at = f.local('i32')
    f.local_get(address)
    f.local_set(at)
    for lane in range(4):
        if lane > 0:
            f.local_get(at)
            f.local_get(stride)
            f.op('i32.add')
            f.local_set(at)
        if lane == 0:
            f.local_get(at)
            load_splat(f, dtype, 0)
        else:
            replace_lane(f, dtype, at, lane)


def replace_lane(f: WasmFunction, dtype: str, address: int, lane: int) -> None:
    """Set one lane of the vector on the stack to the element at the address in local `address`."""
    if dtype == 'float32' or dtype == 'int32' or dtype == 'uint32':
        held = f.local('v128')
        f.local_set(held)
        f.local_get(address)
        f.local_get(held)
        f.load_lane('v128.load32_lane', 0, lane)
        return
    f.local_get(address)
    load_scalar(f, dtype, 0)
    if dtype == 'bool':
        f.i32_const(-1)
        f.op('i32.mul')
    f.lane('i32x4.replace_lane', lane)


def scatter_lanes(f: WasmFunction, dtype: str, value: int, address: int, stride: int) -> None:
    """Store the four lanes of local `value` from the address in local `address` on, `stride` (a local) bytes apart."""
    at = f.local('i32')
    f.local_get(address)
    f.local_set(at)
    for lane in range(4):
        f.local_get(at)
        f.local_get(value)
        store_one_lane(f, dtype, 0, lane)
        if lane < 3:
            f.local_get(at)
            f.local_get(stride)
            f.op('i32.add')
            f.local_set(at)


def unmasked(f: WasmFunction, dtype: str) -> None:
    """From lanes on the stack to lanes as memory holds them: a bool's mask becomes 0 or 1."""
    if dtype == 'bool':
        f.held_i32x4(1)
        f.op('v128.and')
