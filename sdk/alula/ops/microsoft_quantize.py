"""Operators of com.microsoft on quantised tensors."""

from __future__ import annotations

from typing import Any

from alula.kernels.expr import Expr, add, cast, div, mul
from alula.kernels.view import View, transposed
from alula.ops.microsoft import channels_behind, channels_second
from alula.ops.quantize import dequantize_linear, dynamic_quantize_linear, matmul_integer, qlinear_conv, quantized
from alula.ops.registry import find_operator, microsoft
from alula.plan.lower import Lowering

# Operators of ONNX of which there is one on quantised tensors, with the number of operands.
QLINEAR = 'Add=2 Mul=2 Sigmoid=1 LeakyRelu=1 Softmax=1 AveragePool=1 GlobalAveragePool=1'


def _floats(g: Lowering, views: Any) -> list[View]:
    """What triples of integers, scale and zero point stand for."""
    return [g.map(dequantize_linear(g, views[i], views[i + 1], views[i + 2])) for i in range(0, len(views), 3)]


def _plain(g: Lowering, name: str, opset: int, inputs: list[View], attributes: dict[str, Any]) -> View:
    """The first result of an operator of ONNX."""
    found = find_operator('', name, opset)
    assert found is not None
    result = found.meaning(g, *inputs, **attributes)
    return g.map(result[0] if isinstance(result, list) else result)


def _qlinear(name: str, operands: int) -> None:
    """Register X on quantised tensors: X between a dequantisation of each operand and a quantisation."""

    @microsoft('QLinear' + name, ' '.join(['.' for _ in range(3 * operands + 2)]))
    def run(g: Lowering, *views: Any, channels_last: int = 0, opset: int = 13, **attributes: Any) -> Expr:
        xs = _floats(g, views[: 3 * operands])
        if channels_last != 0:
            xs = [channels_second(x) for x in xs]
        y = _plain(g, name, opset, xs, attributes)
        return _integers(y if channels_last == 0 else channels_behind(y), views[len(views) - 2 :], views[0].dtype)


def _integers(y: View, to: Any, dtype: str) -> Expr:
    """y quantised with a scale and a zero point, which may be missing."""
    return quantized(div(y, to[0]), to[1], dtype)


for row in QLINEAR.split():
    names = row.split('=')
    _qlinear(names[0], int(names[1]))


@microsoft('QLinearConcat')
def qlinear_concat(g: Lowering, *views: View, axis: int = 0) -> Expr:
    """Scale and zero point of the result, then those of each operand behind it."""
    return _integers(_plain(g, 'Concat', 13, _floats(g, views[2:]), {'axis': axis}), views, views[1].dtype)


@microsoft('QLinearWhere')
def qlinear_where(g: Lowering, *views: View) -> Expr:
    """The condition, two operands with scales and zero points, and those of the result."""
    y = _plain(g, 'Where', 13, [views[0], *_floats(g, views[1:7])], {})
    return _integers(y, views[7:], views[1].dtype)


@microsoft('NhwcMaxPool')
def nhwc_max_pool(g: Lowering, x: View, **window: Any) -> View:
    return channels_behind(_plain(g, 'MaxPool', 13, [channels_second(x)], window))


@microsoft('QLinearConv', '. . . . . . . . .')
def nhwc_qlinear_conv(g: Lowering, x: View, *rest: Any, channels_last: int = 0, **window: Any) -> Any:
    """ONNX's, also of pictures with the channels behind."""
    if channels_last == 0:
        return qlinear_conv(g, x, *rest, **window)
    return channels_behind(g.map(qlinear_conv(g, channels_second(x), *rest, **window)))


@microsoft('MatMulIntegerToFloat', '. . . . . . .')
def matmul_integer_to_float(
    g: Lowering,
    a: View,
    b: View,
    a_scale: View,
    b_scale: View,
    a_zero: View | None,
    b_zero: View | None,
    bias: View | None,
) -> Expr:
    """The product of what integers stand for: a with one scale, b with one or one per column."""
    product = mul(cast(matmul_integer(g, a, b, a_zero, b_zero), 'float32'), g.map(mul(a_scale, b_scale)))
    return product if bias is None else add(product, bias)


@microsoft('DynamicQuantizeMatMul', '. . . . .')
def dynamic_quantize_matmul(
    g: Lowering, a: View, b: View, b_scale: View, b_zero: View | None, bias: View | None
) -> Any:
    """a is quantised as DynamicQuantizeLinear does."""
    whole, scale, zero = [g.map(v) for v in dynamic_quantize_linear(g, a)]
    return matmul_integer_to_float(g, whole, b, scale, b_scale, zero, b_zero, bias)


@microsoft('QGemm', '. . . . . . . . .')
def q_gemm(
    g: Lowering,
    a: View,
    a_scale: View,
    a_zero: View,
    b: View,
    b_scale: View,
    b_zero: View,
    c: View | None,
    y_scale: View | None,
    y_zero: View | None,
    *,
    alpha: float = 1.0,
    transA: int = 0,
    transB: int = 0,
) -> Expr:
    """alpha · A' · B' + C, where C is int32 in units of the product; quantised if `y_scale` is given."""
    left = a if transA == 0 else transposed(a, [1, 0])
    total = matmul_integer(g, left, b if transB == 0 else transposed(b, [1, 0]), a_zero, b_zero)
    if c is not None:
        total = add(total, c)
    y = mul(cast(total, 'float32'), g.map(mul(mul(a_scale, b_scale), alpha)))
    return y if y_scale is None else quantized(div(y, y_scale), y_zero, 'uint8' if y_zero is None else y_zero.dtype)
