"""The table of scalar primitives: what an elementwise expression is made of.

A row says what the primitive computes on plain numbers. A backend that generates code, and NumPy's, keep their own
spellings under the same names. A new elementwise primitive is one row here and one spelling per generating backend; a
new elementwise operator is an expression of these rows and nothing else.
"""

from __future__ import annotations

import math
from typing import Any

from alula.host.bits import bit_and, bit_or, bit_xor
from alula.host.ieee import ceil, exp, floor, floor_mod, fmod, log, power, quotient, sqrt, trunc


def _sign(x: float) -> float:
    return 1 if x > 0 else -1 if x < 0 else x


def _round_half_even(x: float) -> float:
    low = floor(x)
    rest = x - low
    return low + 1 if rest > 0.5 or (rest == 0.5 and low % 2 == 1) else low


def _erf(x: float) -> float:
    """Abramowitz & Stegun 7.1.6, a series of positive terms: relative error below 1e-14. Beyond 6 a double has 1."""
    if abs(x) > 6:
        return _sign(x)
    term = x
    total = x
    n = 1
    while abs(term) > 1e-17 * abs(total):
        n += 2
        term *= 2 * x * x / n
        total += term
    return total * 1.1283791670955126 * math.exp(-x * x)


# The results of these are bools; those of all others have the operands' type.
TESTS: dict[str, Any] = {
    'eq': lambda a, b: a == b,
    'ne': lambda a, b: a != b,
    'lt': lambda a, b: a < b,
    'le': lambda a, b: a <= b,
    'gt': lambda a, b: a > b,
    'ge': lambda a, b: a >= b,
    'logical_and': lambda a, b: a != 0 and b != 0,
    'logical_or': lambda a, b: a != 0 or b != 0,
    'logical_xor': lambda a, b: (a != 0) != (b != 0),
    'logical_not': lambda a: a == 0,
}

PRIMITIVES: dict[str, Any] = {
    **TESTS,
    'add': lambda a, b: a + b,
    'sub': lambda a, b: a - b,
    'mul': lambda a, b: a * b,
    'div': quotient,
    'power': power,
    'minimum': lambda a, b: a if a != a or a < b else b,
    'maximum': lambda a, b: a if a != a or a > b else b,
    'floor_mod': floor_mod,
    'trunc_mod': fmod,
    'neg': lambda a: -a,
    'absolute': abs,
    'sign': _sign,
    'sqrt': sqrt,
    'exp': exp,
    'log': log,
    'sin': math.sin,
    'cos': math.cos,
    'atan': math.atan,
    'tanh': math.tanh,
    'erf': _erf,
    'floor': floor,
    'ceil': ceil,
    'rint': _round_half_even,
    'trunc': trunc,
    'bit_and': bit_and,
    'bit_or': bit_or,
    'bit_xor': bit_xor,
    # What bits beyond the 32nd survive in JavaScript too.
    'bit_not': lambda a: -1 - a,
    'shift_left': lambda a, b: a * 2**b,
    'shift_right': lambda a, b: a // 2**b,
}
