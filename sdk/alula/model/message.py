"""Reads protobuf messages by schemas. ONNX's stand in onnx_schema.py, what is made of them in onnx_reader.py."""

from __future__ import annotations

from typing import Any

from alula.host.arrays import TypedArray, copy_of, sub, typed_over
from alula.host.table import Table
from alula.host.text import decode_utf8
from alula.model.wire import FIXED32, FIXED64, LENGTH, VARINT, WIRE_NAMES, WireReader

# Wire types of the kinds of fields that are not length-delimited. The '-data' kinds stay encoded, as bytes do: views of
# the input, for tensors may be large.
WIRE_TYPES = {'int': VARINT, 'float': FIXED32, 'varint-data': VARINT, '32-bit-data': FIXED32, '64-bit-data': FIXED64}

DEFAULTS: dict[str, Any] = {'int': 0, 'float': 0, 'text': ''}  # by kind; None for all others

MAX_NUMBER = 31  # of the fields of all schemas
MAX_DEPTH = 100  # messages inside messages, the limit of Google's own readers


class Field:
    """One field of a schema, written 'kind label number' and, if it repeats, ' *'; or ' ?' if it is None rather than 0
    or '' where it is not there. `slot`: its place among the values of the message."""

    def __init__(self, row: str, slot: int) -> None:
        words = row.split(' ')
        self.kind = words[0]
        self.label = words[1]
        self.number = int(words[2])
        self.slot = slot
        self.repeated = row.endswith('*')
        self.default: Any = [] if self.repeated else None if row.endswith('?') else DEFAULTS.get(self.kind)
        self.wire = WIRE_TYPES.get(self.kind, LENGTH)


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


class MessageReader(WireReader):
    """Reads messages of `schemas` (by name) out of `buf`, building each as soon as it is read. `kept` is for what
    builders want to hand to the caller."""

    def __init__(self, buf: TypedArray, schemas: Table[str, Schema]) -> None:
        super().__init__(buf)
        self.schemas = schemas
        self.kept: list[Any] = []

    def read(self, name: str, depth: int) -> Any:
        """The message that fills the input up to the current end, built. `depth`: how many it lies in."""
        if depth > MAX_DEPTH:
            raise self.fail('messages are nested more than ' + str(MAX_DEPTH) + ' deep')
        schema = self.schemas.at(name)
        values = schema.defaults[:]
        start = self.pos
        end = self.end
        while self.pos < end:
            tag = self.varint()
            wire = tag & 7
            number = tag // 8
            begin = self.skip(wire)
            field = schema.fields[number] if number <= MAX_NUMBER else None
            if field is None:
                if number == 0 or number > 536870911:
                    raise self.fail('a field number that protobuf does not have')
            elif wire != field.wire and not (wire == LENGTH and field.repeated):
                what = WIRE_NAMES[wire] + ' where ' + WIRE_NAMES[field.wire] + ' is due, in field ' + field.label
                raise self.fail(what)
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
                raise self.fail('text that is not UTF-8 in field ' + field.label)
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
