"""Typed arrays, and 64-bit integers in bytes (CPython body): one-dimensional memoryviews that share memory when sliced.

An array of 'float32' rounds what is stored, as Float32Array does. Storing an integer out of range raises here and wraps
in JS: mask first. The same functions over JS typed arrays stand under sdk/js/alula/host."""

from __future__ import annotations

import ctypes
import struct
import sys
from typing import Any, TypeAlias

import numpy as np

from alula.dtypes import storage_of

TypedArray: TypeAlias = 'memoryview[Any]'

# struct format of each storage of alula.dtypes
FORMATS = {
    'u8': 'B', 'i8': 'b', 'u16': 'H', 'i16': 'h', 'u32': 'I', 'i32': 'i', 'u64': 'Q', 'i64': 'q',
    'f32': 'f', 'f64': 'd',
}  # fmt: skip


def storage_array(storage: str, n: int) -> TypedArray:
    """Zeroed array of `n` slots of a storage ('f32', 'u8', … as in alula.dtypes)."""
    return memoryview(bytearray(struct.calcsize(FORMATS[storage]) * n)).cast(FORMATS[storage])  # type: ignore[call-overload, no-any-return]


def storage_over(storage: str, data: TypedArray, byte_offset: int, n: int) -> TypedArray:
    """Array of `n` slots over bytes `byte_offset…` of the byte array `data`, sharing memory. Must be aligned in JS."""
    end = byte_offset + n * struct.calcsize(FORMATS[storage])
    return data[byte_offset:end].cast(FORMATS[storage])  # type: ignore[call-overload, no-any-return]


def u8(n: int) -> TypedArray:
    """`n` zero bytes."""
    return storage_array('u8', n)


def i8(n: int) -> TypedArray:
    """`n` zeros of 8-bit signed integers."""
    return storage_array('i8', n)


def u16(n: int) -> TypedArray:
    """`n` zeros of 16-bit unsigned integers."""
    return storage_array('u16', n)


def i16(n: int) -> TypedArray:
    """`n` zeros of 16-bit signed integers."""
    return storage_array('i16', n)


def i32(n: int) -> TypedArray:
    """`n` zeros of 32-bit signed integers."""
    return storage_array('i32', n)


def u32(n: int) -> TypedArray:
    """`n` zeros of 32-bit unsigned integers."""
    return storage_array('u32', n)


def f32(n: int) -> TypedArray:
    """`n` zeros of 32-bit floats."""
    return storage_array('f32', n)


def f64(n: int) -> TypedArray:
    """`n` zeros of 64-bit floats."""
    return storage_array('f64', n)


def typed(dtype: str, n: int) -> TypedArray:
    """Zeroed array that computes with `n` elements of `dtype`: bits for 16-bit and 8-bit floats, one byte per element
    for types narrower than a byte, two slots per complex element. int64 and uint64 are exact to 2**53 in JS
    (Float64Array)."""
    slots = 2 * n if dtype.startswith('complex') else n
    return storage_array(storage_of(dtype), slots)


def typed_over(dtype: str, data: TypedArray, byte_offset: int, n: int) -> TypedArray:
    """`typed` over bytes that this host's arrays wrote (an arena), sharing memory. For int64 as a model or WebAssembly
    stores it use `i64_read` and `i64_write`: in JS those bytes are not a typed array."""
    slots = 2 * n if dtype.startswith('complex') else n
    return storage_over(storage_of(dtype), data, byte_offset, slots)


def as_bytes(data: Any) -> TypedArray:
    """Byte array over any buffer of the host (bytes, bytearray, memoryview, array; in JS ArrayBuffer and its views),
    sharing memory."""
    view = memoryview(data)
    return view if view.format == 'B' and view.ndim == 1 else view.cast('B')


def bytes_of(array: TypedArray) -> TypedArray:
    """The bytes of an array, sharing memory."""
    return array.cast('B')


def sub(array: TypedArray, i: int, j: int) -> TypedArray:
    """Elements i to j (excluded), sharing memory."""
    return array[i:j]


def is_aligned(data: TypedArray, size: int) -> bool:
    """True if `typed_over` can lay elements of `size` bytes over the byte array `data` from its first byte on."""
    return True


def copy_of(array: TypedArray) -> TypedArray:
    """An array with memory of its own."""
    return memoryview(bytearray(array)).cast(array.format)  # type: ignore[call-overload, no-any-return]


def put(dst: TypedArray, src: Any, at: int) -> None:
    """Store an array or a list into `dst` from index `at` on, element by element where the types differ."""
    if isinstance(src, memoryview) and src.format == dst.format:
        dst[at : at + len(src)] = src
        return
    for i in range(len(src)):
        dst[at + i] = src[i]


