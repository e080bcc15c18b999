"""Reads protobuf messages by schemas, a table of fields per message kind. ONNX's tables stand in onnx_schema.py."""

from __future__ import annotations

from typing import Any

from alula.errors import ModelFormatError
from alula.host.arrays import TypedArray, put, sub, u8
from alula.host.text import decode_utf8
from alula.model.wire import FIXED32, FIXED64, LENGTH, VARINT, WIRE_NAMES, WireReader

# Field kind → wire type of one value, whether it repeats, whether its values stay encoded (tensor data may be large).
KINDS: dict[str, list[Any]] = {
    'int': [VARINT, False, False],
    'float': [FIXED32, False, False],
    'text': [LENGTH, False, False],
    'bytes': [LENGTH, False, False],
    'message': [LENGTH, False, False],
    'ints': [VARINT, True, False],
    'floats': [FIXED32, True, False],
    'texts': [LENGTH, True, False],
    'messages': [LENGTH, True, False],
    'varint data': [VARINT, True, True],
    '32-bit data': [FIXED32, True, True],
    '64-bit data': [FIXED64, True, True],
}


class Field:
    """One field of a schema. `slot`: where a Message keeps it; `child`: schema of a message field."""

    def __init__(self, label: str, kind: str, child: str, slot: int) -> None:
        self.label = label
        self.kind = kind
        self.child = child
        self.slot = slot
        self.wire: int = KINDS[kind][0]
        self.repeated: bool = KINDS[kind][1]
        self.encoded: bool = KINDS[kind][2]


class Schema:
    """The fields of one message kind. `rows`: [number, label, kind], and for messages the name of their schema.
    `build(reader, message)` makes of a read message what its parent keeps."""

    def __init__(self, rows: list[Any], build: Any) -> None:
        self.build = build
        self.size = len(rows)
        self.by_number: list[Field | None] = [None for _ in range(32)]
        self.slots: dict[str, int] = {}
        for i in range(len(rows)):
            row = rows[i]
            self.by_number[row[0]] = Field(row[1], row[2], row[3] if len(row) > 3 else '', i)
            self.slots[row[1]] = i


class Message:
    """The known fields of one message. `start`: its first byte in the input."""

    def __init__(self, schema: Schema, start: int) -> None:
        self.slots = schema.slots
        self.start = start
        self.values: list[Any] = [None for _ in range(schema.size)]

    def one(self, label: str) -> Any:
        """Value of a single field (number, text, bytes, or what its message was built into), None if it was not
        there."""
        return self.values[self.slots[label]]

    def number(self, label: str) -> Any:
        """Value of a number field, 0 if it was not there."""
        value = self.values[self.slots[label]]
        return 0 if value is None else value

    def text(self, label: str) -> str:
        """Value of a text field, '' if it was not there."""
        value = self.values[self.slots[label]]
        return '' if value is None else value

    def all(self, label: str) -> list[Any]:
        """Values of a repeated field; an empty list if it was not there."""
        value = self.values[self.slots[label]]
        found: list[Any] = [] if value is None else value
        return found

    def encoded(self, label: str) -> TypedArray | None:
        """Bytes of a data field in its packed encoding, None if it was not there."""
        data = self.values[self.slots[label]]
        if data is None:
            return None
        packed: TypedArray = data.packed
        return packed


class EncodedData:
    """Values of a repeated number field, still encoded: a view of the input as long as they lie there in one piece."""

    def __init__(self, packed: TypedArray) -> None:
        self.packed = packed
        self.buffer: TypedArray | None = None

    def extend(self, more: TypedArray) -> None:
        """Append encoded values."""
        size = len(self.packed)
        total = size + len(more)
        buffer = self.buffer
        if buffer is None or total > len(buffer):
            buffer = u8(2 * total)
            put(buffer, self.packed, 0)
            self.buffer = buffer
        put(buffer, more, size)
        self.packed = sub(buffer, 0, total)


class MessageReader:
    """Reads messages of `schemas` (name → Schema) out of `buf`, building each as soon as it is read."""

    def __init__(self, buf: TypedArray, schemas: dict[str, Schema]) -> None:
        self.wire = WireReader(buf)
        self.schemas = schemas

    def read(self, name: str) -> Any:
        """The message that fills the input up to the current end, built."""
        wire = self.wire
        schema = self.schemas[name]
        message = Message(schema, wire.pos)
        while wire.pos < wire.end:
            number = wire.tag()
            field = schema.by_number[number] if number < 32 else None
            if field is None:
                wire.skip()
            else:
                self.read_field(message, field)
        return schema.build(self, message)

    def read_field(self, message: Message, field: Field) -> None:
        """Read the value of the field whose tag was just read into its slot."""
        wire = self.wire
        slot = field.slot
        if wire.wire != field.wire:
            if wire.wire != LENGTH or not field.repeated:
                what = WIRE_NAMES[wire.wire] + ' where ' + WIRE_NAMES[field.wire] + ' is due, in field ' + field.label
                raise wire.fail(what, wire.pos)
            self.read_packed(message, field)
        elif field.encoded:
            start = wire.pos
            wire.skip()
            extend_data(message, slot, sub(wire.buf, start, wire.pos))
        elif field.repeated:
            if message.values[slot] is None:
                message.values[slot] = []
            values = message.values[slot]
            values.append(self.read_value(field, len(values)))
        else:
            message.values[slot] = self.read_value(field, -1)

    def read_packed(self, message: Message, field: Field) -> None:
        """Read a packed run of numbers."""
        wire = self.wire
        slot = field.slot
        if field.encoded:
            extend_data(message, slot, wire.span())
            return
        if message.values[slot] is None:
            message.values[slot] = []
        values = message.values[slot]
        outer = wire.enter(field.label, -1)
        while wire.pos < wire.end:
            values.append(self.read_value(field, -1))
        wire.leave(outer)

    def read_value(self, field: Field, index: int) -> Any:
        """One value of a field."""
        wire = self.wire
        if field.wire == VARINT:
            return wire.int64()
        if field.wire == FIXED32:
            return wire.f32()
        if field.child != '':
            outer = wire.enter(field.label, index)
            built = self.read(field.child)
            wire.leave(outer)
            return built
        if field.kind == 'bytes':
            return wire.span()
        start = wire.pos
        text = decode_utf8(wire.span())
        if text is None:
            raise wire.fail('text that is not UTF-8 in field ' + field.label, start)
        return text

    def fail(self, what: str, message: Message) -> ModelFormatError:
        """The error to raise for what a message says."""
        return self.wire.fail(what, message.start)


def extend_data(message: Message, slot: int, more: TypedArray) -> None:
    """Append encoded values to a data field."""
    if message.values[slot] is None:
        message.values[slot] = EncodedData(more)
    else:
        message.values[slot].extend(more)
