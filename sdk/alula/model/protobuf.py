"""Reads protobuf (protobuf.dev, "Encoding"): the wire format, and messages by schemas. ONNX's stand in onnx_reader.py.

Every length is checked against the message it lies in, so that damaged bytes end in ModelFormatError; nothing is
copied."""

from __future__ import annotations

from typing import Any

from alula.errors import ModelFormatError
from alula.host.arrays import TypedArray, copy_of, i64_of, sub, trunc, typed_over
from alula.host.table import Table
from alula.host.text import decode_utf8, number_of

VARINT = 0
FIXED64 = 1
LENGTH = 2
FIXED32 = 5
FIXED_SIZES = [0, 8, 0, -1, -1, 4, -1, -1]  # bytes of a value by wire type, -1 for those that ONNX does not use

# Kind of a field → wire type of a value, and what stands for one that is not there; for bytes and messages it is None.
# The '-data' kinds stay encoded, as bytes do: views of the input, for tensors may be large.
KINDS: dict[str, list[Any]] = {
    'int': [VARINT, 0],
    'float': [FIXED32, 0],
    'text': [LENGTH, ''],
    'varint-data': [VARINT, None],
    '32-bit-data': [FIXED32, None],
    '64-bit-data': [FIXED64, None],
}

MAX_NUMBER = 31  # of the fields of all schemas
MAX_DEPTH = 100  # messages inside messages, the limit of Google's own readers


class Field:
    """One field of a schema, written 'kind number', with ' *' if it repeats and ' ?' if it is None rather than 0 or ''
    where it is not there. One that holds messages has their name as its kind, and ends with its own name, the `label`,
    for the path in errors. `slot`: its place among the values of the message."""

    def __init__(self, row: str, slot: int) -> None:
        words = row.split(' ')
        self.kind = words[0]
        self.number = trunc(number_of(words[1]))
        self.label = words[len(words) - 1]
        self.slot = slot
        self.repeated = '*' in words
        kind = KINDS.get(self.kind, [LENGTH, None])
        self.wire: int = kind[0]
        self.default: Any = [] if self.repeated else None if '?' in words else kind[1]


class Schema:
    """The fields of one kind of message. `build(reader, *values)` makes of the values, in the order of the fields, what
    the message around it keeps; without it they are kept as a list."""

    def __init__(self, rows: str, build: Any) -> None:
        self.build = build
        self.defaults: list[Any] = []
        self.fields: list[Field | None] = [None for _ in range(MAX_NUMBER + 1)]
        for row in rows.split(', '):
            field = Field(row, len(self.defaults))
            self.defaults.append(field.default)
            self.fields[field.number] = field


class ProtobufReader:
    """Reads messages of `schemas` (by name) out of `buf`, building each as soon as it is read.

    `pos`: next byte; `end`: where the current message ends; `path`: its field, '.graph.node[3].attribute[0].t';
    `kept`: for what builders want to hand to the caller."""

    def __init__(self, buf: TypedArray, schemas: Table[str, Schema]) -> None:
        self.buf = buf
        self.schemas = schemas
        self.pos = 0
        self.end = len(buf)
        self.path = ''
        self.low = 0
        self.high = 0
        self.kept: list[Any] = []

    def fail(self, what: str) -> ModelFormatError:
        """The error to raise for the bytes at `pos`."""
        return ModelFormatError(what, self.pos, self.path[1:])

    def varint(self) -> int:
        """The next varint, unsigned. In JS a number beyond 2**53 is rounded, but its 32-bit halves are left in `low`
        and `high`."""
        buf = self.buf
        pos = self.pos
        if pos < self.end:
            byte: int = buf[pos]
            if byte < 128:
                self.pos = pos + 1
                self.low = byte
                self.high = 0
                return byte
        parts = [0, 0, 0]  # 28 bits each: no bit operator sees more than 31
        for i in range(10):
            if pos >= self.end:
                raise self.fail('a number is cut off')
            byte = buf[pos]
            pos += 1
            parts[i >> 2] += (byte & 127) << (i & 3) * 7
            if byte < 128:
                self.pos = pos
                self.low = parts[0] + (parts[1] & 15) * 268435456
                self.high = (parts[1] >> 4) + (parts[2] & 255) * 16777216
                return self.low + self.high * 4294967296
        raise self.fail('a number has more than 10 bytes')

    def signed(self) -> int:
        """The last varint as a signed 64-bit number."""
        return self.low if self.high == 0 else i64_of(self.low, self.high)

    def skip(self, wire: int) -> int:
        """Step over a value of this wire type; returns where its bytes begin (behind the length, if it has one)."""
        begin = self.pos
        if wire == VARINT:
            self.varint()
            return begin
        size = self.varint() if wire == LENGTH else FIXED_SIZES[wire]
        if size < 0:
            raise self.fail('wire type ' + str(wire) + ', which ONNX does not use')
        begin = self.pos
        room = self.end - begin
        if size > room:
            raise self.fail('a field of ' + str(size) + ' bytes where ' + str(room) + ' are left')
        self.pos = begin + size
        return begin

    def read(self, name: str, depth: int) -> Any:
        """The message that fills the input up to the current end, built. `depth`: how many it lies in."""
        if depth > MAX_DEPTH:
            raise self.fail('messages are nested more than ' + str(MAX_DEPTH) + ' deep')
        schema = self.schemas.at(name)
        fields = schema.fields
        values = schema.defaults[:]
        start = self.pos
        end = self.end
        while self.pos < end:
            tag = self.varint()
            if tag < 8 or tag > 2147483647:
                raise self.fail('a field number that ONNX does not have')
            wire = tag & 7
            number = tag >> 3
            begin = self.skip(wire)
            field = fields[number] if number <= MAX_NUMBER else None
            if field is None:
                continue
            if wire != field.wire and not (wire == LENGTH and field.repeated):
                raise self.fail(f'wire type {wire} where {field.wire} is due, in field {number}')
            elif wire == VARINT and field.kind == 'int':
                keep(values, field, self.signed())
            else:
                self.end = self.pos
                self.pos = begin
                self.read_field(values, field, depth)
                self.pos = self.end
                self.end = end
        self.pos = start  # where errors of the builder point to
        return values if schema.build is None else schema.build(self, *values)

    def read_field(self, values: list[Any], field: Field, depth: int) -> None:
        """Read what the bytes up to the current end give a field: one value, or packed numbers."""
        kind = field.kind
        if kind == 'text':
            text = decode_utf8(sub(self.buf, self.pos, self.end))
            if text is None:
                raise self.fail('text that is not UTF-8 in field ' + str(field.number))
            keep(values, field, text)
        elif self.schemas.has(kind):
            outer = self.path
            self.path += '.' + field.label + ('[' + str(len(values[field.slot])) + ']' if field.repeated else '')
            keep(values, field, self.read(kind, depth + 1))
            self.path = outer
        elif kind == 'int':
            while self.pos < self.end:
                self.varint()
                keep(values, field, self.signed())
        elif kind == 'float':
            while self.pos < self.end:
                begin = self.skip(FIXED32)
                keep(values, field, typed_over('float32', copy_of(sub(self.buf, begin, self.pos)), 0, 1)[0])
        else:
            keep(values, field, sub(self.buf, self.pos, self.end))


def keep(values: list[Any], field: Field, value: Any) -> None:
    """Note a value of a field among those of the message."""
    slot = field.slot
    if not field.repeated:
        values[slot] = value
    elif values[slot] is field.default:  # which all messages share
        values[slot] = [value]
    else:
        values[slot].append(value)
