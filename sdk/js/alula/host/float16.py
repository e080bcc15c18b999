"""float16: one number or a whole array, to and from its 16 bits (JS body).

Docstrings are at the CPython body."""

import math

from alula.host.arrays import f32_from_bits, f64_bits, u16


def f16_bits(x):
    if x != x:
        return 0x7E00
    high = f64_bits(x)[1]
    # subnormal below 2**-14: the exponent stays, and the significand has less than 11 bits
    exponent = Math.js_max((high >> 20 & 0x7FF) - 1023, -14)
    # adding and taking 2**52 rounds half to even
    significand = Math.js_abs(x) * 2.0 ** (10 - exponent) + 4503599627370496 - 4503599627370496
    # a significand rounded up to 2048 carries into the exponent, as it should; beyond the greatest is infinity
    return high >> 16 & 0x8000 | Math.js_min(((exponent + 14) << 10) + significand, 0x7C00)


def f16_value(bits):
    size = bits & 0x7FFF
    if size >= 0x7C00:
        value = math.inf if size == 0x7C00 else math.nan
    else:
        # exponent and fraction in the places of a float32, whose exponent bias is 112 greater
        value = f32_from_bits(size << 13) * 5.192296858534828e33
    return -value if bits >= 0x8000 else value


def f16_pack(values):
    return u16(len(values)).map(lambda _, i: f16_bits(values[i]))


def f16_unpack(bits):
    return __new__(Float32Array(bits)).map(lambda x: f16_value(x))
