"""Primitives that shading languages lack, or whose meaning they leave open, as expressions of simpler ones.

A shader may be compiled as if there were no NaN and no infinity; a quotient of integers by 0 may be anything, and so
may `pow` of a negative base. What is simpler is spelled by every dialect (spelling.py): primitives, `is_nan`, `exp_of`,
`rest_of`, `convert` (to the expression's type), and any other op with a `$`: its own text, `$a` and `$b` its operands.
"""

from __future__ import annotations

import math
from typing import Any

from alula.backends.dag import Dag, simplified
from alula.backends.gpu.words import KINDS
from alula.backends.polynomials import COSINE, RATIONALS, SINE
from alula.dtypes import bounds
from alula.host.arrays import fround
from alula.host.text import number_of
from alula.kernels.expr import (
    Expr,
    absolute,
    add,
    binary,
    cast,
    clamp,
    div,
    eq,
    gt,
    literal,
    logical_and,
    logical_or,
    lt,
    minimum,
    mul,
    ne,
    neg,
    sub,
    unary,
    where,
)


class ShaderDag(Dag):
    """Nodes that shaders compute."""

    def rewritten(self, expr: Expr) -> Expr:
        return composed(simplified(expr))


def composed(e: Expr) -> Expr:
    """The expression, or another that computes the same of simpler primitives."""
    if len(e.args) == 0:
        return e
    first = e.args[0]
    kind = KINDS[first.dtype]
    if e.op == 'cast':
        return composed(_converted(first, kind, e.dtype))
    if e.op == 'where' and kind != 'b':
        return where(cast(first, 'bool'), e.args[1], e.args[2])
    make = COMPOSED.get(f'{e.op} {kind}')
    return e if make is None else composed(make(first, e.args[len(e.args) - 1]))


def native(op: str, args: list[Expr]) -> Expr:
    """What shading languages have."""
    return Expr(op, args, args[0].dtype, None)


def is_nan(x: Expr) -> Expr:
    return Expr('is_nan', [x], 'bool', None)


def _converted(x: Expr, kind: str, dtype: str) -> Expr:
    """As ONNX Cast: floats to integers truncate and saturate, and NaN is 0."""
    to = KINDS[dtype]
    if to == 'b':
        given = ne(x, 0)
        return logical_or(is_nan(x), given) if kind == 'f' else x if kind == 'b' else given
    if kind != 'f' or to == 'f':
        return Expr('convert', [x], dtype, None)
    ends = bounds(dtype)
    top = fround(ends[1]) if fround(ends[1]) <= ends[1] else {'i': 2147483520, 'u': 4294967040}[to]
    inside = Expr('convert', [clamp(x, ends[0], top)], dtype, None)
    return where(is_nan(x), 0, where(gt(x, top), ends[1], inside))


def _logarithm(x: Expr) -> Expr:
    inside = where(eq(x, 0), -math.inf, native('log(abs($a))', [x]))
    return where(logical_or(is_nan(x), eq(x, math.inf)), x, where(lt(x, 0), math.nan, inside))


def _polynomial(y: Expr, coefficients: str) -> Expr:
    parts = [number_of(part) for part in coefficients.split(' ')]
    total = literal(parts[0], y.dtype)
    for part in parts[1:]:
        total = add(mul(total, y), part)
    return total


def _rational(given: Expr, op: str) -> Expr:
    row = RATIONALS[op]
    limit = number_of(row[0])
    x = clamp(given, -limit, limit)
    y = mul(x, x)
    return clamp(div(mul(_polynomial(y, row[1]), x), _polynomial(y, row[2])), -1, 1)


def _circular(x: Expr, first: int) -> Expr:
    """The sine, of `first` quarter turns more: r is what is left beside the nearest number of quarter turns. What
    languages have promises three digits."""
    turns = unary('rint', mul(x, 0.6366197723675814))
    r = x
    for part in [1.5703125, 4.837512969970703e-4, 7.54978995489188e-8]:
        r = sub(r, mul(turns, part))
    y = mul(r, r)
    quarter = add(cast(turns, 'int32'), first)
    size = where(binary('bit_and', quarter, 1), _polynomial(y, COSINE), add(r, mul(mul(r, y), _polynomial(y, SINE))))
    return where(binary('bit_and', quarter, 2), neg(size), size)


