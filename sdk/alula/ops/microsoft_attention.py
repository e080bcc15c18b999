"""Attention as com.microsoft has it: biases, masks, caches and rotary embeddings around ONNX's Attention."""

from __future__ import annotations

from typing import Any

from alula.errors import ShapeError, UnsupportedFeatureError
from alula.kernels.expr import add, cast, clamp, coord, eq, ge, literal, load, logical_or, lt, sub, where
from alula.kernels.view import View, broadcast, dims_text, ordered_strides, sliced, with_axis, without_axis
from alula.ops.attention import attention, heads_of
from alula.ops.attributes import required
from alula.ops.gather import place_of
from alula.ops.matmul import matmul
from alula.ops.microsoft_quantize import matmul_integer_to_float
from alula.ops.registry import microsoft
from alula.ops.rotary import rotary_embedding
from alula.ops.scatter import zeros
from alula.ops.shape import trailing
from alula.plan.lower import Lowering


@microsoft('MultiHeadAttention', '. . . . . . . .')
def multi_head_attention(
    g: Lowering,
    query: View,
    key: View | None,
    value: View | None,
    bias: View | None,
    key_padding_mask: View | None,
    attention_bias: View | None,
    past_key: View | None,
    past_value: View | None,
    *,
    mask_filter_value: float = -10000.0,
    num_heads: int | None = None,
    scale: float | None = None,
    unidirectional: int = 0,
) -> list[View]:
    """query, key and value are [batch, sequence, heads · size], with `bias` for all three behind one another; key and
    value may come as heads, without bias. Also gives all keys and values, and what went into the softmax."""
    heads: int = required('num_heads', num_heads)
    if key is None or value is None:
        raise UnsupportedFeatureError('packed heads')
    parts = [query, key, value]
    start = 0
    for i, part in enumerate(parts):
        if bias is not None and len(part.shape) == 3:
            parts[i] = g.map(add(part, sliced(bias, 0, start, part.shape[2], 1)))
            start += part.shape[2]
    total = heads_of(g, parts[1], heads).shape[2] + (0 if past_key is None else past_key.shape[2])
    mask = _mask(g, key_padding_mask, attention_bias, [query.shape[0], total], mask_filter_value, query.dtype)
    results: list[View] = attention(
        g,
        *parts,
        mask,
        past_key,
        past_value,
        None,
        is_causal=unidirectional,
        kv_num_heads=heads,
        q_num_heads=heads,
        qk_matmul_output_mode=2,
        scale=scale,
    )
    return results


def _mask(g: Lowering, mask: View | None, bias: View | None, size: list[int], hiding: float, dtype: str) -> View | None:
    """What is added to the logits [batch, heads, queries, keys] of `size` [batch, keys]: `bias`, and `hiding` where the
    mask is 0, [batch, (queries,) keys]; or beyond its numbers of keys, one per batch, behind which may stand how many
    do not count before the first."""
    if mask is None:
        return bias
    rank = len(mask.shape)
    if rank > 3 or (rank == 1 and mask.shape[0] not in [size[0], 2 * size[0]]):
        raise ShapeError(f'Attention mask {dims_text(mask.shape)} for {dims_text(size)} keys')
    if rank == 1:
        ends = [cast(trailing(sliced(mask, 0, at, size[0], 1), 3), 'int32') for at in range(0, mask.shape[0], size[0])]
        hidden = ge(coord(3), ends[0])
        if len(ends) == 2:
            hidden = logical_or(hidden, lt(coord(3), ends[1]))
    else:
        hidden = lt(with_axis(mask if rank == 3 else with_axis(mask, 1, 1), 1, 1), 1)
    shape = [size[0], 1, mask.shape[1] if rank == 3 else 1, size[1]]
    added = g.map_over(where(hidden, literal(hiding, dtype), 0.0), shape)
    return added if bias is None else g.map(add(added, bias))


@microsoft('Attention', '. . . . . . do_rotary=0 past_present_share_buffer=0 rotary_embedding_dim=')
def merged_attention(
    g: Lowering,
    x: View,
    weights: View,
    bias: View | None,
    mask: View | None,
    past: View | None,
    attention_bias: View | None,
    **options: Any,
) -> list[View]:
    """The projections of query, key and value are one product with `weights`."""
    product = matmul(g, x, weights)
    whole = product if bias is None else g.map(add(product, bias))
    return _self_attention(g, whole, mask, past, attention_bias, **options)


@microsoft('QAttention', '. . . . . . . . . do_rotary=0 past_present_share_buffer=0')
def q_attention(
    g: Lowering,
    x: View,
    weights: View,
    bias: View,
    x_scale: View,
    w_scale: View,
    mask: View | None,
    x_zero: View | None,
    w_zero: View | None,
    past: View | None,
    **options: Any,
) -> list[View]:
    """As Attention, with a product of integers."""
    product = g.map(matmul_integer_to_float(g, x, weights, x_scale, w_scale, x_zero, w_zero, bias))
    return _self_attention(g, product, mask, past, None, **options)


