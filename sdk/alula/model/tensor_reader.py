"""TensorProto and SparseTensorProto → Constant, in every encoding ONNX has. raw_data and packed floats stay views."""

from __future__ import annotations

from typing import Any

from alula.dtypes import bits_of, byte_size, dtype_of, item_bytes
from alula.errors import AlulaError
from alula.graph.constant import Constant, ExternalData, constant_of
from alula.host.arrays import TypedArray, typed, u8
from alula.host.text import parse_int
from alula.model.message import Message, MessageReader
from alula.model.onnx_schema import DATA_FIELDS
from alula.model.wire import WireReader

MAX_COUNT = 2**53 - 1  # elements of a tensor: what a double counts exactly
MAX_DENSE_BYTES = 2**28  # of a sparse tensor made dense: its dims promise memory that the file does not pay for


def build_tensor(reader: Any, message: Message) -> Constant:
    """The Constant of a TensorProto; one with external data is noted in `reader.external`."""
    name = message.text('name')
    shape = message.all('dims')
    dtype = type_of(reader, message, name)
    constant = Constant(name, dtype, shape)
    count = count_of(reader, message, name, shape)
    if message.one('segment') is not None:
        raise fail(reader, message, name, 'is stored in segments, which ONNX does not support')
    if message.number('data_location') == 1:
        constant.external = external_of(reader, message, name)
        reader.external.append(constant)
    elif dtype == 'string':
        texts = message.all('string_data')
        check_amount(reader, message, constant, 'strings', len(texts), count)
        constant.texts = texts
    elif message.one('raw_data') is not None:
        raw = message.one('raw_data')
        check_amount(reader, message, constant, 'bytes of raw_data', len(raw), byte_size(dtype, count))
        constant.data = raw
    else:
        read_typed_data(reader, message, constant, count)
    return constant


def type_of(reader: MessageReader, message: Message, name: str) -> str:
    """Name of the tensor's element type."""
    code = message.number('data_type')
    try:
        return dtype_of(code)
    except AlulaError:
        raise fail(reader, message, name, 'has the unknown element type ' + str(code)) from None


def count_of(reader: MessageReader, message: Message, name: str, shape: list[int]) -> int:
    """Number of elements; refuses negative and overflowing dims."""
    count = 1
    empty = False
    for size in shape:
        if size < 0:
            raise fail(reader, message, name, 'has the negative size ' + str(size))
        if size == 0:
            empty = True
        elif count <= MAX_COUNT:
            count *= size
    if empty:
        return 0
    if count > MAX_COUNT:
        raise fail(reader, message, name, 'has more elements than can be counted')
    return count


def read_typed_data(reader: MessageReader, message: Message, constant: Constant, count: int) -> None:
    """Take the elements from float_data, int32_data, int64_data, double_data or uint64_data."""
    dtype = constant.dtype
    label = DATA_FIELDS[dtype] if dtype in DATA_FIELDS else 'int32_data'
    encoded = message.encoded(label)
    if encoded is None:
        encoded = u8(0)
    if label == 'float_data' or label == 'double_data':
        check_amount(reader, message, constant, 'bytes of ' + label, len(encoded), byte_size(dtype, count))
        constant.data = encoded
        return
    # A varint carries one element, or one byte of packed elements; 6-bit floats come one by one nevertheless.
    single = bits_of(dtype) >= 6
    width = item_bytes(dtype)
    wanted = count if single else byte_size(dtype, count)
    if wanted > len(encoded):
        check_amount(reader, message, constant, 'values in ' + label, count_varints(encoded), wanted)
    bytes_read = u8(wanted * width)
    found = decode_varints(encoded, bytes_read, width)
    check_amount(reader, message, constant, 'values in ' + label, found, wanted)
    if bits_of(dtype) == 6:
        for i in range(wanted):
            bytes_read[i] = bytes_read[i] & 63
        constant.decoded = bytes_read
    else:
        constant.data = bytes_read


def count_varints(encoded: TypedArray) -> int:
    """Number of varints in packed bytes."""
    found = 0
    for i in range(len(encoded)):
        if encoded[i] < 128:
            found += 1
    return found


