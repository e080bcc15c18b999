"""TensorProto and SparseTensorProto → Constant, in every encoding ONNX has. raw_data and packed floats stay views."""

from __future__ import annotations

from typing import Any

from alula.dtypes import ROWS, bits_of, byte_size, item_bytes, storage_of
from alula.errors import AlulaError
from alula.graph.constant import Constant
from alula.host.arrays import TypedArray, put, typed, u8
from alula.host.text import parse_int
from alula.kernels.view import dims_text, numel
from alula.model.protobuf import ProtobufReader

TOO_MANY = 2**53  # elements of a tensor, more than a double counts exactly
MAX_DENSE_BYTES = 2**28  # of a sparse tensor made dense: its dims promise memory that the file does not pay for

# The typed fields of TensorProto, in the order of its schema, and which of them elements of a storage stand in: the
# last those that are not listed.
DATA_FIELDS = ['float_data', 'double_data', 'int64_data', 'uint64_data', 'int32_data']
DATA_FIELD_OF = {'f32': 0, 'f64': 1, 'i64': 2, 'u32': 3, 'u64': 3}


def build_tensor(
    reader: ProtobufReader,
    name: str,
    shape: list[int],
    code: int,
    segment: TypedArray | None,
    location: int,
    entries: list[list[str]],
    texts: list[str],
    raw: TypedArray | None,
    floats: list[TypedArray],
    doubles: list[TypedArray],
    ints: list[TypedArray],
    wide_uints: list[TypedArray],
    narrow: list[TypedArray],
) -> Constant:
    """The Constant of a TensorProto; one with external data is also kept by the reader."""
    if code < 1 or code > len(ROWS):
        raise fail(reader, name, 'has the unknown element type ' + str(code))
    constant = Constant(name, ROWS[code - 1].label, shape)
    count = count_of(reader, name, shape)
    if segment is not None:
        raise fail(reader, name, 'is stored in segments, which ONNX does not support')
    if location == 1:
        constant.external = external_of(reader, name, entries)
        reader.kept.append(constant)
    elif constant.dtype == 'string':
        check_amount(reader, constant, 'strings', len(texts), count)
        constant.elements = texts
    elif raw is not None:
        check_amount(reader, constant, 'bytes of raw_data', len(raw), byte_size(constant.dtype, count))
        constant.data = raw
    else:
        field = DATA_FIELD_OF.get(storage_of(constant.dtype), 4)
        read_typed_data(reader, constant, count, field, joined([floats, doubles, ints, wide_uints, narrow][field]))
    return constant


def count_of(reader: ProtobufReader, name: str, shape: list[int]) -> int:
    """Number of elements; refuses negative and overflowing dims."""
    count = 1
    for size in shape:
        if size < 0:
            raise fail(reader, name, 'has the negative size ' + str(size))
        count = min(count * size, TOO_MANY)
    if count == TOO_MANY:
        raise fail(reader, name, 'has more elements than can be counted')
    return count


def joined(parts: list[TypedArray]) -> TypedArray:
    """The bytes of all parts: a view of the input where they lie there in one piece."""
    if len(parts) == 1:
        return parts[0]
    whole = u8(sum([len(part) for part in parts]))
    at = 0
    for part in parts:
        put(whole, part, at)
        at += len(part)
    return whole


def read_typed_data(reader: ProtobufReader, constant: Constant, count: int, field: int, encoded: TypedArray) -> None:
    """Take the elements from one of the typed fields."""
    dtype = constant.dtype
    if field < 2:
        check_amount(reader, constant, 'bytes of ' + DATA_FIELDS[field], len(encoded), byte_size(dtype, count))
        constant.data = encoded
        return
    # A varint carries one element, or one byte of packed elements; 6-bit floats come one by one nevertheless.
    bits = bits_of(dtype)
    wanted = count if bits >= 6 else byte_size(dtype, count)
    check_amount(reader, constant, 'values in ' + DATA_FIELDS[field], count_varints(encoded), wanted)
    mask = 64 if bits == 6 else 256
    width = item_bytes(dtype)
    data = u8(wanted * width)
    wire = ProtobufReader(encoded, reader.schemas)
    at = 0
    while wire.pos < wire.end:
        wire.varint()
        word = wire.low
        for i in range(width):
            data[at] = word % mask
            word = wire.high if i == 3 else word // 256
            at += 1
    if bits == 6:
        constant.elements = data
    else:
        constant.data = data


def count_varints(encoded: TypedArray) -> int:
    """Number of varints in packed bytes: each ends with a byte that has no highest bit."""
    found = 0
    for byte in encoded:
        if byte < 128:
            found += 1
    return found


def external_of(reader: ProtobufReader, name: str, entries: list[list[str]]) -> list[Any]:
    """Where the bytes of a tensor lie, as Constant.external says it. The location must stay in the model's folder."""
    location = ''
    numbers: dict[str, int] = {'offset': 0, 'length': -1}
    for key, text in entries:
        if key == 'location':
            location = text
        elif key in numbers:
            number = parse_int(text)
            if number is None or number < 0 or number >= TOO_MANY:
                raise fail(reader, name, 'has external data with the bad ' + key + " '" + text + "'")
            numbers[key] = number
    parts = location.split('/')
    if parts[0] == '' or '..' in parts or any(c in location for c in '\\:*'):
        raise fail(reader, name, "has external data at '" + location + "', which is no file beside the model")
    return [location, numbers['offset'], numbers['length']]


def check_amount(reader: ProtobufReader, constant: Constant, what: str, found: int, wanted: int) -> None:
    """Raise unless a tensor has as many bytes or values as its shape and type need."""
    if found != wanted:
        kind = constant.dtype + dims_text(constant.shape)
        amount = 'has ' + str(found) + ' ' + what + ', but ' + kind + ' needs ' + str(wanted)
        raise fail(reader, constant.name, amount)


def fail(reader: ProtobufReader, name: str, what: str) -> AlulaError:
    """The error to raise for a tensor."""
    return reader.fail("tensor '" + name + "' " + what)


def build_sparse_tensor(
    reader: ProtobufReader, values: Constant | None, indices: Constant | None, shape: list[int]
) -> Constant:
    """The dense Constant of a SparseTensorProto; its name is that of the values."""
    if values is None or indices is None:
        raise reader.fail('a sparse tensor without values or indices')
    name = values.name
    dtype = values.dtype
    count = count_of(reader, name, shape)
    dims = [count] if len(indices.shape) == 1 else shape  # an index per element, or one per axis
    stored = numel(values.shape)
    is_plain = len(values.external) + len(indices.external) == 0 and dtype != 'string' and indices.dtype == 'int64'
    if not is_plain or numel(indices.shape) != stored * len(dims) or len(values.shape) != 1:
        raise fail(reader, name, 'is sparse with external or string data, or indices not of int64 or not fitting it')
    if count * item_bytes(dtype) > MAX_DENSE_BYTES:
        raise fail(reader, name, 'is sparse and would take more than ' + str(MAX_DENSE_BYTES) + ' bytes dense')
    dense = typed(dtype, count)
    slots = len(dense) // max(count, 1)
    elements = values.values()
    positions = indices.values()
    for i in range(stored):
        at = 0
        for axis in range(len(dims)):
            index = positions[i * len(dims) + axis]
            if index < 0 or index >= dims[axis]:
                raise fail(reader, name, 'is sparse with an index outside of its shape')
            at = at * dims[axis] + index
        for slot in range(slots):
            dense[at * slots + slot] = elements[i * slots + slot]
    constant = Constant(name, dtype, shape)
    constant.elements = dense
    return constant