def put_words(dst: TypedArray, words: list[int], at: int) -> None:
    """Store integers modulo 2**32 into an int32 array from index `at` on."""
    for i in range(len(words)):
        dst[at + i] = to_i32(words[i])


def continue_words(array: TypedArray, at: int, end: int, step: int, back: int, stride: int) -> None:
    """Every `step`-th element of an int32 array from `at` to `end` (excluded): the one `back` before it plus `stride`,
    modulo 2**32."""
    for i in range(at, end, step):
        array[i] = to_i32(array[i - back] + stride)


def fill(array: TypedArray, value: float, i: int, j: int) -> None:
    """Store `value` into elements i to j (excluded)."""
    if i < j:
        np.frombuffer(array, dtype=np.dtype(array.format))[i:j] = value


def array_from_list(dtype: str, values: list[Any]) -> TypedArray:
    """`typed(dtype)` holding `values` (bits for 16-bit floats)."""
    out = typed(dtype, len(values))
    for i in range(len(values)):
        out[i] = values[i]
    return out


def to_list(array: TypedArray) -> list[Any]:
    """The elements as a list of numbers."""
    return array.tolist()


def to_u32(x: int) -> int:
    """`x` modulo 2**32."""
    return x & 0xFFFFFFFF


def to_i32(x: int) -> int:
    """`x` modulo 2**32 as a signed 32-bit integer."""
    return ((x + 0x80000000) & 0xFFFFFFFF) - 0x80000000


def imul32(a: int, b: int) -> int:
    """Product modulo 2**32 as a signed 32-bit integer."""
    return to_i32(a * b)


def trunc(x: float) -> int:
    """The integer part, rounded toward zero. `x` must be finite."""
    return int(x)


def fround(x: float) -> float:
    """`x` rounded to float32."""
    return ctypes.c_float(x).value


def f32_bits(x: float) -> int:
    """Bits of `x` as float32, an unsigned 32-bit integer."""
    return int.from_bytes(ctypes.c_float(x), sys.byteorder)


def f32_from_bits(bits: int) -> float:
    """The float32 of the unsigned 32-bit integer `bits`."""
    return struct.unpack('<f', struct.pack('<I', bits))[0]  # type: ignore[no-any-return]


def f64_bits(x: float) -> list[int]:
    """Bits of a double as [low, high] unsigned 32-bit integers."""
    return list(struct.unpack('<II', struct.pack('<d', x)))


def f64_from_bits(low: int, high: int) -> float:
    """The double of two unsigned 32-bit integers."""
    return struct.unpack('<d', struct.pack('<II', low, high))[0]  # type: ignore[no-any-return]


def i64_of(low: int, high: int) -> int:
    """The signed 64-bit integer of two unsigned 32-bit halves. In JS exact to ±2**53 or InexactIntegerError, save that
    values next to the ends, which ONNX uses for "as far as it goes", become ±2**63."""
    return low + (high - 0x100000000 if high >= 0x80000000 else high) * 0x100000000


def u64_of(low: int, high: int) -> int:
    """The unsigned 64-bit integer of two unsigned 32-bit halves; in JS exact to 2**53 or InexactIntegerError."""
    return low + high * 0x100000000


def i64_read(data: TypedArray, byte_offset: int, n: int) -> TypedArray:
    """`typed('int64', n)` of little-endian int64 bytes; may share memory. In JS the values are as `i64_of` makes
    them."""
    return storage_over('i64', data, byte_offset, n)


def u64_read(data: TypedArray, byte_offset: int, n: int) -> TypedArray:
    """`typed('uint64', n)` of little-endian uint64 bytes; may share memory. In JS the values are as `u64_of` makes
    them."""
    return storage_over('u64', data, byte_offset, n)


def i64_write(data: TypedArray, byte_offset: int, values: Any) -> None:
    """Store numbers (array or list), rounded toward zero, as little-endian int64; beyond its ends the end is stored."""
    if isinstance(values, memoryview) and values.format == 'q':
        put(data, bytes_of(values), byte_offset)
        return
    for i in range(len(values)):
        value = max(min(int(values[i]), 0x7FFFFFFFFFFFFFFF), -0x8000000000000000)
        struct.pack_into('<q', data, byte_offset + 8 * i, value)


def u64_write(data: TypedArray, byte_offset: int, values: Any) -> None:
    """Store numbers (array or list), rounded toward zero, as little-endian uint64; beyond its ends the end is
    stored."""
    if isinstance(values, memoryview) and values.format == 'Q':
        put(data, bytes_of(values), byte_offset)
        return
    for i in range(len(values)):
        value = max(min(int(values[i]), 0xFFFFFFFFFFFFFFFF), 0)
        struct.pack_into('<Q', data, byte_offset + 8 * i, value)
