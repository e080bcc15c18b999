"""Little-endian reads at any byte offset of a byte array, aligned or not (JS body).

Docstrings are at the CPython body."""

from alula.host.arrays import i64_of, u64_of


class View:
    def __init__(self, data):
        self.words = __new__(DataView(data.buffer, data.byteOffset, data.byteLength))

    def u8(self, at):
        return self.words.getUint8(at)

    def i8(self, at):
        return self.words.getInt8(at)

    def u16(self, at):
        return self.words.getUint16(at, True)

    def i16(self, at):
        return self.words.getInt16(at, True)

    def u32(self, at):
        return self.words.getUint32(at, True)

    def i32(self, at):
        return self.words.getInt32(at, True)

    def f32(self, at):
        return self.words.getFloat32(at, True)

    def f64(self, at):
        return self.words.getFloat64(at, True)

    def i64(self, at):
        return i64_of(self.words.getUint32(at, True), self.words.getUint32(at + 4, True))

    def u64(self, at):
        return u64_of(self.words.getUint32(at, True), self.words.getUint32(at + 4, True))
