"""Floats narrower than 32 bits: numbers to and from their bits, on both hosts. Against ml_dtypes: tests/agreement."""

import math

from alula.backends.script.evaluate import bitcaster, decoder, encoder, numbers_of
from alula.dtypes import bits_of
from alula.host.arrays import array_from_list, to_list
from alula.kernels.narrow_float import FORMATS, greatest
from alula_checks import eq

# A type, a code and the number it stands for.
KNOWN = [
    ['float16', 0x3C00, 1.0], ['float16', 0x0001, 2.0**-24], ['float16', 0xFC00, -math.inf],
    ['bfloat16', 0x3F81, 1.0078125], ['bfloat16', 0x0001, 9.183549615799121e-41], ['bfloat16', 0x7F80, math.inf],
    ['float8e4m3fn', 0x7E, 448.0], ['float8e4m3fn', 0x01, 2.0**-9], ['float8e4m3fn', 0xB8, -1.0],
    ['float8e4m3fnuz', 0x7F, 240.0], ['float8e4m3fnuz', 0x01, 2.0**-10], ['float8e4m3fnuz', 0xC0, -1.0],
    ['float8e5m2', 0x7B, 57344.0], ['float8e5m2', 0x01, 2.0**-16], ['float8e5m2', 0xFC, -math.inf],
    ['float8e5m2fnuz', 0x7F, 57344.0], ['float8e5m2fnuz', 0x01, 2.0**-17], ['float8e5m2fnuz', 0xC0, -1.0],
    ['float4e2m1', 0x7, 6.0], ['float4e2m1', 0x1, 0.5], ['float4e2m1', 0xA, -1.0],
    ['float6e2m3', 0x1F, 7.5], ['float6e2m3', 0x01, 0.125], ['float6e3m2', 0x1F, 28.0], ['float6e3m2', 0x21, -0.0625],
    ['float8e8m0', 0x00, 2.0**-127], ['float8e8m0', 0x7F, 1.0], ['float8e8m0', 0xFE, 2.0**127],
]


def test_known_codes():
    for dtype, code, number in KNOWN:
        eq([dtype, decoder(dtype)(code)], [dtype, number])
        eq([dtype, encoder(dtype)(number)], [dtype, code])


def test_every_code_is_the_one_of_its_number():
    for dtype in FORMATS:
        count = 2 ** bits_of(dtype)
        codes = array_from_list(dtype, list(range(0, count, 1 if count < 300 else 37)))
        encode = encoder(dtype)
        numbers = to_list(numbers_of(dtype, codes))
        for i in range(len(numbers)):
            if numbers[i] == numbers[i]:
                eq([dtype, encode(numbers[i])], [dtype, codes[i]])


def test_halves_go_to_the_even_code():
    for dtype in FORMATS:
        if dtype != 'float8e8m0':
            top = FORMATS[dtype][3]
            number = decoder(dtype)
            encode = encoder(dtype)
            # subnormal numbers of bfloat16 are so in float32 too, and have no neighbours so near
            for code in range(128 if dtype == 'bfloat16' else 0, top - 1, 1 if top < 300 else 101):
                low = number(code)
                half = (low + number(code + 1)) / 2
                even = code + code % 2
                eq([dtype, code, encode(half)], [dtype, code, even])
                eq([dtype, code, encode(half + half * 2.0**-20)], [dtype, code, code + 1])
                eq([dtype, code, encode(half - half * 2.0**-20)], [dtype, code, code])


def test_what_is_too_large_and_nan():
    for dtype in FORMATS:
        top, nan = FORMATS[dtype][3:]
        eq([dtype, encoder(dtype)(math.inf)], [dtype, top])
        eq([dtype, encoder(dtype)(1e39)], [dtype, top])
        eq([dtype, encoder(dtype)(math.nan) % 2 ** (bits_of(dtype) - 1)], [dtype, nan % 2 ** (bits_of(dtype) - 1)])
    eq([greatest(f'float8{kind}') for kind in ['e4m3fn', 'e4m3fnuz', 'e5m2', 'e5m2fnuz']], [448, 240, 57344, 57344])
    eq(greatest('float8e8m0'), 2.0**127)


def test_bits_as_another_type():
    eq(bitcaster('float32', 'int32')(-1.0), -1082130432)
    eq(bitcaster('float32', 'uint32')(-1.0), 3212836864)
    eq(bitcaster('uint32', 'float32')(3212836864), -1.0)
    eq(bitcaster('int32', 'float32')(-1082130432), -1.0)
    eq(bitcaster('float16', 'int16')(-1.0), -17408)
    eq(bitcaster('float16', 'bfloat16')(1.0), 0.0078125)
    eq(bitcaster('uint8', 'float8e5m2')(0x3C), 1.0)
    eq(bitcaster('float64', 'int64')(5e-324), 1)
    eq(bitcaster('int64', 'float64')(3), 1.5e-323)
