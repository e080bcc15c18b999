"""Between the data that users hold and the arrays that Alula computes with (JS body): typed arrays, BigInt64Array for int64.

Docstrings are at the CPython body."""

from alula.dtypes import storage_of
from alula.errors import InexactIntegerError, TensorError
from alula.host.arrays import ARRAYS, storage_array
from alula.host.float16 import f16_bits


def dtype_of_data(data):
    __pragma__('js', '{}', '''
    const names = [
        [Float32Array, 'float32'], [Float64Array, 'float64'], [Int8Array, 'int8'], [Uint8Array, 'uint8'], [Uint8ClampedArray, 'uint8'],
        [Int16Array, 'int16'], [Uint16Array, 'uint16'], [Int32Array, 'int32'], [Uint32Array, 'uint32'],
        [BigInt64Array, 'int64'], [BigUint64Array, 'uint64'],
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
    given_dtype = dtype_of_data(data)
    if storage == 'i64' or storage == 'u64':
        return _numbers_of(data)
    if dtype == 'float16' and given_dtype == 'float16':
        return __new__(Uint16Array(data.buffer, data.byteOffset, data.length))
    if given_dtype != '' and given_dtype != dtype and storage_of(given_dtype) != storage:
        raise TensorError('Data of type ' + given_dtype + ' stands where ' + dtype + ' is expected')
    if given_dtype == dtype or (given_dtype != '' and not Array.isArray(data)):
        if data.constructor is ARRAYS[storage]:
            return data
        return __new__(ARRAYS[storage](data.buffer, data.byteOffset, data.length))
    if dtype == 'float16':
        return Uint16Array.js_from(data, lambda x: f16_bits(x))
    return ARRAYS[storage].js_from(data)


def _numbers_of(data):
    out = storage_array('f64', data.length)
    __pragma__('js', '{}', '''
    for (let i = 0; i < data.length; i++) {
        const x = Number (data [i]);
        if (x > 9007199254740992 || x < -9007199254740992) {
            throw InexactIntegerError (String (data [i]));
        }
        out [i] = x;
    }
    ''')
    return out


def given(dtype, array, dims):
    storage = storage_of(dtype)
    __pragma__('js', '{}', '''
    if (storage === 'i64' || storage === 'u64') {
        const out = storage === 'i64' ? new BigInt64Array (array.length) : new BigUint64Array (array.length);
        for (let i = 0; i < array.length; i++) {
            out [i] = BigInt (array [i]);
        }
        return out;
    }
    if (dtype === 'float16' && typeof Float16Array !== 'undefined') {
        return new Float16Array (array.buffer, array.byteOffset, array.length);
    }
    ''')
    return array


def native(tensor):
    return tensor


def is_bytes(data):
    __pragma__('js', '{}', 'return data instanceof ArrayBuffer || ArrayBuffer.isView (data) || (typeof SharedArrayBuffer !== "undefined" && data instanceof SharedArrayBuffer);')


def is_record(value):
    return isinstance(value, dict)
