"""float16 and bfloat16, one number and whole arrays."""

import math

from alula.host.arrays import array_from_list, f64, to_list
from alula.host.float16 import f16_bits, f16_pack, f16_unpack, f16_value
from alula_checks import eq

# number, its float16 bits
HALVES = [
    [0.0, 0],
    [-0.0, 0x8000],
    [1.0, 0x3C00],
    [-2.0, 0xC000],
    [65504.0, 0x7BFF],
    [65519.99, 0x7BFF],
    [65520.0, 0x7C00],
    [-1e300, 0xFC00],
    [5.960464477539063e-08, 1],
    [2.9802322387695312e-08, 0],
    [2.98023223876953125e-08 * 1.0001, 1],
    [6.097555160522461e-05, 0x3FF],
    [6.103515625e-05, 0x400],
    [6.1005353927612305e-05, 0x400],
    [0.1, 0x2E66],
    [1.0 + 1.0 / 2048, 0x3C00],
    [1.0 + 3.0 / 2048, 0x3C02],
    [1.0 + 1.0 / 2048 + 1e-12, 0x3C01],
    [1.9999, 0x4000],
]


def test_float16_rounds_half_to_even_once():
    for case in HALVES:
        eq(f16_bits(case[0]), case[1])


def test_every_float16_is_read_and_written_back():
    for i in range(0x7C01):
        eq(f16_bits(f16_value(i)), i)
    eq(f16_bits(f16_value(0xFBFF)), 0xFBFF)
    eq(math.isnan(f16_value(0x7C01)), True)
    eq(f16_bits(f16_value(0x7E00)) > 0x7C00, True)
    eq(f16_value(1), 5.960464477539063e-08)
    eq(f16_value(0xFC00) < -1e308, True)


def test_arrays_agree_with_single_numbers():
    numbers = [case[0] for case in HALVES]
    singles = array_from_list('float32', numbers[0:7])
    for values in [singles, array_from_list('float64', numbers)]:
        halves = f16_pack(values)
        eq(to_list(halves), [f16_bits(value) for value in to_list(values)])
        eq(to_list(f16_unpack(halves)), [f16_value(bits) for bits in to_list(halves)])
    eq(len(f16_pack(f64(0))), 0)
