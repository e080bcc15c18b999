"""Elementwise operators: each is one expression."""

from __future__ import annotations

from typing import Any

from alula.dtypes import is_float
from alula.errors import AttributeValueError
from alula.kernels.expr import (
    Expr,
    absolute,
    add,
    binary,
    cast,
    clamp,
    div,
    erf,
    exp,
    gt,
    log,
    lt,
    maximum,
    minimum,
    mul,
    neg,
    power,
    read,
    sigmoid,
    sqrt,
    sub,
    tanh,
    unary,
    where,
)
from alula.kernels.view import View, numel
from alula.ops.attributes import dtype_attribute
from alula.ops.registry import operator
from alula.plan.lower import Lowering

# Operators that are one primitive of the table.
UNARY = [
    ['Abs', 'absolute'],
    ['Neg', 'neg'],
    ['Sqrt', 'sqrt'],
    ['Exp', 'exp'],
    ['Log', 'log'],
    ['Sin', 'sin'],
    ['Cos', 'cos'],
    ['Tanh', 'tanh'],
    ['Erf', 'erf'],
    ['Floor', 'floor'],
    ['Ceil', 'ceil'],
    ['Round', 'rint'],
    ['Sign', 'sign'],
    ['Not', 'logical_not'],
    ['BitwiseNot', 'bit_not'],
]
BINARY = [
    ['Add', 'add'],
    ['Sub', 'sub'],
    ['Mul', 'mul'],
    ['Div', 'div'],
    ['Equal', 'eq'],
    ['Less', 'lt'],
    ['LessOrEqual', 'le'],
    ['Greater', 'gt'],
    ['GreaterOrEqual', 'ge'],
    ['And', 'logical_and'],
    ['Or', 'logical_or'],
    ['Xor', 'logical_xor'],
    ['BitwiseAnd', 'bit_and'],
    ['BitwiseOr', 'bit_or'],
    ['BitwiseXor', 'bit_xor'],
]
# Operators over any number of inputs, folded from the left.
VARIADIC = [['Sum', 'add'], ['Max', 'maximum'], ['Min', 'minimum']]


def _unary(primitive: str) -> Any:
    return lambda g, x: g.map(unary(primitive, x))


def _binary(primitive: str) -> Any:
    # Before opset 7 broadcasting was asked for by attributes; those models name `axis` and `broadcast`.
    return lambda g, a, b: g.map(binary(primitive, a, b))


def _variadic(primitive: str) -> Any:
    def fold(g: Lowering, *inputs: View) -> View:
        total: Any = inputs[0]
        for i in range(1, len(inputs)):
            total = binary(primitive, total, inputs[i])
        return g.map(total)

    return fold


def _register() -> None:
    for row in UNARY:
        operator(row[0], since=6)(_unary(row[1]))
    for row in BINARY:
        operator(row[0], since=7)(_binary(row[1]))
    for row in VARIADIC:
        operator(row[0], since=8)(_variadic(row[1]))


_register()


@operator('Pow', since=7)
def pow_(g: Lowering, x: View, exponent: View) -> View:
    """x ** exponent; the exponent may be of another type. Small constant exponents need no logarithm."""
    if exponent.buffer.is_constant and numel(exponent.shape) == 1 and len(exponent.shape) <= len(x.shape):
        value = g.numbers(exponent, 'exponent')[0]
        if value == 2:
            return g.map(mul(x, x))
        if value == 1:
            return x
        if value == 3:
            return g.map(mul(mul(x, x), x))
        if value == 0.5 and is_float(x.dtype):
            return g.map(sqrt(x))
    return g.map(power(x, cast(exponent, x.dtype)))


@operator('Mod', since=10)
def mod(g: Lowering, a: View, b: View, *, fmod: int = 0) -> View:
    """Remainder with the sign of the divisor, or with that of the dividend (`fmod`)."""
    return g.map(binary('trunc_mod' if fmod != 0 else 'floor_mod', a, b))


@operator('Mean', since=8)
def mean(g: Lowering, *inputs: View) -> View:
    total: Any = inputs[0]
    for i in range(1, len(inputs)):
        total = add(total, inputs[i])
    return g.map(div(total, float(len(inputs))))


@operator('Where', since=9)
def where_(g: Lowering, condition: View, x: View, y: View) -> View:
    return g.map(where(condition, x, y))


@operator('Cast', since=6)
def cast_(g: Lowering, x: View, *, to: int | None = None, saturate: int = 1, round_mode: str = 'up') -> View:
    """`saturate` and `round_mode` speak of 8-bit floats alone, which are stored by their own conversion."""
    dtype = dtype_attribute('to', to)
    return g.map(cast(x, dtype))


