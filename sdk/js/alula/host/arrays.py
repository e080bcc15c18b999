"""Typed arrays, and 64-bit integers in bytes (JS body): typed arrays of the host.

Docstrings are at the CPython body."""

from alula.dtypes import storage_of
from alula.errors import InexactIntegerError

TypedArray = None

ARRAYS = {
    'u8': Uint8Array,
    'i8': Int8Array,
    'u16': Uint16Array,
    'i16': Int16Array,
    'u32': Uint32Array,
    'i32': Int32Array,
    'f32': Float32Array,
    'f64': Float64Array,
    'i64': Float64Array,
    'u64': Float64Array,
}

# One double, or one float, beside its bits, for the conversions below.
F64 = __new__(Float64Array(1))
F32 = __new__(Float32Array(F64.buffer))
WORDS = __new__(Uint32Array(F64.buffer))


def u8(n):
    return __new__(Uint8Array(n))


def i8(n):
    return __new__(Int8Array(n))


def u16(n):
    return __new__(Uint16Array(n))


def i16(n):
    return __new__(Int16Array(n))


def i32(n):
    return __new__(Int32Array(n))


def u32(n):
    return __new__(Uint32Array(n))


def f32(n):
    return __new__(Float32Array(n))


def f64(n):
    return __new__(Float64Array(n))


def slots_of(dtype, n):
    return 2 * n if dtype.startswith('complex') else n


def typed(dtype, n):
    return __new__(ARRAYS[storage_of(dtype)](slots_of(dtype, n)))


def typed_over(dtype, data, byte_offset, n):
    return __new__(ARRAYS[storage_of(dtype)](data.buffer, data.byteOffset + byte_offset, slots_of(dtype, n)))


def as_bytes(data):
    return bytes_of(data) if ArrayBuffer.isView(data) else __new__(Uint8Array(data))


def bytes_of(array):
    return __new__(Uint8Array(array.buffer, array.byteOffset, array.byteLength))


def sub(array, i, j):
    return array.subarray(i, j)


def is_aligned(data, size) -> bool:
    return data.byteOffset % size == 0


def copy_of(array):
    return array.slice()


def put(dst, src, at):
    dst.set(src, at)


def put_words(dst, words, at):
    dst.set(words, at)


def continue_words(array, at, end, step, back, stride):
    while at < end:
        array[at] = array[at - back] + stride
        at += step


def fill(array, value, i, j):
    array.fill(value, i, j)


def array_from_list(dtype, values):
    out = typed(dtype, len(values))
    out.set(values)
    return out


def to_list(array):
    return Array.js_from(array)


def to_u32(x):
    __pragma__('js', '{}', 'return x >>> 0;')


def to_i32(x):
    __pragma__('js', '{}', 'return x | 0;')


def imul32(a, b):
    return Math.imul(a, b)


def trunc(x):
    return Math.trunc(x)


def fround(x):
    return Math.fround(x)


def f32_bits(x):
    F32[0] = x
    return WORDS[0]


def f32_from_bits(bits):
    WORDS[0] = bits
    return F32[0]


def f64_bits(x):
    F64[0] = x
    return [WORDS[0], WORDS[1]]


def f64_from_bits(low, high):
    WORDS[0] = low
    WORDS[1] = high
    return F64[0]


def i64_of(low, high):
    return _exact(low, to_i32(high), 9.223372036854775808e18)


def u64_of(low, high):
    return _exact(low, high, 0)


def _exact(low, high, end):
    """The integer of two words, if a double holds it or rounds it to plus or minus `end`."""
    value = low + high * 4294967296
    size = Math.js_abs(value)
    if size > 9007199254740991 and size != end:
        raise InexactIntegerError(wide_text(low, high))
    return value


def wide_text(low, high):
    __pragma__('js', '{}', 'return (BigInt (high) * 4294967296n + BigInt (low)).toString ();')


def i64_read(data, byte_offset, n):
    return _wide_read(data, byte_offset, n, i64_of)


def u64_read(data, byte_offset, n):
    return _wide_read(data, byte_offset, n, u64_of)


def _wide_read(data, byte_offset, n, number_of):
    out = f64(n)
    words = __new__(DataView(data.buffer, data.byteOffset + byte_offset))
    for i in range(n):
        low = words.getUint32(8 * i, True)
        high = words.getUint32(8 * i + 4, True)
        # a high word of 0 covers nearly every integer of a model
        out[i] = low if high == 0 else number_of(low, high)
    return out


def i64_write(data, byte_offset, values):
    _wide_write(data, byte_offset, values, -2147483648, 2147483647)


def u64_write(data, byte_offset, values):
    _wide_write(data, byte_offset, values, 0, 4294967295)


def _wide_write(data, byte_offset, values, lowest, highest):
    """Two words per integer; one whose high word is out of its bounds becomes the least or the greatest integer."""
    words = __new__(DataView(data.buffer, data.byteOffset + byte_offset))
    for i in range(len(values)):
        value = Math.trunc(values[i])
        high = Math.js_floor(value / 4294967296)
        low = value - high * 4294967296
        if high > highest:
            high = highest
            low = 4294967295
        elif high < lowest:
            high = lowest
            low = 0
        words.setUint32(8 * i, low, True)
        words.setUint32(8 * i + 4, high, True)
