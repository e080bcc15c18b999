"""Elementwise operators: each is one expression."""

from __future__ import annotations

import math
from typing import Any

from alula.dtypes import bits_of, dtype_of, is_float, is_unsigned
from alula.errors import AttributeValueError
from alula.kernels.expr import (
    Expr,
    absolute,
    add,
    binary,
    cast,
    clamp,
    div,
    eq,
    erf,
    exp,
    gt,
    log,
    logical_or,
    lt,
    maximum,
    minimum,
    mul,
    ne,
    neg,
    power,
    sigmoid,
    sqrt,
    sub,
    tanh,
    unary,
    where,
)
from alula.kernels.view import View, numel
from alula.ops.attributes import required
from alula.ops.registry import operator
from alula.plan.lower import Lowering

# Operators that are one primitive of the table: with its name, where that is not the operator's in small letters.
UNARY = 'Abs=absolute Neg Sqrt Exp Log Tanh Floor Ceil Sin Cos Atan Erf Round=rint Sign BitwiseNot=bit_not'
# Those that combine two inputs. Before opset 7 broadcasting was asked for by attributes (legacy.py).
PAIRS = (
    'Add Sub Mul Div Equal=eq Less=lt LessOrEqual=le Greater=gt GreaterOrEqual=ge And=logical_and Or=logical_or'
    ' Xor=logical_xor BitwiseAnd=bit_and BitwiseOr=bit_or BitwiseXor=bit_xor'
)
# Those that combine any number of them, from the left.
FOLDS = 'Sum=add Max=maximum Min=minimum'


def _unary(primitive: str) -> Any:
    return lambda g, x: unary(primitive, x)


def _fold(primitive: str) -> Any:
    def fold(g: Lowering, *inputs: View) -> Any:
        return _folded(primitive, inputs)

    return fold


def _folded(primitive: str, inputs: Any) -> Any:
    total = inputs[0]
    for view in inputs[1:]:
        total = binary(primitive, total, view)
    return total


def _register(table: str, since: int, made: Any) -> None:
    for row in table.split():
        names = row.split('=')
        operator(names[0], since)(made(names[len(names) - 1].lower()))


_register('Not=logical_not', 1, _unary)
_register(UNARY, 6, _unary)
_register(PAIRS, 7, _fold)
_register(FOLDS, 6, _fold)


@operator('Mean', 6)
def mean(g: Lowering, *inputs: View) -> Expr:
    return div(_folded('add', inputs), len(inputs))


@operator('Mod', 10)
def mod(g: Lowering, a: View, b: View, *, fmod: int = 0) -> Expr:
    """Remainder with the sign of the divisor, or with that of the dividend (`fmod`)."""
    return binary('trunc_mod' if fmod != 0 else 'floor_mod', a, b)


@operator('Pow', 7)
def pow_(g: Lowering, x: View, exponent: View) -> Any:
    """x ** exponent; the exponent may be of another type. Small constant exponents need no logarithm."""
    if exponent.buffer.is_constant and numel(exponent.shape) == 1 and len(exponent.shape) <= len(x.shape):
        value = g.numbers(exponent, 'exponent')[0]
        if value == 1:
            return x
        if value == 2:
            return mul(x, x)
        if value == 3:
            return mul(mul(x, x), x)
        if value == 0.5 and is_float(x.dtype):
            return sqrt(x)
    return power(x, cast(exponent, x.dtype))


@operator('BitShift', 11)
def bit_shift(g: Lowering, x: View, count: View, *, direction: str | None = None) -> Expr:
    """Beyond the width of the type, or by a negative count, as if by one bit after the other until none is left."""
    op = 'shift_' + required('direction', direction).lower()
    near = clamp(count, 0, bits_of(x.dtype) - 1)
    if op == 'shift_right' and not is_unsigned(x.dtype):
        return binary(op, x, where(eq(near, count), near, bits_of(x.dtype) - 1))
    return where(eq(near, count), binary(op, x, near), 0)


@operator('IsNaN', 9)
def is_nan(g: Lowering, x: View) -> Expr:
    return ne(x, x)


@operator('IsInf', 10)
def is_inf(g: Lowering, x: View, *, detect_negative: int = 1, detect_positive: int = 1) -> Expr:
    return logical_or(
        eq(x, math.inf if detect_positive != 0 else math.nan), eq(x, -math.inf if detect_negative != 0 else math.nan)
    )


@operator('Where', 9)
def where_(g: Lowering, condition: View, x: View, y: View) -> Expr:
    return where(condition, x, y)


@operator('Cast', 6)
def cast_(g: Lowering, x: View, *, to: int | None = None, saturate: int = 1, round_mode: str = 'up') -> Expr:
    """`saturate` and `round_mode` speak of 8-bit floats alone, which are stored by their own conversion."""
    return _cast_to(g, x, dtype_of(required('to', to)))


def _cast_to(g: Lowering, x: View, dtype: str) -> Expr:
    if x.dtype != dtype and 'string' in [x.dtype, dtype]:
        raise g.on_host()
    return cast(x, dtype)


