"""Floats narrower than 32 bits, which are computed with as float32: the table of their formats, and how their bits
become a float32 and back. Both ways are expressions of primitives, so that every backend has them.

Sources: IEEE 754 (float16), Micikevicius et al., arXiv:2209.05433 (float8e4m3fn, float8e5m2), Noune et al.,
arXiv:2206.02915 (the fnuz ones), OCP Microscaling Formats 1.0 (float4, float6, float8e8m0); ONNX TensorProto.DataType.
"""

from __future__ import annotations

import math

from alula.dtypes import item_bytes
from alula.kernels.expr import (
    Expr,
    absolute,
    add,
    binary,
    bitcast,
    cast,
    eq,
    ge,
    lt,
    minimum,
    mul,
    ne,
    sub,
    where,
)

# Bits of the exponent and of the fraction, the exponent's bias, the code without a sign that numbers too large become,
# and that of NaN. Where NaN is the code of -0 and what is too large becomes it too (fnuz), there is no -0.
FORMATS: dict[str, list[int]] = {
    'float16': [5, 10, 15, 0x7C00, 0x7E00],
    'bfloat16': [8, 7, 127, 0x7F80, 0x7FC0],
    'float8e4m3fn': [4, 3, 7, 0x7F, 0x7F],
    'float8e4m3fnuz': [4, 3, 8, 0x80, 0x80],
    'float8e5m2': [5, 2, 15, 0x7C, 0x7E],
    'float8e5m2fnuz': [5, 2, 16, 0x80, 0x80],
    'float8e8m0': [8, 0, 127, 0xFF, 0xFF],
    'float4e2m1': [2, 1, 1, 7, 8],
    'float6e2m3': [2, 3, 1, 0x1F, 0x20],
    'float6e3m2': [3, 2, 3, 0x1F, 0x20],
}


def bits_type(dtype: str) -> str:
    """The integers that the bits of a narrow float are kept as."""
    return f'uint{8 * item_bytes(dtype)}'


def _and(a: Expr, mask: int) -> Expr:
    return binary('bit_and', a, mask)


def _left(a: Expr, count: int) -> Expr:
    return binary('shift_left', a, count)


def _right(a: Expr, count: int) -> Expr:
    return binary('shift_right', a, count)


def decoded(bits: Expr, dtype: str) -> Expr:
    """The float32 whose bits as `dtype` these are, exactly."""
    exponent, fraction, bias, top, nan = FORMATS[dtype]
    code = cast(bits, 'int32')
    if fraction == 0:
        # 2**-127 is subnormal; there is no sign and no 0
        power = where(eq(code, 0), 0x400000, _left(code, 23))
        return bitcast(where(eq(code, nan), 0x7FC00000, power), 'float32')
    if exponent == 8:
        return bitcast(_left(code, 23 - fraction), 'float32')
    sign = 1 << (exponent + fraction)
    size = _and(code, sign - 1)
    # exponent and fraction in the places of a float32, whose exponent has a greater bias
    word = binary('bit_or', _left(size, 23 - fraction), _left(_and(code, sign), 31 - exponent - fraction))
    value = mul(bitcast(word, 'float32'), 2.0 ** (127 - bias))
    if nan < sign:
        return where(ge(size, top), bitcast(binary('bit_or', word, 0x7F800000), 'float32'), value)
    return where(eq(code, sign), math.nan, value) if top == sign else value


def encoded(x: Expr, dtype: str) -> Expr:
    """The bits of the nearest number of `dtype` to a float32, of two the one whose last bit is 0; but float8e8m0, which
    has powers of 2 alone and no sign, takes the one at or below |x|."""
    exponent, fraction, bias, top, nan = FORMATS[dtype]
    word = bitcast(x, 'int32')
    size = _and(word, 0x7FFFFFFF)
    code = _right(size, 23 - fraction)
    sign = 1 << (exponent + fraction)
    if fraction > 0:
        # rounds half to even; what is rounded up beyond its exponent carries into it, as it should
        half = (1 << (22 - fraction)) - 1
        code = _right(add(add(size, half), _and(code, 1)), 23 - fraction)
        if bias != 127:
            # Below the least exponent the steps are even: adding what has its last bit there rounds to them.
            anchor = 24 - fraction - bias
            steps = bitcast(add(absolute(x), 2.0**anchor), 'int32')
            code = where(
                lt(absolute(x), 2.0 ** (1 - bias)),
                sub(steps, (127 + anchor) << 23),
                sub(code, (127 - bias) << fraction),
            )
    code = where(ne(x, x), nan, minimum(code, top))
    if fraction > 0:
        signed = binary('bit_or', code, _and(_right(word, 31 - exponent - fraction), sign))
        code = where(eq(code, 0), 0, signed) if top == sign else signed
    return cast(code, bits_type(dtype))


def unrounded(e: Expr) -> Expr:
    """What is rounded when an expression is stored: a cast to a narrow float would only do the same before."""
    return cast(e.args[0], 'float32') if e.op == 'cast' and e.dtype in FORMATS else e


def greatest(dtype: str) -> float:
    """The greatest number of a format of 8 bits."""
    _, fraction, bias, top, _ = FORMATS[dtype]
    code = top - 1
    return (1 + code % (1 << fraction) / (1 << fraction)) * 2.0 ** ((code >> fraction) - bias)
