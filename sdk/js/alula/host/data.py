"""Between the data that users hold and the arrays that Alula computes with (JS body): int64 is a BigInt64Array outside.

Docstrings are at the CPython body."""

from alula.dtypes import is_unsigned, is_wide, storage_of
from alula.errors import TensorError
from alula.host.arrays import ARRAYS, bytes_of, i64_read, i64_write, u64_read, u64_write
from alula.host.float16 import f16_bits


def dtype_of_data(data):
    __pragma__('js', '{}', '''
    if (Array.isArray (data)) {
        return {string: 'string', boolean: 'bool'} [typeof data [0]] ?? '';
    }
    // The name that every typed array's class has by itself: 'Float32Array', 'BigInt64Array', 'Uint8ClampedArray'
    const name = ArrayBuffer.isView (data) ? data [Symbol.toStringTag] : '';
    return name.replace (/DataView|Big|Clamped|Array/g, '').toLowerCase ();
    ''')


def dims_of_data(data):
    return [data.length]


def taken(dtype, data):
    if dtype == 'string':
        return Array.js_from(data)
    storage = storage_of(dtype)
    is_list = Array.isArray(data)
    own = dtype_of_data(data)
    if not is_list and (own == '' or storage_of(own) != storage):
        raise TensorError('Data of type ' + (own or 'unknown') + ' stands where ' + dtype + ' is expected')
    if is_wide(dtype):
        wide = _big_integers(dtype, data) if is_list else data
        return (u64_read if is_unsigned(dtype) else i64_read)(bytes_of(wide), 0, data.length)
    if is_list:
        return ARRAYS[storage].js_from(data, lambda x: f16_bits(x) if dtype == 'float16' else x)
    return __new__(ARRAYS[storage](data.buffer, data.byteOffset, data.length))


def _big_integers(dtype, numbers):
    """A BigInt64Array or BigUint64Array of a list of numbers and bigints."""
    try:
        return _big_array(dtype).js_from(numbers, BigInt)
    except Exception as error:
        raise TensorError('Data of type ' + dtype + ' holds what is no integer: ' + error.message) from error


def _big_array(dtype):
    return BigUint64Array if is_unsigned(dtype) else BigInt64Array


def given(dtype, array, dims):
    if is_wide(dtype):
        wide = __new__(_big_array(dtype)(array.length))
        (u64_write if is_unsigned(dtype) else i64_write)(bytes_of(wide), 0, array)
        return wide
    return _half_array(array) if dtype == 'float16' else array


def _half_array(bits):
    """The host's own array of float16 where it has one, else the bits."""
    __pragma__('js', '{}', '''
    return typeof Float16Array === 'undefined' ? bits : new Float16Array (bits.buffer, bits.byteOffset, bits.length);
    ''')


def native(tensors):
    return tensors


def is_bytes(data):
    __pragma__('js', '{}', '''
    return ArrayBuffer.isView (data) || /ArrayBuffer$/.test (data?.[Symbol.toStringTag]);    // a shared one too
    ''')


def is_record(value):
    return isinstance(value, dict)


def entries_of(value):
    __pragma__('js', '{}', '''
    if (value instanceof Map) return _pairs ([...value]);
    const is_plain = value && Object.getPrototypeOf (value) === Object.prototype;
    return is_plain || is_record (value) ? _pairs (Object.entries (value)) : null;
    ''')


def _pairs(entries):
    __pragma__('js', '{}', '''
    return [entries.map (([key]) => typeof key === 'bigint' ? Number (key) : key), entries.map (entry => entry [1])];
    ''')


def record_of(labels, scores):
    __pragma__('js', '{}', '''
    const entries = labels.map ((label, i) => [label, scores [i]]);
    return typeof labels [0] === 'number' ? new Map (entries) : Object.fromEntries (entries);
    ''')
