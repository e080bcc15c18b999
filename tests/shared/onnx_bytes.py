"""Writes protobuf by hand: the fields of ONNX messages as lists of bytes, right or wrong as a test wants them."""

from alula.host.arrays import array_from_list, f32_bits, to_list
from alula.host.text import encode_utf8


def varint(value):
    """A non-negative integer; negative int64 is [255 x 9, 1] minus what the test wants, written by `negative`."""
    out = []
    rest = value
    while rest > 127:
        out.append(rest % 128 + 128)
        rest = rest // 128
    out.append(rest)
    return out


def negative(value):
    """A negative int64 above -128 as a varint of ten bytes."""
    out = [128 + value + 128]
    for _ in range(8):
        out.append(255)
    out.append(1)
    return out


def joined(parts):
    out = []
    for part in parts:
        out.extend(part)
    return out


def number(field, value):
    return joined([varint(8 * field), varint(value)])


def chunk(field, content):
    """A length-delimited field of bytes."""
    return joined([varint(8 * field + 2), varint(len(content)), content])


def message(field, parts):
    """A field that is a message of these fields."""
    return chunk(field, joined(parts))


def text(field, value):
    return chunk(field, to_list(encode_utf8(value)))


def f32_bytes(values):
    out = []
    for value in values:
        bits = f32_bits(value)
        for _ in range(4):
            out.append(bits % 256)
            bits = bits // 256
    return out


def float_field(field, value):
    return joined([varint(8 * field + 5), f32_bytes([value])])


def dims(sizes):
    return joined([number(1, size) for size in sizes])


def tensor(name, code, sizes, fields):
    """Fields of a TensorProto."""
    return [dims(sizes), number(2, code), text(8, name), joined(fields)]


def value(name, code, sizes):
    """Fields of a ValueInfoProto with sizes (numbers) and symbols (texts)."""
    shape = [message(1, [text(2, size) if isinstance(size, str) else number(1, size)]) for size in sizes]
    return [text(1, name), message(2, [message(1, [number(1, code), message(2, shape)])])]


def node(op_type, inputs, outputs, attributes):
    """Fields of a NodeProto; `attributes`: fields of AttributeProtos."""
    parts = [text(1, name) for name in inputs]
    parts.extend([text(2, name) for name in outputs])
    parts.append(text(4, op_type))
    parts.extend([message(5, attribute) for attribute in attributes])
    return parts


def graph(nodes, inputs, outputs, initializers):
    """Fields of a GraphProto, out of the fields of its parts."""
    parts = [message(1, fields) for fields in nodes]
    parts.append(text(2, 'graph'))
    parts.extend([message(5, fields) for fields in initializers])
    parts.extend([message(11, fields) for fields in inputs])
    parts.extend([message(12, fields) for fields in outputs])
    return parts


def model(graph_fields, more):
    """Bytes of a ModelProto with opset 17."""
    parts = [number(1, 8), text(2, 'by hand'), message(7, graph_fields), message(8, [number(2, 17)])]
    parts.extend(more)
    return array_from_list('uint8', joined(parts))
