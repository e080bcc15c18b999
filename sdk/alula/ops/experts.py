"""Mixtures of experts: for each token the best few of many networks of two layers (Shazeer et al., arXiv:1701.06538).

All experts compute all tokens, and what was not asked for weighs nothing: which are asked for is known only in a run.
"""

from __future__ import annotations

from typing import Any

from alula.errors import UnsupportedFeatureError
from alula.kernels.expr import add, cast, clamp, coord, div, eq, minimum, mul, sigmoid, where
from alula.kernels.view import View, numel, sliced, transposed, with_axis
from alula.ops.block_quantized import unpacked, weights
from alula.ops.elementwise import gelu, relu, swish
from alula.ops.matmul import matmul
from alula.ops.normalize import softmax_over
from alula.ops.registry import microsoft
from alula.plan.lower import Lowering

ACTIVATIONS: dict[str, Any] = {
    'relu': relu,
    'silu': swish,
    'gelu': lambda g, x: gelu(g, x, approximate='tanh'),
    'identity': lambda g, x: x,
}


@microsoft('MoE', '. . . . . . . . use_sparse_mixer=0 swiglu_limit_after_activation=0')
def moe(
    g: Lowering,
    x: View,
    router: View,
    w1: View,
    b1: View | None,
    w2: View,
    b2: View | None,
    w3: View | None,
    b3: View | None,
    **options: Any,
) -> View:
    """x[tokens…, size] by experts w1[expert, inner, size] and w2[expert, size, inner], chosen by the greatest of
    router[token, expert]."""
    return _mixed(g, x, router, None, [w1, b1], [w2, b2], w3, **options)


@microsoft(
    'QMoE',
    '. . . . . . . . . . . . . . . use_sparse_mixer=0 swiglu_limit_after_activation=0 quant_type=int accuracy_level='
    ' weights_prepacked=0 fc1_expert_weight_bits=0 fc2_expert_weight_bits=0 fc3_expert_weight_bits=0',
)
def q_moe(
    g: Lowering,
    x: View,
    router: View,
    w1: View,
    s1: View,
    b1: View | None,
    w2: View,
    s2: View,
    b2: View | None,
    w3: View | None,
    s3: View | None,
    b3: View | None,
    z1: View | None,
    z2: View | None,
    z3: View | None,
    router_weights: View | None,
    *,
    block_size: int = 0,
    expert_weight_bits: int = 4,
    normalize_routing_weights: int = 0,
    **options: Any,
) -> View:
    """As MoE, with weights packed in bytes; a scale for each row or for each block of one. `router_weights` may weigh
    what the router chose; else the chosen weigh 1 together."""
    bits = expert_weight_bits
    first = [_unpacked(g, w1, s1, z1, bits, block_size), b1]
    second = [_unpacked(g, w2, s2, z2, bits, block_size), b2]
    weighs = 1 if router_weights is None else normalize_routing_weights
    return _mixed(g, x, router, router_weights, first, second, w3, normalize_routing_weights=weighs, **options)


def _unpacked(g: Lowering, packed: View, scale: View, zero: View | None, bits: int, block_size: int) -> View:
    """w[expert, row, depth]; zero points of whole rows are packed along those, else along their blocks."""
    experts, rows, size = packed.shape
    depth = size * 8 // bits
    block = depth if block_size == 0 else block_size
    shape = [experts * rows, depth // block]
    if zero is not None:
        zero = g.reshape(unpacked(g, zero, bits, rows if len(zero.shape) == 2 else shape[1]), shape)
    return g.reshape(weights(g, packed, g.reshape(scale, shape), zero, bits, depth, block), [experts, rows, depth])


def _layer(g: Lowering, x: View, layer: list[Any]) -> View:
    """x[1 or expert, token, depth] · w[expert, row, depth]ᵀ + bias[expert, row]."""
    product = matmul(g, x, transposed(layer[0], [0, 2, 1]))
    return product if layer[1] is None else g.map(add(product, with_axis(layer[1], 1, 1)))


def _mixed(
    g: Lowering,
    x: View,
    router: View,
    router_weights: View | None,
    first: list[Any],
    second: list[Any],
    third: View | None,
    *,
    activation_alpha: float = 1.0,
    activation_beta: float = 0.0,
    activation_type: str = 'relu',
    k: int = 1,
    normalize_routing_weights: int = 0,
    swiglu_fusion: int = 0,
    swiglu_limit: float = 3.4028234663852886e38,
) -> View:
    experts = router.shape[1]
    inner = _layer(g, g.reshape(x, [1, numel(x.shape[:-1]), x.shape[-1]]), first)
    if activation_type == 'swiglu' and swiglu_fusion == 1:
        # The projections of gate and value stand in turns.
        gate, value = [sliced(inner, 2, i, inner.shape[2] // 2, 2) for i in range(2)]
        opened = minimum(gate, swiglu_limit)
        limited = add(clamp(value, -swiglu_limit, swiglu_limit), activation_beta)
        inner = g.map(mul(mul(opened, sigmoid(mul(opened, activation_alpha))), limited))
    elif activation_type in ACTIVATIONS and third is None:
        inner = g.map(ACTIVATIONS[activation_type](g, inner))
    else:
        raise UnsupportedFeatureError(f'{activation_type} of two layers of experts')
    outer = _layer(g, inner, second)
    # Over [token, expert, place]
    best = eq(with_axis(g.ordered(router, k, True), 1, experts), cast(coord(1), 'int64'))
    chosen = g.reduce('max', cast(best, 'int32'), [2], False)
    shares = softmax_over(g, router, [1], False)[0] if router_weights is None else router_weights
    kept = g.map(where(eq(chosen, 0), 0.0, shares))
    if normalize_routing_weights != 0:
        kept = g.map(div(kept, g.reduce('sum', kept, [1], True)))
    weighed = mul(outer, with_axis(transposed(kept, [1, 0]), 2, 1))
    return g.reshape(g.reduce('sum', weighed, [0], False), x.shape)
