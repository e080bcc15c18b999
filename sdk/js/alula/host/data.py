"""Between the data that users hold and the arrays that Alula computes with (JS body): int64 is a BigInt64Array outside.

Docstrings are at the CPython body."""

from alula.dtypes import storage_of
from alula.errors import TensorError
from alula.host.arrays import ARRAYS, bytes_of, i64_read, i64_write, u64_read, u64_write
from alula.host.float16 import f16_bits


def dtype_of_data(data):
    __pragma__('js', '{}', '''
    const names = [
        [Float32Array, 'float32'], [Float64Array, 'float64'], [Int8Array, 'int8'], [Uint8Array, 'uint8'],
        [Uint8ClampedArray, 'uint8'], [Int16Array, 'int16'], [Uint16Array, 'uint16'], [Int32Array, 'int32'],
        [Uint32Array, 'uint32'], [BigInt64Array, 'int64'], [BigUint64Array, 'uint64'],
    ];
    if (typeof Float16Array !== 'undefined' && data instanceof Float16Array) {
        return 'float16';
    }
    for (const [array, dtype] of names) {
        if (data instanceof array) {
            return dtype;
        }
    }
    if (Array.isArray (data) && data.length > 0) {
        return typeof data [0] === 'string' ? 'string' : typeof data [0] === 'boolean' ? 'bool' : '';
    }
    return '';
    ''')


def dims_of_data(data):
    return [data.length]


def taken(dtype, data):
    if dtype == 'string':
        return Array.js_from(data)
    storage = storage_of(dtype)
    wide = storage == 'i64' or storage == 'u64'
    if Array.isArray(data):
        if wide:
            return _wide_numbers(dtype, _wide_array(dtype, data))
        return Uint16Array.js_from(data, lambda x: f16_bits(x)) if dtype == 'float16' else ARRAYS[storage].js_from(data)
    given_dtype = dtype_of_data(data)
    if given_dtype == '' or (given_dtype != dtype and storage_of(given_dtype) != storage):
        what = given_dtype if given_dtype != '' else 'unknown'
        raise TensorError('Data of type ' + what + ' stands where ' + dtype + ' is expected')
    if wide:
        return _wide_numbers(dtype, data)
    if data.constructor is ARRAYS[storage]:
        return data
    return __new__(ARRAYS[storage](data.buffer, data.byteOffset, data.length))


def _wide_numbers(dtype, data):
    """The numbers of a BigInt64Array or BigUint64Array."""
    return (i64_read if dtype == 'int64' else u64_read)(bytes_of(data), 0, data.length)


def _wide_array(dtype, numbers):
    """A BigInt64Array or BigUint64Array of a list of numbers and bigints."""
    try:
        return _big_integers(dtype, numbers)
    except Exception as error:
        raise TensorError('Data of type ' + dtype + ' holds what is no integer: ' + error.message) from error


def _big_integers(dtype, numbers):
    __pragma__('js', '{}', '''
    return (dtype === 'int64' ? BigInt64Array : BigUint64Array).from (numbers, BigInt);
    ''')


def given(dtype, array, dims):
    if dtype == 'int64':
        wide = __new__(BigInt64Array(array.length))
        i64_write(bytes_of(wide), 0, array)
        return wide
    if dtype == 'uint64':
        wide = __new__(BigUint64Array(array.length))
        u64_write(bytes_of(wide), 0, array)
        return wide
    return _half_array(array) if dtype == 'float16' else array


def _half_array(bits):
    """The host's own array of float16 where it has one, else the bits."""
    __pragma__('js', '{}', '''
    return typeof Float16Array === 'undefined' ? bits : new Float16Array (bits.buffer, bits.byteOffset, bits.length);
    ''')


def native(tensor):
    return tensor


def is_bytes(data):
    __pragma__('js', '{}', '''
    const shared = typeof SharedArrayBuffer !== 'undefined' && data instanceof SharedArrayBuffer;
    return shared || data instanceof ArrayBuffer || ArrayBuffer.isView (data);
    ''')


def is_record(value):
    return isinstance(value, dict)
