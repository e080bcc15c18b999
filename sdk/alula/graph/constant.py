"""Constants of a graph: initializers and tensor attributes. Bytes stay where the file has them until someone computes
with them."""

from __future__ import annotations

from typing import Any

from alula.dtypes import bits_of, byte_size, is_packed, item_bytes, kind_of, storage_of
from alula.errors import ExternalDataError
from alula.host.arrays import TypedArray, copy_of, i64_read, is_aligned, sub, typed, typed_over, u64_read
from alula.host.table import Table
from alula.kernels.view import numel


class Constant:
    """A tensor with known elements. `dtype`: element type; `shape`: sizes.

    `data`: its bytes as ONNX's raw_data has them (little-endian, types narrower than a byte packed); None as long as
    they lie in another file and are not attached, and if the elements came in another way (strings, sparse tensors).
    `external`: [that file's name in the model, offset of the first byte, how many or -1: to its end], else []."""

    def __init__(self, name: str, dtype: str, shape: list[int]) -> None:
        self.name = name
        self.dtype = dtype
        self.shape = shape
        self.data: TypedArray | None = None
        self.elements: Any = None
        self.external: list[Any] = []

    def values(self) -> Any:
        """The elements as `alula.host.arrays.typed` holds this dtype, or a list of str. Shares memory with `data` where
        the bytes lie aligned and the host computes with them as they are; else a copy, made once. ExternalDataError
        before attach."""
        if self.elements is None:
            if self.data is None:
                raise ExternalDataError(self.external[0], self.name, 'the file was not given')
            self.elements = decode(self.data, self.dtype, numel(self.shape))
        return self.elements

    def attach(self, files: Table[str, TypedArray]) -> None:
        """Take the bytes out of the external file; `files`: all of them, whole, by name. ExternalDataError if they are
        not there."""
        location, begin, size = self.external
        content = files.at(location)
        wanted = byte_size(self.dtype, numel(self.shape))
        end = len(content) if size < 0 else begin + size
        if end > len(content) or end - begin != wanted:
            bytes_given = f'bytes {begin} to {end} of the {len(content)} in the file'
            raise ExternalDataError(location, self.name, f'{bytes_given} are not the {wanted} of its shape and type')
        self.data = sub(content, begin, end)


def decode(data: TypedArray, dtype: str, count: int) -> TypedArray:
    """Elements out of raw_data bytes."""
    if is_packed(dtype):
        return unpack(data, dtype, count)
    storage = storage_of(dtype)
    if storage == 'i64':
        return i64_read(data, 0, count)
    if storage == 'u64':
        return u64_read(data, 0, count)
    return typed_over(dtype, data if is_aligned(data, item_bytes(dtype)) else copy_of(data), 0, count)


def unpack(data: TypedArray, dtype: str, count: int) -> TypedArray:
    """One element per slot out of a stream of elements narrower than a byte, the first in the lowest bits (ONNX,
    TensorProto)."""
    bits = bits_of(dtype)
    mask = (1 << bits) - 1
    sign = 1 << (bits - 1) if kind_of(dtype) == 'int' else 0
    out = typed(dtype, count)
    held = 0
    held_bits = 0
    at = 0
    for i in range(count):
        if held_bits < bits:
            held |= data[at] << held_bits
            held_bits += 8
            at += 1
        value = held & mask
        out[i] = value - 2 * (value & sign)
        held >>= bits
        held_bits -= bits
    return out
