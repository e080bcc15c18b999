"""The table of scalar primitives: what an elementwise expression is made of, one row each.

A row says how the primitive types, what it computes on plain numbers and what NumPy calls it. A backend that
generates code keeps its own spellings under the same names. A new elementwise primitive is one row here and one
spelling per generating backend; a new elementwise operator is an expression of these rows and nothing else.
"""

from __future__ import annotations

import math
from typing import Any

from alula.host.table import Table

SAME = 'same'  # the result has the operands' dtype
BOOL = 'bool'  # the result is a bool


class Primitive:
    """One row: `plain` takes numbers; `numpy` is the name of NumPy's function, '' where that backend has its own."""

    def __init__(self, name: str, arity: int, result: str, numpy: str, plain: Any) -> None:
        self.name = name
        self.arity = arity
        self.result = result
        self.numpy = numpy
        self.plain = plain


def _sign(x: float) -> float:
    if x > 0:
        return 1
    return -1 if x < 0 else x


def _round_half_even(x: float) -> float:
    if x != x or abs(x) >= 4503599627370496.0:
        return x
    low = math.floor(x)
    rest = x - low
    if rest < 0.5 or (rest == 0.5 and low % 2 == 0):
        return low
    return low + 1


def _floor(x: float) -> float:
    return x if _unbounded(x) else math.floor(x)


def _ceil(x: float) -> float:
    return x if _unbounded(x) else math.ceil(x)


def _trunc(x: float) -> float:
    return x if _unbounded(x) else math.trunc(x)


def _unbounded(x: float) -> bool:
    return x != x or x == math.inf or x == -math.inf


def _div(a: float, b: float) -> float:
    if b != 0:
        return a / b
    if a == 0 or a != a:
        return math.nan
    return math.copysign(math.inf, a) * math.copysign(1.0, b)


def _exp(x: float) -> float:
    return math.inf if x > 709.78 else math.exp(x)


def _log(x: float) -> float:
    if x > 0:
        return math.log(x)
    return -math.inf if x == 0 else math.nan


def _sqrt(x: float) -> float:
    return math.sqrt(x) if x >= 0 else math.nan


def _pow(a: float, b: float) -> float:
    if b == 0.5:
        return _sqrt(a)
    if a < 0 and math.floor(b) != b:
        return math.nan
    if a == 0 and b < 0:
        return math.inf
    result: float = a**b
    return result


def _tanh(x: float) -> float:
    return math.tanh(x)


def _floor_mod(a: float, b: float) -> float:
    return a % b if b != 0 else math.nan


def _fmod(a: float, b: float) -> float:
    if b == 0 or a != a or abs(a) == math.inf:
        return math.nan
    return a if abs(b) == math.inf else a - b * math.trunc(a / b)


def _min(a: float, b: float) -> float:
    if a != a:
        return a
    return a if a < b else b


def _max(a: float, b: float) -> float:
    if a != a:
        return a
    return a if a > b else b


def _erf(x: float) -> float:
    """Abramowitz & Stegun 7.1.5 below 2 (series), a continued fraction (7.1.14) above: relative error below 1e-12."""
    size = abs(x)
    if size != size:
        return x
    if size > 6:
        return 1.0 if x > 0 else -1.0
    if size < 2.5:
        term = x
        total = x
        n = 0
        while abs(term) > 1e-17 * abs(total):
            n += 1
            term = -term * x * x / n
            total += term / (2 * n + 1)
        return total * 1.1283791670955126
    fraction = 0.0
    for back in range(60):
        k = 60 - back
        fraction = k / 2 / (size + fraction)
    tail = math.exp(-size * size) / 1.7724538509055159 / (size + fraction)
    return 1.0 - tail if x > 0 else tail - 1.0


ROWS = [
    Primitive('add', 2, SAME, 'add', lambda a, b: a + b),
    Primitive('sub', 2, SAME, 'subtract', lambda a, b: a - b),
    Primitive('mul', 2, SAME, 'multiply', lambda a, b: a * b),
    Primitive('div', 2, SAME, '', _div),
    Primitive('power', 2, SAME, '', _pow),
    Primitive('minimum', 2, SAME, 'minimum', _min),
    Primitive('maximum', 2, SAME, 'maximum', _max),
    Primitive('floor_mod', 2, SAME, 'mod', _floor_mod),
    Primitive('trunc_mod', 2, SAME, 'fmod', _fmod),
    Primitive('neg', 1, SAME, 'negative', lambda a: -a),
    Primitive('absolute', 1, SAME, 'absolute', lambda a: abs(a)),
    Primitive('sign', 1, SAME, 'sign', _sign),
    Primitive('sqrt', 1, SAME, 'sqrt', _sqrt),
    Primitive('exp', 1, SAME, 'exp', _exp),
    Primitive('log', 1, SAME, 'log', _log),
    Primitive('sin', 1, SAME, 'sin', lambda a: math.sin(a)),
    Primitive('cos', 1, SAME, 'cos', lambda a: math.cos(a)),
    Primitive('tanh', 1, SAME, 'tanh', _tanh),
    Primitive('erf', 1, SAME, '', _erf),
    Primitive('floor', 1, SAME, 'floor', _floor),
    Primitive('ceil', 1, SAME, 'ceil', _ceil),
    Primitive('rint', 1, SAME, 'rint', _round_half_even),
    Primitive('trunc', 1, SAME, 'trunc', _trunc),
    Primitive('bit_and', 2, SAME, 'bitwise_and', lambda a, b: a & b),
    Primitive('bit_or', 2, SAME, 'bitwise_or', lambda a, b: a | b),
    Primitive('bit_xor', 2, SAME, 'bitwise_xor', lambda a, b: a ^ b),
    Primitive('bit_not', 1, SAME, 'invert', lambda a: ~a),
    Primitive('shift_left', 2, SAME, 'left_shift', lambda a, b: a << b),
    Primitive('shift_right', 2, SAME, 'right_shift', lambda a, b: a >> b),
    Primitive('eq', 2, BOOL, 'equal', lambda a, b: 1 if a == b else 0),
    Primitive('ne', 2, BOOL, 'not_equal', lambda a, b: 1 if a != b else 0),
    Primitive('lt', 2, BOOL, 'less', lambda a, b: 1 if a < b else 0),
    Primitive('le', 2, BOOL, 'less_equal', lambda a, b: 1 if a <= b else 0),
    Primitive('gt', 2, BOOL, 'greater', lambda a, b: 1 if a > b else 0),
    Primitive('ge', 2, BOOL, 'greater_equal', lambda a, b: 1 if a >= b else 0),
    Primitive('logical_and', 2, BOOL, 'logical_and', lambda a, b: 1 if a != 0 and b != 0 else 0),
    Primitive('logical_or', 2, BOOL, 'logical_or', lambda a, b: 1 if a != 0 or b != 0 else 0),
    Primitive('logical_xor', 2, BOOL, 'logical_xor', lambda a, b: 1 if (a != 0) != (b != 0) else 0),
    Primitive('logical_not', 1, BOOL, 'logical_not', lambda a: 1 if a == 0 else 0),
]


def _table() -> Table[str, Primitive]:
    table: Table[str, Primitive] = Table()
    for row in ROWS:
        table.put(row.name, row)
    return table


PRIMITIVES: Table[str, Primitive] = _table()