def decode_varints(encoded: TypedArray, out: TypedArray, width: int) -> int:
    """Store the low `width` bytes of each varint into `out`, little-endian; returns how many varints there are."""
    wire = WireReader(encoded)
    end = len(encoded)
    room = len(out)
    at = 0
    found = 0
    while wire.pos < end:
        low = wire.low_word()
        found += 1
        if at < room:
            word = low
            for i in range(width):
                if i == 4:
                    word = wire.high
                out[at + i] = word % 256
                word = word // 256
            at += width
    return found


def external_of(reader: MessageReader, message: Message, name: str) -> ExternalData:
    """Where the bytes of a tensor lie; the location must stay inside the model's folder."""
    location = ''
    checksum = ''
    offset = 0
    length = -1
    for entry in message.all('external_data'):
        key = entry[0]
        if key == 'location':
            location = entry[1]
        elif key == 'checksum':
            checksum = entry[1]
        elif key == 'offset' or key == 'length':
            number = parse_int(entry[1])
            if number is None or number < 0 or number > MAX_COUNT:
                raise fail(reader, message, name, 'has external data with the bad ' + key + " '" + entry[1] + "'")
            if key == 'offset':
                offset = number
            else:
                length = number
    if not is_inside(location):
        raise fail(reader, message, name, "has external data at '" + location + "', which is no file beside the model")
    return ExternalData(location, offset, length, checksum)


def is_inside(location: str) -> bool:
    """True for a relative path that does not leave the folder it is relative to."""
    if location == '' or location.find('\\') >= 0 or location.find(':') >= 0 or location.find('*') >= 0:
        return False
    parts = location.split('/')
    return parts[0] != '' and '..' not in parts


def check_amount(
    reader: MessageReader, message: Message, constant: Constant, what: str, found: int, wanted: int
) -> None:
    """Raise unless a tensor has as many bytes or values as its shape and type need."""
    if found != wanted:
        sizes = ', '.join([str(size) for size in constant.shape])
        kind = constant.dtype + '[' + sizes + ']'
        amount = 'has ' + str(found) + ' ' + what + ', but ' + kind + ' needs ' + str(wanted)
        raise fail(reader, message, constant.name, amount)


def fail(reader: MessageReader, message: Message, name: str, what: str) -> AlulaError:
    """The error to raise for a tensor."""
    return reader.fail("tensor '" + name + "' " + what, message)


def build_sparse_tensor(reader: Any, message: Message) -> Constant:
    """The dense Constant of a SparseTensorProto; its name is that of the values."""
    values: Constant | None = message.one('values')
    indices: Constant | None = message.one('indices')
    if values is None or indices is None:
        raise reader.fail('a sparse tensor without values or indices', message)
    name = values.name
    shape = message.all('dims')
    count = count_of(reader, message, name, shape)
    stored = values.count()
    rank = len(shape)
    linear = len(indices.shape) == 1
    has_no_bytes = values.external is not None or indices.external is not None or values.dtype == 'string'
    if has_no_bytes or indices.dtype != 'int64':
        raise fail(reader, message, name, 'is sparse with external, string or not int64-indexed data')
    if indices.count() != (stored if linear else stored * rank) or len(values.shape) != 1:
        raise fail(reader, message, name, 'is sparse with indices that do not fit its values')
    if count * item_bytes(values.dtype) > MAX_DENSE_BYTES:
        raise fail(reader, message, name, 'is sparse and would take more than ' + str(MAX_DENSE_BYTES) + ' bytes dense')
    dense = typed(values.dtype, count)
    slots = len(dense) // count if count > 0 else 1
    elements = values.values()
    positions = indices.values()
    for i in range(stored):
        at = 0
        if linear:
            at = positions[i]
        else:
            for axis in range(rank):
                index = positions[i * rank + axis]
                if index < 0 or index >= shape[axis]:
                    at = count
                else:
                    at = at * shape[axis] + index
        if at < 0 or at >= count:
            raise fail(reader, message, name, 'is sparse with an index outside of its shape')
        for slot in range(slots):
            dense[at * slots + slot] = elements[i * slots + slot]
    return constant_of(name, values.dtype, shape, dense)
