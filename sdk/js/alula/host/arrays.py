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

# One double and one float beside their bits, for the conversions below.
F64 = __new__(Float64Array(1))
F64_WORDS = __new__(Uint32Array(F64.buffer))
F32 = __new__(Float32Array(1))
F32_WORDS = __new__(Uint32Array(F32.buffer))


def storage_array(storage, n):
    return __new__(ARRAYS[storage](n))


def storage_over(storage, data, byte_offset, n):
    return __new__(ARRAYS[storage](data.buffer, data.byteOffset + byte_offset, n))


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
    return storage_array(storage_of(dtype), slots_of(dtype, n))


def typed_over(dtype, data, byte_offset, n):
    return storage_over(storage_of(dtype), data, byte_offset, slots_of(dtype, n))


def as_bytes(data):
    __pragma__('js', '{}', '''
    if (ArrayBuffer.isView (data)) {
        return data.constructor === Uint8Array ? data : new Uint8Array (data.buffer, data.byteOffset, data.byteLength);
    }
    return new Uint8Array (data);
    ''')


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
    return F32_WORDS[0]


def f32_from_bits(bits):
    F32_WORDS[0] = bits
    return F32[0]


def f64_bits(x):
    F64[0] = x
    return [F64_WORDS[0], F64_WORDS[1]]


def f64_from_bits(low, high):
    F64_WORDS[0] = low
    F64_WORDS[1] = high
    return F64[0]


def i64_of(low, high):
    value = low + to_i32(high) * 4294967296
    if (value > 9007199254740991 or value < -9007199254740991) and not is_i64_end(low, high):
        raise InexactIntegerError(wide_text(low, to_i32(high)))
    return value


def is_i64_end(low, high) -> bool:
    """Is this one of the values that a double rounds to ±2**63?"""
    return (high == 0x7FFFFFFF and low >= 4294966784) or (high == 0x80000000 and low <= 512)


def u64_of(low, high):
    value = low + high * 4294967296
    if value > 9007199254740991:
        raise InexactIntegerError(wide_text(low, high))
    return value


def wide_text(low, high):
    __pragma__('js', '{}', 'return (BigInt (high) * 4294967296n + BigInt (low)).toString ();')


def i64_read(data, byte_offset, n):
    out = __new__(Float64Array(n))
    words = __new__(DataView(data.buffer, data.byteOffset + byte_offset, 8 * n))
    for i in range(n):
        low = words.getUint32(8 * i, True)
        high = words.getUint32(8 * i + 4, True)
        # high words of 0 and -1 cover nearly every integer of a model
        out[i] = low if high == 0 else i64_of(low, high)
    return out


def u64_read(data, byte_offset, n):
    out = __new__(Float64Array(n))
    words = __new__(DataView(data.buffer, data.byteOffset + byte_offset, 8 * n))
    for i in range(n):
        out[i] = u64_of(words.getUint32(8 * i, True), words.getUint32(8 * i + 4, True))
    return out


def i64_write(data, byte_offset, values):
    n = len(values)
    words = __new__(DataView(data.buffer, data.byteOffset + byte_offset, 8 * n))
    for i in range(n):
        value = Math.trunc(values[i])
        high = Math.js_floor(value / 4294967296)
        low = value - high * 4294967296
        if high >= 2147483648:
            high = 2147483647
            low = 4294967295
        elif high < -2147483648:
            high = -2147483648
            low = 0
        words.setUint32(8 * i, low, True)
        words.setInt32(8 * i + 4, high, True)


def u64_write(data, byte_offset, values):
    n = len(values)
    words = __new__(DataView(data.buffer, data.byteOffset + byte_offset, 8 * n))
    for i in range(n):
        value = Math.js_max(Math.trunc(values[i]), 0)
        high = Math.js_floor(value / 4294967296)
        low = value - high * 4294967296
        if high >= 4294967296:
            high = 4294967295
            low = 4294967295
        words.setUint32(8 * i, low, True)
        words.setUint32(8 * i + 4, high, True)
