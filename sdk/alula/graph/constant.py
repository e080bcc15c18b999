"""Constants of a graph: initializers and tensor attributes. Bytes stay where the file has them until someone computes
with them."""

from __future__ import annotations

from typing import Any

from alula.dtypes import bits_of, byte_size, is_packed, item_bytes, kind_of, storage_of
from alula.errors import ExternalDataError, TensorError
from alula.host.arrays import (
    TypedArray,
    bytes_of,
    copy_of,
    i64_read,
    i64_write,
    is_aligned,
    sub,
    typed,
    typed_over,
    u8,
    u64_read,
    u64_write,
)


class ExternalData:
    """Where bytes lie outside the model: file `location`, byte `offset`, `size` in bytes (-1: to the file's end), and
    the file's SHA-1 `checksum` as the model gives it ('' if not; it is not verified)."""

    def __init__(self, location: str, offset: int, size: int, checksum: str) -> None:
        self.location = location
        self.offset = offset
        self.size = size
        self.checksum = checksum


class Constant:
    """A tensor with known elements. `dtype`: element type; `shape`: sizes.

    `data`: its bytes as ONNX's raw_data has them (little-endian, types narrower than a byte packed), None for strings
    and as long as external bytes are not attached. `texts`: the elements of a string tensor, else None. `external`:
    where its bytes come from."""

    def __init__(self, name: str, dtype: str, shape: list[int]) -> None:
        self.name = name
        self.dtype = dtype
        self.shape = shape
        self.data: TypedArray | None = None
        self.texts: list[str] | None = None
        self.external: ExternalData | None = None
        self.decoded: TypedArray | None = None

    def count(self) -> int:
        """Number of elements."""
        product = 1
        for size in self.shape:
            product *= size
        return product

    def byte_length(self) -> int:
        """Bytes of `data`; 0 for strings."""
        return byte_size(self.dtype, self.count())

    def values(self) -> Any:
        """The elements as `alula.host.arrays.typed` holds this dtype, or a list of str. Shares memory with `data` where
        the bytes lie aligned and the host computes with them as they are; else a copy, made once. ExternalDataError
        before attach."""
        if self.texts is not None:
            return self.texts
        if self.decoded is None:
            self.decoded = decode(self.raw(), self.dtype, self.count())
        return self.decoded

    def raw(self) -> TypedArray:
        """`data`, encoded from the elements if the constant was made of them. ExternalDataError before attach."""
        data = self.data
        if data is not None:
            return data
        if self.decoded is not None:
            self.data = encode(self.decoded, self.dtype, self.count())
            return self.data
        if self.external is not None:
            raise ExternalDataError(self.external.location, self.name, 'the file was not given')
        raise TensorError("Constant '" + self.name + "' holds strings, which have no bytes")

    def attach(self, content: TypedArray) -> None:
        """Take the bytes out of the whole `content` of the external file. ExternalDataError if they are not there."""
        place = self.external
        if place is None:
            raise TensorError("Constant '" + self.name + "' lies in the model itself")
        wanted = self.byte_length()
        size = len(content) - place.offset if place.size < 0 else place.size
        if place.offset + size > len(content) or size < 0:
            what = 'ends at byte ' + str(len(content)) + ', but bytes ' + str(place.offset) + ' to '
            raise ExternalDataError(place.location, self.name, what + str(place.offset + wanted) + ' are wanted')
        if size != wanted:
            raise ExternalDataError(
                place.location, self.name, 'gives ' + str(size) + ' bytes, but its shape and type need ' + str(wanted)
            )
        self.data = sub(content, place.offset, place.offset + size)


def constant_of(name: str, dtype: str, shape: list[int], values: Any) -> Constant:
    """Constant of elements: `values` as `Constant.values` gives them."""
    constant = Constant(name, dtype, shape)
    if dtype == 'string':
        constant.texts = values
    else:
        constant.decoded = values
    return constant


def decode(data: TypedArray, dtype: str, count: int) -> TypedArray:
    """Elements out of raw_data bytes."""
    if is_packed(dtype):
        return unpack(data, dtype, count)
    storage = storage_of(dtype)
    if storage == 'i64':
        return i64_read(data, 0, count)
    if storage == 'u64':
        return u64_read(data, 0, count)
    whole = data
    if not is_aligned(data, item_bytes(dtype)):
        whole = copy_of(data)
    return typed_over(dtype, whole, 0, count)


def encode(values: TypedArray, dtype: str, count: int) -> TypedArray:
    """raw_data bytes of elements."""
    if is_packed(dtype):
        return pack(values, dtype, count)
    storage = storage_of(dtype)
    if storage == 'i64' or storage == 'u64':
        data = u8(8 * count)
        if storage == 'i64':
            i64_write(data, 0, values)
        else:
            u64_write(data, 0, values)
        return data
    return bytes_of(values)


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


def pack(values: TypedArray, dtype: str, count: int) -> TypedArray:
    """The inverse of `unpack`."""
    bits = bits_of(dtype)
    mask = (1 << bits) - 1
    out = u8(byte_size(dtype, count))
    held = 0
    held_bits = 0
    at = 0
    for i in range(count):
        held |= (values[i] & mask) << held_bits
        held_bits += bits
        if held_bits >= 8:
            out[at] = held & 255
            at += 1
            held >>= 8
            held_bits -= 8
    if held_bits > 0:
        out[at] = held
    return out
