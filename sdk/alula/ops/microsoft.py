"""Operators of com.microsoft, which onnxruntime's optimiser puts in the place of several of ONNX's."""

from __future__ import annotations

from typing import Any

from alula.errors import AttributeValueError
from alula.kernels.expr import add, mul
from alula.kernels.view import View, sliced, transposed
from alula.ops.arrange import trilu
from alula.ops.elementwise import gelu, swish
from alula.ops.gather import gather
from alula.ops.linear_attention import linear_attention
from alula.ops.matmul import gemm, matmul
from alula.ops.normalize import grouped, layer_normalization, rms_normalization
from alula.ops.quantize import dequantize_linear, quantize_linear
from alula.ops.registry import find_operator, microsoft, operator
from alula.ops.scatter import zeros
from alula.ops.window import causal_conv_with_state, conv
from alula.plan.lower import Lowering

microsoft('Gelu')(lambda g, x: gelu(g, x))


@microsoft('BiasGelu')
def bias_gelu(g: Lowering, x: View, bias: View) -> Any:
    return gelu(g, g.map(add(x, bias)))


@microsoft('FastGelu', '. .')
def fast_gelu(g: Lowering, x: View, bias: View | None) -> Any:
    return gelu(g, x if bias is None else g.map(add(x, bias)), approximate='tanh')


@microsoft('QuickGelu')
def quick_gelu(g: Lowering, x: View, *, alpha: float = 1.702) -> Any:
    return swish(g, x, alpha=alpha)


@microsoft('FusedMatMul')
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


# The attributes of an activation that FusedConv gives by their order.
ORDERED = {'LeakyRelu': ['alpha'], 'HardSigmoid': ['alpha', 'beta'], 'Clip': ['min', 'max']}


def _activated(g: Lowering, x: Any, activation: str, attributes: dict[str, float]) -> Any:
    """What the operator of ONNX that is called so makes of x; `Clip` with its bounds as attributes."""
    if activation == '':
        return x
    found = find_operator('', activation, 10)
    if found is None:
        raise AttributeValueError('activation', f"'{activation}' is no operator of ONNX")
    return found.meaning(g, g.map(x), **attributes)


@microsoft('FusedConv', '. . . .')
def fused_conv(
    g: Lowering,
    x: View,
    w: View,
    bias: View | None,
    summand: View | None,
    *,
    activation: str = '',
    activation_params: list[float] | None = None,
    **window: Any,
) -> Any:
    result = conv(g, x, w, bias, **window)
    attributes: dict[str, float] = {}
    if activation_params is not None:
        for i, name in enumerate(ORDERED.get(activation, [])):
            attributes[name] = activation_params[i]
    return _activated(g, result if summand is None else add(result, summand), activation, attributes)


@microsoft('FusedGemm', '. . .')
def fused_gemm(
    g: Lowering,
    a: View,
    b: View,
    c: View | None,
    *,
    activation: str = '',
    **options: Any,
) -> Any:
    """The activation's attributes are called `activation_alpha` and so on."""
    product: dict[str, Any] = {}
    attributes: dict[str, Any] = {}
    for name in options:
        own = name.replace('activation_', '')
        (product if own == name else attributes)[own] = options[name]
    return _activated(g, gemm(g, a, b, c, **product), activation, attributes)


@microsoft('BiasSplitGelu')
def bias_split_gelu(g: Lowering, x: View, bias: View) -> Any:
    """The first half of the channels times the Gelu of the second."""
    half = bias.shape[0] // 2
    halves = [g.map(add(*[sliced(v, len(v.shape) - 1, i * half, half, 1) for v in [x, bias]])) for i in range(2)]
    return mul(halves[0], gelu(g, halves[1]))


@microsoft('GroupNorm')
def group_norm(
    g: Lowering,
    x: View,
    scale: View,
    bias: View,
    *,
    activation: int = 0,
    channels_last: int = 1,
    epsilon: float = 1e-5,
    groups: int = 1,
) -> Any:
    """`activation` 1 is x · sigmoid(x)."""
    normal = grouped(g, x if channels_last == 0 else channels_second(x), scale, bias, groups, epsilon)
    result = g.map(normal if activation == 0 else swish(g, normal))
    return result if channels_last == 0 else channels_behind(result)


def channels_second(x: View) -> View:
    """x[n, spatial…, c] as [n, c, spatial…]."""
    last = len(x.shape) - 1
    return transposed(x, [0, last, *range(1, last)])


def channels_behind(x: View) -> View:
    """x[n, c, spatial…] as [n, spatial…, c]."""
    return transposed(x, [0, *range(2, len(x.shape)), 1])


@microsoft('EmbedLayerNormalization', '. . . . . . . . . mask_index_type=')
def embed_layer_normalization(
    g: Lowering,
    words: View,
    segments: View | None,
    word_table: View,
    position_table: View,
    segment_table: View | None,
    scale: View,
    shift: View,
    mask: View | None,
    positions: View | None,
    *,
    epsilon: float = 1e-12,
) -> list[Any]:
    """Embeddings of word, position and segment added up and normalised; how many elements of each row of `mask` are 1
    (without one 0); and the sum as it was."""
    batch, length = words.shape
    places = sliced(position_table, 0, 0, length, 1) if positions is None else gather(g, position_table, positions)
    total = add(gather(g, word_table, words), places)
    if segments is not None and segment_table is not None:
        total = add(total, gather(g, segment_table, segments))
    whole = g.map(total)
    counts = zeros(g, 'int32', [batch]) if mask is None else g.reduce('sum', mask, [1], False)
    return [layer_normalization(g, whole, scale, shift, epsilon=epsilon)[0], counts, whole]


# Operators of ONNX under another name, in versions of their own.
operator('SimplifiedLayerNormalization', 1)(rms_normalization)
microsoft('Trilu', '. k')(trilu)
microsoft('QuantizeLinear', '. . .')(quantize_linear)
microsoft('DequantizeLinear', '. . .')(dequantize_linear)
microsoft('TransposeMatMul')(fused_matmul)
microsoft('LinearAttention', '. . . . . . state_window=0')(linear_attention)
microsoft(
    'CausalConvWithState',
    '. . . . ndim=1 channels_last=0 state_window=0 state_length=0 state_channels_last=-1 state_update_capacity=0'
    ' input_channel_offset=0 input_channels=0',
)(causal_conv_with_state)


def _skipped(g: Lowering, x: View, skip: View, bias: View | None, normal: Any) -> list[Any]:
    """What `normal` makes of x + skip + bias, and as the fourth result that sum; mean and deviation are not given."""
    total = g.map(add(x, skip) if bias is None else add(add(x, skip), bias))
    return [normal(total)[0], None, None, total]


@microsoft('SkipLayerNormalization', '. . . . .')
def skip_layer_normalization(
    g: Lowering, x: View, skip: View, scale: View, shift: View | None, bias: View | None, *, epsilon: float = 1e-12
) -> list[Any]:
    return _skipped(g, x, skip, bias, lambda total: layer_normalization(g, total, scale, shift, epsilon=epsilon))


@microsoft('SkipSimplifiedLayerNormalization', '. . . .')
def skip_simplified_layer_normalization(
    g: Lowering, x: View, skip: View, scale: View, bias: View | None, *, epsilon: float = 1e-12
) -> list[Any]:
    return _skipped(g, x, skip, bias, lambda total: rms_normalization(g, total, scale, epsilon=epsilon))
