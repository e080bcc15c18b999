"""float16: numbers and arrays to and from their bits, half to even (CPython body)."""

from __future__ import annotations

import struct

import numpy as np

from alula.host.arrays import TypedArray


def f16_bits(x: float) -> int:
    """Bits of `x` rounded to float16."""
    try:
        return struct.unpack('<H', struct.pack('<e', x))[0]  # type: ignore[no-any-return]
    except OverflowError:
        return 0x7C00 if x > 0 else 0xFC00


def f16_value(bits: int) -> float:
    """The number whose float16 bits these are."""
    return struct.unpack('<e', struct.pack('<H', bits))[0]  # type: ignore[no-any-return]


def f16_pack(values: TypedArray) -> TypedArray:
    """float16 bits (a u16 array) of a float array."""
    with np.errstate(over='ignore'):
        halves = np.asarray(values).astype(np.float16)
    return np.ascontiguousarray(halves.view(np.uint16)).data


def f16_unpack(bits: TypedArray) -> TypedArray:
    """float32 array of float16 bits."""
    return np.ascontiguousarray(np.asarray(bits).view(np.float16).astype(np.float32)).data
