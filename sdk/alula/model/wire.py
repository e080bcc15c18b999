"""Protobuf's wire format: tags, varints, fixed-size numbers, length-delimited fields (protobuf.dev, "Encoding").

Knows bytes and positions, nothing of ONNX. Every length is checked against the message it lies in, so that damaged
bytes end in ModelFormatError; nothing is copied."""

from __future__ import annotations

from alula.errors import ModelFormatError
from alula.host.arrays import TypedArray, i64_of

VARINT = 0
FIXED64 = 1
LENGTH = 2
FIXED32 = 5
WIRE_NAMES = ['varint', '64-bit', 'length-delimited', 'group start', 'group end', '32-bit', 'unknown', 'unknown']
FIXED_SIZES = [0, 8, 0, -1, -1, 4, -1, -1]  # bytes of a value by wire type, -1 for those that ONNX does not use


class WireReader:
    """Reads numbers and steps over values. `pos`: next byte; `end`: where the current message ends; `path`: its field,
    '.graph.node[3].attribute[0].t'."""

    def __init__(self, buf: TypedArray) -> None:
        self.buf = buf
        self.pos = 0
        self.end = len(buf)
        self.path = ''
        self.low = 0
        self.high = 0

    def fail(self, what: str) -> ModelFormatError:
        """The error to raise for the bytes at `pos`."""
        return ModelFormatError(what, self.pos, self.path[1:])

    def varint(self) -> int:
        """The next varint, unsigned. In JS a number beyond 2**53 is rounded, but its 32-bit halves are left in `low`
        and `high`."""
        pos = self.pos
        if pos < self.end and self.buf[pos] < 128:
            self.pos = pos + 1
            self.low = self.buf[pos]
            self.high = 0
            return self.low
        parts = [0, 0, 0]  # 28 bits each: no bit operator sees more than 31
        for i in range(10):
            if pos >= self.end:
                raise self.fail('a number is cut off')
            byte = self.buf[pos]
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
            raise self.fail('wire type ' + str(wire) + ' (' + WIRE_NAMES[wire] + '), which ONNX does not use')
        room = self.end - self.pos
        if size > room:
            raise self.fail('a field of ' + str(size) + ' bytes where ' + str(room) + ' are left')
        self.pos += size
        return self.pos - size