def _self_attention(
    g: Lowering,
    product: View,
    mask: View | None,
    past: View | None,
    attention_bias: View | None,
    *,
    qkv_hidden_sizes: list[int] | None = None,
    **options: Any,
) -> list[View]:
    """`product` has query, key and value behind one another; `past`, and the second result, are [2, batch, heads,
    sequence, size], keys before values."""
    sizes = [product.shape[2] // 3 for _ in range(3)] if qkv_hidden_sizes is None else qkv_hidden_sizes
    before = [None if past is None else without_axis(sliced(past, 0, i, 1, 1), 0) for i in range(2)]
    results: list[View] = multi_head_attention(
        g,
        *_divided(product, sizes),
        None,
        mask,
        attention_bias,
        *before,
        **options,
    )
    if g.output_count == 1:
        return results
    return [results[0], g.concatenated([with_axis(v, 0, 1) for v in results[1:3]], 0)]


def _divided(x: View, sizes: list[int]) -> list[View]:
    """What stands behind one another in dim 2."""
    return [sliced(x, 2, sum(sizes[:i]), size, 1) for i, size in enumerate(sizes)]


@microsoft('RotaryEmbedding', '. . . . is_packed_batching=0 scale=')
def rotary(
    g: Lowering,
    x: View,
    position_ids: View,
    cos: View,
    sin: View,
    *,
    interleaved: int = 0,
    num_heads: int = 0,
    rotary_embedding_dim: int = 0,
) -> Any:
    """As ONNX's, with a place per token or that of the first, and heads of twice the width of `cos` if their number is
    not given."""
    places = position_ids
    turned = 2 * cos.shape[1]
    if len(places.shape) == 1:
        first = broadcast(places, [x.shape[0]])
        places = _places(g, first, x.shape[len(x.shape) - 2])
    return rotary_embedding(
        g,
        x,
        cos,
        sin,
        places,
        interleaved=interleaved,
        num_heads=x.shape[2] // turned if num_heads == 0 else num_heads,
        rotary_embedding_dim=turned,
    )


def _places(g: Lowering, first: View, count: int) -> View:
    """`count` places from that of each sequence on: [batch, count]."""
    return g.map_over(add(cast(trailing(first, 1), 'int32'), coord(1)), [first.shape[0], count])


@microsoft(
    'GroupQueryAttention',
    '. . . . . . total_sequence_length . . . . . . . . . . qk_output=0 sliding_window_cache=0 k_quant_type=NONE'
    ' v_quant_type=NONE kv_cache_bit_width= qk_norm_epsilon= q_norm_epsilon= k_norm_epsilon=',
)
def group_query_attention(
    g: Lowering,
    query: View,
    key: View | None,
    value: View | None,
    past_key: View | None,
    past_value: View | None,
    seqlens_k: View,
    cos: Any,
    sin: Any,
    position_ids: View | None,
    attention_bias: View | None,
    head_sink: View | None,
    k_scale: View | None,
    v_scale: View | None,
    q_norm: View | None,
    k_norm: View | None,
    query_seqlens: View | None,
    *,
    total_sequence_length: Any = None,
    causal: int = 1,
    do_rotary: int = 0,
    kv_num_heads: int | None = None,
    local_window_size: int = -1,
    num_heads: int | None = None,
    rotary_interleaved: int = 0,
    scale: float | None = None,
    smooth_softmax: int = 0,
    softcap: float = 0.0,
) -> list[View]:
    """Attention of decoders: query, key and value (one behind the other in `query`, if the others are left out) are
    [batch, sequence, heads · size]; the caches [batch, heads, room, size], in which the new keys come behind those
    that sequence b has already, `seqlens_k[b]` + 1 with them. They grow where `total_sequence_length` asks for it."""
    if q_norm is not None or query_seqlens is not None:
        raise UnsupportedFeatureError('q_norm_weight or query_seqlens')
    heads: int = required('num_heads', num_heads)
    groups: int = required('kv_num_heads', kv_num_heads)
    parts: list[Any] = [query, key, value]
    batch, length, size = query.shape
    if key is None:
        few = size // (heads + 2 * groups) * groups
        parts = _divided(query, [size - 2 * few, few, few])
    total: int = total_sequence_length[0]
    # A prompt may be padded at its end; otherwise the tokens are the last ones.
    is_prompt = length == total
    counts = g.map(add(seqlens_k, 1))
    first = zeros(g, 'int32', [batch]) if is_prompt else g.map(sub(counts, length))
    if do_rotary != 0:
        places = _places(g, first, length) if position_ids is None else position_ids
        for i in range(2):
            many = [heads, groups][i]
            parts[i] = rotary(g, parts[i], places, cos, sin, interleaved=rotary_interleaved, num_heads=many)
    keys = _appended(g, past_key, heads_of(g, parts[1], groups), first, total)
    values = _appended(g, past_value, heads_of(g, parts[2], groups), first, total)
    sink = zeros(g, query.dtype, [heads]) if smooth_softmax == 1 else head_sink
    result = attention(
        g,
        parts[0],
        keys,
        values,
        attention_bias,
        None,
        None,
        None if is_prompt and causal != 0 else counts,
        head_sink=sink,
        is_causal=causal,
        left_window_size=max(local_window_size - 1, -1),
        q_num_heads=heads,
        scale=scale,
        softcap=softcap,
    )
    return [result[0], keys, values]


def _appended(g: Lowering, past: View | None, fresh: View, first: View, total: int) -> View:
    """fresh[batch, heads, sequence, size] behind the `first` elements of each sequence of a cache, or instead of all if
    there is none. It grows to `total`, or has room left behind."""
    if past is None:
        return fresh
    nothing = [0, 0, 0, 0]
    cache = g.padded(past, nothing, [0, 0, max(total - past.shape[2], 0), 0], 0.0, None)
    place = sub(coord(2), cast(trailing(first, 3), 'int32'))
    last = fresh.shape[2] - 1
    inside = eq(clamp(place, 0, last), place)
    at = place_of([coord(0), coord(1), clamp(place, 0, last), coord(3)], ordered_strides(fresh.shape, None))
    return g.map_over(where(inside, load(g.contiguous(fresh), at), cache), cache.shape)
