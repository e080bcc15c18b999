"""Typed arrays and number conversions of the host."""

import alula.host.arrays as host
from alula.dtypes import ROWS
from alula.errors import InexactIntegerError
from alula_checks import eq


def bytes_from(values):
    return host.array_from_list('uint8', values)


def test_every_type_has_a_zeroed_array():
    for row in ROWS:
        if row.label != 'string':
            slots = 6 if row.kind == 'complex' else 3
            array = host.typed(row.label, 3)
            eq(host.to_list(array), [0 for _ in range(slots)])
            eq(len(host.bytes_of(array)), slots * int(row.storage[1:]) // 8)


def test_makers_hold_their_ranges():
    for case in [
        [host.u8(1), 255],
        [host.i8(1), -128],
        [host.u16(1), 65535],
        [host.i16(1), -32768],
        [host.u32(1), 4294967295],
        [host.i32(1), -2147483648],
        [host.f32(1), 0.5],
        [host.f64(1), 0.1],
    ]:
        array = case[0]
        array[0] = case[1]
        eq(array[0], case[1])


def test_float32_arrays_round_what_they_store():
    array = host.f32(1)
    array[0] = 0.1
    eq(array[0], host.fround(0.1))
    eq(array[0] == 0.1, False)


def test_empty_arrays():
    for dtype in ['float32', 'uint8', 'int64']:
        array = host.typed(dtype, 0)
        eq(len(array), 0)
        eq(host.to_list(host.sub(array, 0, 0)), [])
        host.fill(array, 1, 0, 0)
        eq(len(host.bytes_of(array)), 0)


def test_views_share_memory():
    array = host.array_from_list('float32', [1, 2, 3, 4])
    part = host.sub(array, 1, 3)
    part[0] = 20
    eq(host.to_list(array), [1, 20, 3, 4])
    raw = host.bytes_of(part)
    eq(len(raw), 8)
    raw[3] = 0
    raw[2] = 0
    eq(array[1], 0)
    again = host.typed_over('float32', host.bytes_of(array), 8, 2)
    eq(host.to_list(again), [3, 4])
    again[1] = 7
    eq(array[3], 7)


def test_copies_do_not():
    array = host.array_from_list('int16', [1, 2])
    copied = host.copy_of(host.sub(array, 1, 2))
    copied[0] = 5
    eq(host.to_list(array), [1, 2])
    eq(host.to_list(copied), [5])


def test_put_and_fill():
    array = host.i32(6)
    host.put(array, [1, 2], 1)
    host.put(array, host.array_from_list('int32', [3, 4]), 3)
    host.put(array, host.array_from_list('uint8', [9]), 5)
    eq(host.to_list(array), [0, 1, 2, 3, 4, 9])
    host.fill(array, -1, 2, 5)
    eq(host.to_list(array), [0, 1, -1, -1, -1, 9])


def test_32_bit_arithmetic():
    eq(host.to_u32(-1), 4294967295)
    eq(host.to_u32(4294967297), 1)
    eq(host.to_i32(4294967295), -1)
    eq(host.to_i32(2147483648), -2147483648)
    eq(host.imul32(65537, 65537), 131073)
    eq(host.imul32(2147483647, 2147483647), 1)
    eq([host.trunc(2.7), host.trunc(-2.7), host.trunc(1e15)], [2, -2, 1000000000000000])


def test_float_bits():
    eq(host.f32_bits(1.0), 0x3F800000)
    eq(host.f32_bits(-2.0), 3221225472)
    eq(host.f32_from_bits(0x40490FDB), 3.1415927410125732)
    eq(host.f64_bits(-1.5), [0, 3220701184])
    eq(host.f64_from_bits(0, 0x3FF80000), 1.5)


# low word, high word, value
EXACT = [
    [0, 0, 0],
    [4294967295, 4294967295, -1],
    [4294967295, 0x1FFFFF, 9007199254740991],
    [1, 4292870144, -9007199254740991],
    [0, 1, 4294967296],
    [4294967294, 4294967295, -2],
]


def test_int64_is_exact_to_53_bits():
    for case in EXACT:
        eq(host.i64_of(case[0], case[1]), case[2])
    eq(host.u64_of(4294967295, 0x1FFFFF), 9007199254740991)


def word(data, at):
    """The little-endian 32-bit word at a byte offset."""
    return sum([data[at + i] * 256**i for i in range(4)])


def test_int64_arrays_go_through_bytes():
    values = [case[2] for case in EXACT]
    data = host.u8(8 * len(values) + 3)
    host.i64_write(data, 3, values)
    eq(host.to_list(host.i64_read(data, 3, len(values))), values)
    for i in range(len(EXACT)):
        eq([word(data, 3 + 8 * i), word(data, 7 + 8 * i)], EXACT[i][0:2])
    typed = host.array_from_list('int64', values)
    host.i64_write(data, 0, typed)
    eq(host.to_list(host.i64_read(data, 0, len(values))), values)
    host.u64_write(data, 1, [0, 1, 9007199254740991])
    eq(host.to_list(host.u64_read(data, 1, 3)), [0, 1, 9007199254740991])


def test_int64_ends_survive():
    """INT64_MAX stands for 'to the end' in a Slice: it must be read on every host, and written back as it was."""
    for words in [[4294967295, 2147483647], [0, 2147483648]]:
        value = host.i64_of(words[0], words[1])
        eq(abs(value) >= 2**63 - 1024, True)
        data = host.u8(8)
        host.i64_write(data, 0, [value])
        eq([word(data, 0), word(data, 4)], words)
    data = host.u8(8)
    host.u64_write(data, 0, [1.8446744073709552e19])
    eq(host.to_list(data), [255 for _ in range(8)])
    host.u64_write(data, 0, [-3])
    eq(host.to_list(data), [0 for _ in range(8)])


def test_what_a_double_cannot_hold_is_exact_or_refused():
    """CPython's integers are exact; JS must not round them silently."""
    data = bytes_from([1, 0, 0, 0, 0, 0, 0x20, 0])
    try:
        exact = host.to_list(host.i64_read(data, 0, 1))[0]
        eq(exact - 4503599627370496, 4503599627370497)
    except InexactIntegerError as error:
        eq(error.text, '9007199254740993')
        eq(error.code, 'INEXACT_INTEGER')


def test_bytes_of_any_array():
    whole = bytes_from([9, 9, 1, 0, 0, 0, 9])
    eq(word(host.sub(whole, 2, 6), 0), 1)
    eq(host.to_list(host.as_bytes(host.array_from_list('uint16', [513]))), [1, 2])
