"""Operators of com.microsoft, which onnxruntime's optimiser puts in the place of several of ONNX's."""

from __future__ import annotations

from typing import Any

from alula.errors import AttributeValueError
from alula.kernels.expr import add, clamp, maximum, mul, sigmoid, tanh
from alula.kernels.view import View, transposed
from alula.ops.elementwise import gelu, hard_sigmoid, leaky_relu, swish
from alula.ops.matmul import matmul
from alula.ops.normalize import layer_normalization, rms_normalization
from alula.ops.registry import operator
from alula.ops.window import conv
from alula.plan.lower import Lowering

operator('com.microsoft.Gelu', 1)(lambda g, x: gelu(g, x))


@operator('com.microsoft.BiasGelu', 1)
def bias_gelu(g: Lowering, x: View, bias: View) -> Any:
    return gelu(g, g.map(add(x, bias)))


@operator('com.microsoft.FastGelu', 1, '. .')
def fast_gelu(g: Lowering, x: View, bias: View | None) -> Any:
    return gelu(g, x if bias is None else g.map(add(x, bias)), approximate='tanh')


@operator('com.microsoft.QuickGelu', 1)
def quick_gelu(g: Lowering, x: View, *, alpha: float = 1.702) -> Any:
    return swish(g, x, alpha=alpha)


@operator('com.microsoft.FusedMatMul', 1)
def fused_matmul(
    g: Lowering,
    a: View,
    b: View,
    *,
    alpha: float = 1.0,
    transA: int = 0,
    transB: int = 0,
    transBatchA: int = 0,
    transBatchB: int = 0,
) -> Any:
    """alpha · A' · B', each with its last two dims swapped (`trans`), or its first moved next to the last
    (`transBatch`)."""
    product = matmul(g, _turned(a, transA, transBatchA), _turned(b, transB, transBatchB))
    return product if alpha == 1.0 else mul(product, alpha)


def _turned(x: View, swapped: int, batch: int) -> View:
    order = list(range(len(x.shape)))
    if batch != 0:
        order = [*order[1:-1], 0, order[-1]]
    if swapped != 0:
        order = [*order[:-2], order[-1], order[-2]]
    return transposed(x, order)


def _activated(g: Lowering, x: View, activation: str, numbers: list[float]) -> Any:
    if activation == '':
        return x
    if activation == 'Relu':
        return maximum(x, 0.0)
    if activation == 'Tanh':
        return tanh(x)
    if activation == 'Sigmoid':
        return sigmoid(x)
    if activation == 'LeakyRelu':
        return leaky_relu(g, x, alpha=numbers[0])
    if activation == 'Clip':
        return clamp(x, numbers[0], numbers[1])
    if activation == 'HardSigmoid':
        return hard_sigmoid(g, x, alpha=numbers[0], beta=numbers[1])
    raise AttributeValueError('activation', f"'{activation}' is not known")


@operator('com.microsoft.FusedConv', 1, '. . . .')
def fused_conv(
    g: Lowering,
    x: View,
    w: View,
    bias: View | None,
    summand: View | None,
    *,
    activation: str = '',
    activation_params: list[float] | None = None,
    auto_pad: str = 'NOTSET',
    dilations: list[int] | None = None,
    group: int = 1,
    kernel_shape: list[int] | None = None,
    pads: list[int] | None = None,
    strides: list[int] | None = None,
) -> Any:
    result = conv(g, x, w, bias, auto_pad=auto_pad, dilations=dilations, group=group, pads=pads, strides=strides)
    whole = g.map(result if summand is None else add(result, summand))
    return _activated(g, whole, activation, [] if activation_params is None else activation_params)


operator('SimplifiedLayerNormalization', 1)(rms_normalization)


def _skipped(g: Lowering, x: View, skip: View, bias: View | None, normal: Any) -> list[Any]:
    """What `normal` makes of x + skip + bias, and as the fourth result that sum; mean and deviation are not given."""
    total = g.map(add(x, skip) if bias is None else add(add(x, skip), bias))
    return [normal(total)[0], None, None, total]


@operator('com.microsoft.SkipLayerNormalization', 1, '. . . . .')
def skip_layer_normalization(
    g: Lowering, x: View, skip: View, scale: View, shift: View | None, bias: View | None, *, epsilon: float = 1e-12
) -> list[Any]:
    return _skipped(g, x, skip, bias, lambda total: layer_normalization(g, total, scale, shift, epsilon=epsilon))


@operator('com.microsoft.SkipSimplifiedLayerNormalization', 1, '. . . .')
def skip_simplified_layer_normalization(
    g: Lowering, x: View, skip: View, scale: View, bias: View | None, *, epsilon: float = 1e-12
) -> list[Any]:
    return _skipped(g, x, skip, bias, lambda total: rms_normalization(g, total, scale, epsilon=epsilon))
