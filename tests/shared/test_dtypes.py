"""The table of element types."""

from alula.dtypes import (
    ROWS,
    bits_of,
    bounds,
    byte_size,
    dtype_of,
    is_dtype,
    is_float,
    is_int,
    is_packed,
    item_bytes,
    row_of,
    storage_of,
)
from alula.errors import UnsupportedTypeError
from alula_checks import eq, raises


def test_codes_and_names_are_each_others_inverse():
    for i in range(28):
        eq(row_of(dtype_of(i + 1)).label, ROWS[i].label)
    eq(len(ROWS), 28)
    eq([dtype_of(1), dtype_of(7), dtype_of(16), dtype_of(28)], ['float32', 'int64', 'bfloat16', 'float6e3m2'])


def test_unknown_types_are_refused():
    for code in [0, -1, 29, 1000]:
        raises(UnsupportedTypeError, lambda_dtype(code))
    eq(raises(UnsupportedTypeError, lambda: bits_of('float33')).dtype, 'float33')
    eq(is_dtype('float33'), False)
    eq(is_dtype('toString'), False)


def lambda_dtype(code):
    return lambda: dtype_of(code)


def test_sizes():
    eq(byte_size('int4', 3), 2)
    eq(byte_size('int4', 4), 2)
    eq(byte_size('uint2', 5), 2)
    eq(byte_size('float6e2m3', 5), 4)
    eq(byte_size('complex128', 2), 32)
    eq(byte_size('float32', 0), 0)
    eq(item_bytes('int4'), 1)
    eq(item_bytes('complex64'), 8)
    eq(item_bytes('int64'), 8)


def test_kinds():
    eq(
        [is_float('bfloat16'), is_float('float4e2m1'), is_float('int8'), is_float('complex64')],
        [True, True, False, False],
    )
    eq([is_int('uint4'), is_int('int64'), is_int('bool'), is_int('float16')], [True, True, False, False])
    eq([is_packed('int4'), is_packed('float6e3m2'), is_packed('bool'), is_packed('string')], [True, True, False, False])
    eq(storage_of('float16'), 'u16')


def test_bounds():
    eq(bounds('int8'), [-128, 127])
    eq(bounds('uint4'), [0, 15])
    eq(bounds('int2'), [-2, 1])
    eq(bounds('bool'), [0, 1])
    eq(bounds('uint32'), [0, 4294967295])
    eq(bounds('int64')[0], -9223372036854775808.0)