@operator('CastLike', 15)
def cast_like(g: Lowering, x: View, target: View, *, saturate: int = 1, round_mode: str = 'up') -> Expr:
    return _cast_to(g, x, target.dtype)


@operator('Clip', 6)
def clip_6(g: Lowering, x: View, *, min: float = -3.4028234663852886e38, max: float = 3.4028234663852886e38) -> Expr:
    return clamp(x, min, max)


@operator('Clip', 11, '. . .')
def clip(g: Lowering, x: View, low: View | None, high: View | None) -> Any:
    result: Any = x
    if low is not None:
        result = maximum(result, _scalar(g, low))
    if high is not None:
        result = minimum(result, _scalar(g, high))
    return result


def _scalar(g: Lowering, view: View) -> Any:
    """A constant scalar as a number, so that it becomes part of the code; else the view."""
    return g.numbers(view, 'bound')[0] if view.buffer.is_constant else view


@operator('Relu', 6)
def relu(g: Lowering, x: View) -> Expr:
    return maximum(x, 0.0)


def _negative(x: View, y: Any) -> Expr:
    """y where x is negative, else x."""
    return where(lt(x, 0.0), y, x)


@operator('LeakyRelu', 6)
def leaky_relu(g: Lowering, x: View, *, alpha: float = 0.01) -> Expr:
    return _negative(x, mul(x, alpha))


@operator('PRelu', 7)
def prelu(g: Lowering, x: View, slope: View) -> Expr:
    return _negative(x, mul(x, slope))


@operator('ThresholdedRelu', 10)
def thresholded_relu(g: Lowering, x: View, *, alpha: float = 1.0) -> Expr:
    return where(gt(x, alpha), x, 0.0)


@operator('Shrink', 9)
def shrink(g: Lowering, x: View, *, bias: float = 0.0, lambd: float = 0.5) -> Expr:
    """Nearer to 0 by `bias`, and 0 within `lambd` of it."""
    wide = cast(x, x.dtype if is_float(x.dtype) else 'float32')
    near = where(gt(wide, lambd), sub(wide, bias), 0.0)
    return cast(where(lt(wide, -lambd), add(wide, bias), near), x.dtype)


@operator('Elu', 6)
def elu(g: Lowering, x: View, *, alpha: float = 1.0) -> Expr:
    return _negative(x, mul(sub(exp(x), 1.0), alpha))


@operator('Celu', 12)
def celu(g: Lowering, x: View, *, alpha: float = 1.0) -> Expr:
    return _negative(x, mul(sub(exp(div(x, alpha)), 1.0), alpha))


@operator('Selu', 6)
def selu(g: Lowering, x: View, *, alpha: float = 1.6732632423543772, gamma: float = 1.0507009873554805) -> Expr:
    return mul(elu(g, x, alpha=alpha), gamma)


@operator('Sigmoid', 6)
def sigmoid_(g: Lowering, x: View) -> Expr:
    return sigmoid(x)


@operator('Swish', 24)
def swish(g: Lowering, x: View, *, alpha: float = 1.0) -> Expr:
    return mul(x, sigmoid(mul(x, alpha)))


@operator('SwiGLU', 28)
def swiglu(g: Lowering, gate: View, x: View, *, alpha: float = 1.0) -> Expr:
    """Shazeer, arXiv:2002.05202."""
    return mul(swish(g, gate, alpha=alpha), x)


@operator('HardSigmoid', 6)
def hard_sigmoid(g: Lowering, x: View, *, alpha: float = 0.2, beta: float = 0.5) -> Expr:
    return clamp(add(mul(x, alpha), beta), 0.0, 1.0)


@operator('HardSwish', 14)
def hard_swish(g: Lowering, x: View) -> Expr:
    return mul(x, hard_sigmoid(g, x, alpha=1.0 / 6.0))


@operator('Softplus', 1)
def softplus(g: Lowering, x: View) -> Expr:
    """log(1 + eˣ), written so that a large x doesn't overflow."""
    return add(maximum(x, 0.0), log(add(exp(neg(absolute(x))), 1.0)))


@operator('Mish', 18)
def mish(g: Lowering, x: View) -> Expr:
    return mul(x, tanh(softplus(g, x)))


@operator('Softsign', 1)
def softsign(g: Lowering, x: View) -> Expr:
    return div(x, add(absolute(x), 1.0))


@operator('Reciprocal', 6)
def reciprocal(g: Lowering, x: View) -> Expr:
    return div(1.0, x)


@operator('Gelu', 20)
def gelu(g: Lowering, x: View, *, approximate: str = 'none') -> Expr:
    """x · Φ(x), with the error function or its tanh approximation (Hendrycks & Gimpel, arXiv:1606.08415)."""
    if approximate == 'none':
        phi = erf(mul(x, math.sqrt(0.5)))
    elif approximate == 'tanh':
        phi = tanh(mul(add(x, mul(mul(mul(x, x), x), 0.044715)), 0.7978845608028654))
    else:
        raise AttributeValueError('approximate', f"must be 'none' or 'tanh', not '{approximate}'")
    return mul(mul(x, 0.5), add(phi, 1.0))
