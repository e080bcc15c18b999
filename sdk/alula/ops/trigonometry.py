"""Trigonometric and hyperbolic operators beyond the primitives: each is one expression."""

from __future__ import annotations

from typing import Any

from alula.kernels.expr import Expr, absolute, add, div, eq, exp, log, lt, mul, neg, sqrt, sub, tanh, unary, where
from alula.kernels.view import View
from alula.ops.registry import operator
from alula.plan.lower import Lowering


def _log1p(x: Any) -> Expr:
    """log(1 + x), exact also where 1 + x loses the digits of x (Kahan; Hewlett-Packard HP-15C Advanced Functions)."""
    grown = add(x, 1.0)
    return where(eq(grown, 1.0), x, mul(log(grown), div(x, sub(grown, 1.0))))


@operator('Tan', 7)
def tan(g: Lowering, x: View) -> Expr:
    return div(unary('sin', x), unary('cos', x))


@operator('Asin', 7)
def asin(g: Lowering, x: View) -> Expr:
    return unary('atan', div(x, sqrt(mul(sub(1.0, x), add(x, 1.0)))))


@operator('Acos', 7)
def acos(g: Lowering, x: View) -> Expr:
    return mul(unary('atan', sqrt(div(sub(1.0, x), add(x, 1.0)))), 2.0)


@operator('Sinh', 9)
def sinh(g: Lowering, x: View) -> Expr:
    """Near 0, where the difference of the powers would lose digits, by the tangent of half of x."""
    half = tanh(mul(x, 0.5))
    near = div(mul(half, 2.0), sub(1.0, mul(half, half)))
    return where(lt(absolute(x), 1.0), near, mul(sub(exp(x), exp(neg(x))), 0.5))


@operator('Cosh', 9)
def cosh(g: Lowering, x: View) -> Expr:
    return mul(add(exp(x), exp(neg(x))), 0.5)


@operator('Asinh', 9)
def asinh(g: Lowering, x: View) -> Expr:
    size = absolute(x)
    square = mul(x, x)
    result = _log1p(add(size, div(square, add(sqrt(add(square, 1.0)), 1.0))))
    return where(lt(x, 0.0), neg(result), result)


@operator('Acosh', 9)
def acosh(g: Lowering, x: View) -> Expr:
    beyond = sub(x, 1.0)
    return _log1p(add(beyond, sqrt(mul(beyond, add(x, 1.0)))))


@operator('Atanh', 9)
def atanh(g: Lowering, x: View) -> Expr:
    return mul(_log1p(div(mul(x, 2.0), sub(1.0, x))), 0.5)
