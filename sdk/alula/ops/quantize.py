"""Integers that stand for floats: x = scale · (q - zero point). Products of such integers are exact."""

from __future__ import annotations

from typing import Any

from alula.dtypes import dtype_of, is_float
from alula.kernels.expr import Expr, add, cast, div, maximum, minimum, mul, sub, unary
from alula.kernels.view import View, numel, sliced, with_axis
from alula.ops.attributes import normal_axis
from alula.ops.cast import converted
from alula.ops.matmul import matmul
from alula.ops.normalize import per_channel
from alula.ops.registry import operator
from alula.ops.shape import trailing
from alula.ops.window import conv
from alula.plan.lower import Lowering


def _spread(g: Lowering, v: View, x: View, axis: int, block_size: int) -> View:
    """One number for all of x, one per index of `axis`, or one per block of that axis."""
    if numel(v.shape) == 1:
        return g.reshape(v, [])
    at = normal_axis(axis, len(x.shape))
    if len(v.shape) == 1:
        return trailing(v, len(x.shape) - 1 - at)
    size = x.shape[at] if block_size == 0 else block_size
    repeated = g.reshape(with_axis(v, at + 1, size), [*v.shape[:at], v.shape[at] * size, *v.shape[at + 1 :]])
    return sliced(repeated, at, 0, x.shape[at], 1)


def quantized(x: Any, zero: Any, dtype: str, saturates: bool = True) -> Expr:
    """The nearest numbers of `dtype` (halves to even) to x, and zero: integers as far as it goes, floats of 8 bits
    saturating or not."""
    near = x if is_float(dtype) else unary('rint', x)
    shifted = near if zero is None else add(near, cast(zero, 'float32'))
    return converted(shifted, dtype, saturates, 'up') if is_float(dtype) else cast(shifted, dtype)


@operator('QuantizeLinear', 10, '. . .')
def quantize_linear(
    g: Lowering,
    x: View,
    scale: View,
    zero: View | None,
    *,
    axis: int = 1,
    block_size: int = 0,
    output_dtype: int = 0,
    precision: int = 0,
    saturate: int = 1,
) -> Expr:
    """Computed in float32, whatever `precision`. `saturate` speaks of floats of 8 bits."""
    dtype = 'uint8' if output_dtype == 0 else dtype_of(output_dtype)
    parts = [None if v is None else _spread(g, v, x, axis, block_size) for v in [scale, zero]]
    steps = div(cast(x, 'float32'), cast(parts[0], 'float32'))
    return quantized(steps, parts[1], dtype if zero is None else zero.dtype, saturate != 0)


@operator('DequantizeLinear', 10, '. . .')
def dequantize_linear(
    g: Lowering, x: View, scale: View, zero: View | None, *, axis: int = 1, block_size: int = 0, output_dtype: int = 0
) -> Expr:
    dtype = scale.dtype if output_dtype == 0 else dtype_of(output_dtype)
    centred = _centred(x, None if zero is None else _spread(g, zero, x, axis, block_size))
    wide = mul(cast(centred, 'float32'), cast(_spread(g, scale, x, axis, block_size), 'float32'))
    return cast(wide, dtype)


@operator('DynamicQuantizeLinear', 11)
def dynamic_quantize_linear(g: Lowering, x: View) -> list[Any]:
    """To uint8, from the least to the greatest of x and 0. Also gives scale and zero point."""
    axes = list(range(len(x.shape)))
    low = g.map(minimum(g.reduce('min', x, axes, False), 0.0))
    span = sub(maximum(g.reduce('max', x, axes, False), 0.0), low)
    scale = g.map(div(span, 255.0))
    zero = g.map(cast(unary('rint', div(sub(0.0, low), scale)), 'uint8'))
    return [quantized(div(x, scale), zero, 'uint8'), scale, zero]


def _centred(x: View, zero: View | None) -> Expr:
    """x less its zero point, as int32; floats as float32."""
    dtype = 'float32' if is_float(x.dtype) else 'int32'
    wide = cast(x, dtype)
    return wide if zero is None else sub(wide, cast(zero, dtype))


def _by_row(zero: View | None) -> View | None:
    """A zero point per row, as a column."""
    return zero if zero is None or len(zero.shape) != 1 or zero.shape[0] == 1 else trailing(zero, 1)


@operator('MatMulInteger', 10, '. . . .')
def matmul_integer(g: Lowering, a: View, b: View, a_zero: View | None, b_zero: View | None) -> Any:
    """The exact product, int32, with a zero point for all, per row of a or per column of b."""
    return matmul(g, g.map(_centred(a, _by_row(a_zero))), g.map(_centred(b, b_zero)))


@operator('QLinearMatMul', 10)
def qlinear_matmul(
    g: Lowering,
    a: View,
    a_scale: View,
    a_zero: View,
    b: View,
    b_scale: View,
    b_zero: View,
    y_scale: View,
    y_zero: View,
) -> Expr:
    total = cast(matmul_integer(g, a, b, a_zero, b_zero), 'float32')
    units = mul(cast(_by_row(a_scale), 'float32'), cast(b_scale, 'float32'))
    return quantized(mul(total, g.map(div(units, cast(y_scale, 'float32')))), y_zero, y_zero.dtype)


@operator('ConvInteger', 10, '. . . .')
def conv_integer(g: Lowering, x: View, w: View, x_zero: View | None, w_zero: View | None, **window: Any) -> Any:
    """The exact convolution, int32; what stands for 0 is padded with."""
    filters = None if w_zero is None else g.reshape(w_zero, [numel(w_zero.shape), *[1 for _ in w.shape[1:]]])
    return conv(g, g.map(_centred(x, x_zero)), g.map(_centred(w, filters)), None, **window)


@operator('QLinearConv', 10, '. . . . . . . . .')
def qlinear_conv(
    g: Lowering,
    x: View,
    x_scale: View,
    x_zero: View,
    w: View,
    w_scale: View,
    w_zero: View,
    y_scale: View,
    y_zero: View,
    bias: View | None,
    **window: Any,
) -> Expr:
    """The bias is int32, in units of x_scale · w_scale; the scale of w may be one per filter."""
    total = conv_integer(g, x, w, x_zero, w_zero, **window)
    if bias is not None:
        total = add(total, per_channel(bias, x))
    filters = per_channel(g.reshape(w_scale, [numel(w_scale.shape)]), x)
    units = g.map(div(mul(x_scale, filters), y_scale))
    return quantized(mul(cast(total, 'float32'), units), y_zero, y_zero.dtype)
