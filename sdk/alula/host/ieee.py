"""Arithmetic as IEEE 754 has it, in doubles: infinite or not a number where Python raises (CPython body)."""

from __future__ import annotations

import math


def quotient(a: float, b: float) -> float:
    """a / b."""
    if b != 0:
        return a / b
    if a == 0 or a != a:
        return math.nan
    return math.copysign(math.inf, a) * math.copysign(1.0, b)


def exp(x: float) -> float:
    return math.inf if x > 709.78 else math.exp(x)


def log(x: float) -> float:
    if x > 0:
        return math.log(x)
    return -math.inf if x == 0 else math.nan


def sqrt(x: float) -> float:
    return math.sqrt(x) if x >= 0 else math.nan


def power(a: float, b: float) -> float:
    """a to the power of b; integers give an integer."""
    if a < 0 and math.floor(b) != b:
        return math.nan
    if a == 0 and b < 0:
        return math.inf
    try:
        result: float = a**b
    except OverflowError:
        return math.inf
    return result


def _is_unbounded(x: float) -> bool:
    return x != x or abs(x) == math.inf


def floor(x: float) -> float:
    return x if _is_unbounded(x) else math.floor(x)


def ceil(x: float) -> float:
    return x if _is_unbounded(x) else math.ceil(x)


def trunc(x: float) -> float:
    return x if _is_unbounded(x) else math.trunc(x)


def floor_mod(a: float, b: float) -> float:
    """The remainder with the sign of b."""
    return a % b if b != 0 else math.nan


def fmod(a: float, b: float) -> float:
    """The remainder with the sign of a."""
    if b == 0 or a != a or abs(a) == math.inf:
        return math.nan
    return a if abs(b) == math.inf else a - b * math.trunc(a / b)