def _power(a: Expr, b: Expr) -> Expr:
    """A negative base has powers where the exponent is whole."""
    half = mul(b, 0.5)
    whole = eq(unary('floor', b), b)
    odd = logical_and(whole, ne(unary('floor', half), half))
    size = where(eq(a, 0), where(gt(b, 0), literal(0, a.dtype), math.inf), native('pow(abs($a), $b)', [a, b]))
    signed = where(lt(a, 0), where(whole, where(odd, neg(size), size), math.nan), size)
    known = where(is_nan(a), a, where(is_nan(b), b, signed))
    return where(logical_or(eq(b, 0), eq(a, 1)), 1, known)


def _whole_power(a: Expr, b: Expr) -> Expr:
    """By squares, modulo 2**32. What a negative exponent leaves of an integer is 0, save of 1 and -1."""
    result = literal(1, a.dtype)
    square = a
    for bit in range(32):
        taken = ne(binary('bit_and', native('$a >> $b', [b, literal(bit, 'uint32')]), 1), 0)
        result = where(taken, mul(result, square), result)
        square = mul(square, square)
    return where(lt(b, 0), where(eq(absolute(a), 1), result, 0), result)


def _quotient(a: Expr, b: Expr) -> Expr:
    """By 0 it is 0."""
    none = eq(b, 0)
    return where(none, 0, native('$a / $b', [a, where(none, 1, b)]))


def _signed_quotient(a: Expr, b: Expr) -> Expr:
    """That of the least integer and -1 wraps."""
    opposite = eq(b, -1)
    return where(opposite, neg(a), _quotient(a, where(opposite, 1, b)))


def _rest(a: Expr, b: Expr) -> Expr:
    return where(eq(b, 0), 0, sub(a, mul(b, div(a, b))))


def _float_rest(a: Expr, b: Expr) -> Expr:
    none = logical_or(logical_or(is_nan(a), is_nan(b)), logical_or(eq(absolute(a), math.inf), eq(b, 0)))
    return where(none, math.nan, native('rest_of', [a, b]))


def _floor_rest(a: Expr, b: Expr) -> Expr:
    """The rest with the sign of b."""
    rest = Expr('trunc_mod', [a, b], a.dtype, None)
    return where(logical_and(ne(rest, 0), ne(lt(rest, 0), lt(b, 0))), add(rest, b), rest)


def _shifted(a: Expr, b: Expr, sign: str) -> Expr:
    return where(lt(b, 32), native(f'$a {sign} $b', [a, binary('bit_and', b, 31)]), 0)


def _sign(a: Expr) -> Expr:
    return where(gt(a, 0), 1, where(lt(a, 0), -1, a))


# By primitive and kind (words.py) of its operands: what it is of the first and the last of them.
COMPOSED: dict[str, Any] = {
    'sqrt f': lambda a, b: where(lt(a, 0), math.nan, native('sqrt($a)', [a])),
    'exp f': lambda a, b: where(is_nan(a), a, native('exp_of', [a])),
    'atan f': lambda a, b: where(is_nan(a), a, native('atan($a)', [a])),
    'log f': lambda a, b: _logarithm(a),
    'sin f': lambda a, b: _circular(a, 0),
    'cos f': lambda a, b: _circular(a, 1),
    'tanh f': lambda a, b: _rational(a, 'tanh'),
    'erf f': lambda a, b: _rational(a, 'erf'),
    'sign f': lambda a, b: _sign(a),
    'sign i': lambda a, b: _sign(a),
    'sign u': lambda a, b: minimum(a, 1),
    'neg u': lambda a, b: sub(0, a),
    'absolute u': lambda a, b: a,
    'power f': _power,
    'power i': _whole_power,
    'power u': _whole_power,
    'div i': _signed_quotient,
    'div u': _quotient,
    'trunc_mod f': _float_rest,
    'trunc_mod i': _rest,
    'trunc_mod u': _rest,
    'floor_mod f': _floor_rest,
    'floor_mod i': _floor_rest,
    'floor_mod u': _rest,
    'shift_left u': lambda a, b: _shifted(a, b, '<<'),
    'shift_right u': lambda a, b: _shifted(a, b, '>>'),
    'minimum b': logical_and,
    'maximum b': logical_or,
    'logical_xor b': ne,
}
