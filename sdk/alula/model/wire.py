"""Protobuf's wire format: tags, varints, fixed-size numbers, length-delimited fields (protobuf.dev, "Encoding").

Knows bytes and positions, nothing of ONNX. Every length is checked against the message it lies in, so that damaged
bytes end in ModelFormatError; nothing is copied."""

from __future__ import annotations

from alula.errors import ModelFormatError
from alula.host.arrays import TypedArray, copy_of, i64_of, sub, typed_over

VARINT = 0
FIXED64 = 1
LENGTH = 2
FIXED32 = 5
WIRE_NAMES = ['varint', '64-bit', 'length-delimited', 'group start', 'group end', '32-bit', 'unknown', 'unknown']

MAX_DEPTH = 100  # messages inside messages, the limit of Google's own readers


class WireReader:
    """Reads the fields of a message and of those in it. `pos`: next byte; `end`: where the current message ends."""

    def __init__(self, buf: TypedArray) -> None:
        self.buf = buf
        self.pos = 0
        self.end = len(buf)
        self.wire = 0
        self.high = 0
        self.names: list[str] = []
        self.indices: list[int] = []

    def fail(self, what: str, position: int) -> ModelFormatError:
        """The error to raise for bytes at `position`, with the path of the field being read."""
        return ModelFormatError(what, position, self.path())

    def path(self) -> str:
        """The field being read: 'graph.node[3].attribute[0].t'."""
        text = ''
        for i in range(len(self.names)):
            text += ('.' if i > 0 else '') + self.names[i]
            if self.indices[i] >= 0:
                text += '[' + str(self.indices[i]) + ']'
        return text

    def enter(self, name: str, index: int) -> int:
        """Begin the message that is the value of the field just read; returns the outer end, for `leave`.
        `index`: its place in a repeated field, -1 in a single one."""
        self.names.append(name)
        self.indices.append(index)
        if len(self.names) > MAX_DEPTH:
            raise self.fail('messages are nested more than ' + str(MAX_DEPTH) + ' deep', self.pos)
        size = self.read_length()
        outer = self.end
        self.end = self.pos + size
        return outer

    def leave(self, outer: int) -> None:
        """Go back to the outer message."""
        self.end = outer
        self.names.pop()
        self.indices.pop()

    def low_word(self) -> int:
        """Next varint: returns its low 32 bits and leaves the high 32 in `high`, both unsigned."""
        buf = self.buf
        pos = self.pos
        end = self.end
        if pos < end and buf[pos] < 128:
            self.pos = pos + 1
            self.high = 0
            return buf[pos]  # type: ignore[no-any-return]
        low = 0
        high = 0
        # Bits 0..27, 28..31 with 0..2 of the high word, then the rest: no bit operator sees more than 31 bits.
        scale = 1
        for i in range(10):
            if pos >= end:
                raise self.fail('a number is cut off', pos)
            byte = buf[pos]
            pos += 1
            bits = byte & 127
            if i < 4:
                low += bits * scale
                scale *= 128
            elif i == 4:
                low += (bits & 15) * 268435456
                high = bits >> 4
                scale = 8
            elif i < 9:
                high += bits * scale
                scale *= 128
            else:
                high += (bits & 1) * 2147483648
            if byte < 128:
                self.pos = pos
                self.high = high
                return low
        raise self.fail('a number has more than 10 bytes', self.pos)

    def tag(self) -> int:
        """Number of the next field; its wire type is left in `wire`."""
        start = self.pos
        low = self.low_word()
        number = low // 8
        if number == 0 or self.high > 0:
            raise self.fail('a field number that protobuf does not have', start)
        self.wire = low & 7
        return number

    def read_length(self) -> int:
        """A length, which must fit into the current message."""
        start = self.pos
        low = self.low_word()
        room = self.end - self.pos
        if self.high > 0 or low > room:
            size = 'of more than 4 GB' if self.high > 0 else 'of ' + str(low) + ' bytes'
            raise self.fail('a field ' + size + ' where ' + str(room) + ' are left', start)
        return low

    def int64(self) -> int:
        """A signed 64-bit varint."""
        low = self.low_word()
        high = self.high
        if high == 0:
            return low
        return i64_of(low, high)

    def fixed(self, size: int) -> int:
        """Step over `size` bytes and return where they begin."""
        start = self.pos
        if start + size > self.end:
            raise self.fail('a number is cut off', start)
        self.pos = start + size
        return start

    def f32(self) -> float:
        """A 32-bit float."""
        at = self.fixed(4)
        number: float = typed_over('float32', copy_of(sub(self.buf, at, at + 4)), 0, 1)[0]
        return number

    def span(self) -> TypedArray:
        """A length-delimited field as a view of the bytes."""
        size = self.read_length()
        start = self.pos
        self.pos = start + size
        return sub(self.buf, start, start + size)

    def skip(self) -> None:
        """Step over the value of the field just read."""
        if self.wire == VARINT:
            self.low_word()
        elif self.wire == LENGTH:
            size = self.read_length()
            self.pos += size
        elif self.wire == FIXED32:
            self.fixed(4)
        elif self.wire == FIXED64:
            self.fixed(8)
        else:
            what = 'wire type ' + str(self.wire) + ' (' + WIRE_NAMES[self.wire] + '), which ONNX does not use'
            raise self.fail(what, self.pos)