@operator('CastLike', since=15)
def cast_like(g: Lowering, x: View, target: View, *, saturate: int = 1, round_mode: str = 'up') -> View:
    return g.map(cast(x, target.dtype))


@operator('Clip', since=6)
def clip_6(g: Lowering, x: View, *, min: float = -3.4028234663852886e38, max: float = 3.4028234663852886e38) -> View:
    return g.map(clamp(x, min, max))


@operator('Clip', since=11)
def clip(g: Lowering, x: View, low: View | None = None, high: View | None = None) -> View:
    result = read(x)
    if low is not None:
        result = maximum(result, _scalar(g, low))
    if high is not None:
        result = minimum(result, _scalar(g, high))
    return g.map(result)


def _scalar(g: Lowering, view: View) -> Any:
    """A constant scalar as a number, so that it becomes part of the code; else the view."""
    return g.numbers(view, 'bound')[0] if view.buffer.is_constant else view


@operator('Relu', since=6)
def relu(g: Lowering, x: View) -> View:
    return g.map(maximum(x, 0.0))


@operator('LeakyRelu', since=6)
def leaky_relu(g: Lowering, x: View, *, alpha: float = 0.01) -> View:
    return g.map(where(lt(x, 0.0), mul(x, alpha), x))


@operator('PRelu', since=7)
def prelu(g: Lowering, x: View, slope: View) -> View:
    return g.map(where(lt(x, 0.0), mul(x, slope), x))


@operator('ThresholdedRelu', since=10)
def thresholded_relu(g: Lowering, x: View, *, alpha: float = 1.0) -> View:
    return g.map(where(gt(x, alpha), x, 0.0))


@operator('Elu', since=6)
def elu(g: Lowering, x: View, *, alpha: float = 1.0) -> View:
    return g.map(where(lt(x, 0.0), mul(sub(exp(x), 1.0), alpha), x))


@operator('Celu', since=12)
def celu(g: Lowering, x: View, *, alpha: float = 1.0) -> View:
    return g.map(where(lt(x, 0.0), mul(sub(exp(div(x, alpha)), 1.0), alpha), x))


@operator('Selu', since=6)
def selu(g: Lowering, x: View, *, alpha: float = 1.6732632423543772, gamma: float = 1.0507009873554805) -> View:
    return g.map(mul(where(lt(x, 0.0), mul(sub(exp(x), 1.0), alpha), x), gamma))


@operator('Sigmoid', since=6)
def sigmoid_(g: Lowering, x: View) -> View:
    return g.map(sigmoid(x))


@operator('Swish', since=24)
def swish(g: Lowering, x: View, *, alpha: float = 1.0) -> View:
    return g.map(mul(x, sigmoid(mul(x, alpha))))


@operator('HardSigmoid', since=6)
def hard_sigmoid(g: Lowering, x: View, *, alpha: float = 0.2, beta: float = 0.5) -> View:
    return g.map(clamp(add(mul(x, alpha), beta), 0.0, 1.0))


@operator('HardSwish', since=14)
def hard_swish(g: Lowering, x: View) -> View:
    return g.map(mul(x, clamp(add(mul(x, 1.0 / 6.0), 0.5), 0.0, 1.0)))


@operator('Softplus', since=1)
def softplus(g: Lowering, x: View) -> View:
    """log(1 + eˣ), written so that a large x doesn't overflow."""
    return g.map(add(maximum(x, 0.0), log(add(exp(neg(absolute(x))), 1.0))))


@operator('Softsign', since=1)
def softsign(g: Lowering, x: View) -> View:
    return g.map(div(x, add(absolute(x), 1.0)))


@operator('Mish', since=18)
def mish(g: Lowering, x: View) -> View:
    return g.map(mul(x, tanh(add(maximum(x, 0.0), log(add(exp(neg(absolute(x))), 1.0))))))


@operator('Reciprocal', since=6)
def reciprocal(g: Lowering, x: View) -> View:
    return g.map(div(1.0, x))


@operator('Gelu', since=20)
def gelu(g: Lowering, x: View, *, approximate: str = 'none') -> View:
    """x · Φ(x), with the error function or its tanh approximation (Hendrycks & Gimpel, arXiv:1606.08415)."""
    if approximate == 'tanh':
        return g.map(gelu_tanh(x))
    if approximate != 'none':
        raise AttributeValueError('approximate', f"must be 'none' or 'tanh', not '{approximate}'")
    return g.map(mul(mul(x, 0.5), add(erf(mul(x, 0.7071067811865476)), 1.0)))


def gelu_tanh(x: View) -> Expr:
    inner = mul(add(x, mul(mul(mul(x, x), x), 0.044715)), 0.7978845608028654)
    return mul(mul(x, 0.5), add(tanh(inner), 1.0))
