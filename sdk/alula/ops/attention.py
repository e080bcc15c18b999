"""Scaled dot-product attention."""

from __future__ import annotations

import math
from typing import Any

from alula.dtypes import dtype_of
from alula.errors import ShapeError
from alula.kernels.expr import add, cast, coord, div, eq, exp, gt, lt, maximum, mul, sub, tanh, where
from alula.kernels.view import View, dims_text, transposed, with_axis
from alula.ops.matmul import matmul
from alula.ops.registry import operator
from alula.ops.shape import trailing
from alula.plan.lower import Lowering


@operator('Attention', 23, '. . . . . . .')
def attention(
    g: Lowering,
    q: View,
    k: View,
    v: View,
    attn_mask: View | None,
    past_key: View | None,
    past_value: View | None,
    nonpad_kv_seqlen: View | None,
    *,
    head_sink: View | None = None,
    is_causal: int = 0,
    kv_num_heads: int | None = None,
    left_window_size: int = -1,
    q_num_heads: int | None = None,
    qk_matmul_output_mode: int = 0,
    right_window_size: int = -1,
    scale: float | None = None,
    softcap: float = 0.0,
    softmax_precision: int | None = None,
) -> list[View]:
    """softmax(scale · q · kᵀ + mask) · v per head (Vaswani et al., arXiv:1706.03762), with grouped key/value heads.

    q, k and v are [batch, heads, sequence, size] or [batch, sequence, heads · size]; `nonpad_kv_seqlen` is how many of
    the keys count, per batch. A query sees keys from so many before it to so many behind it (window sizes, -1: all).
    `head_sink`, which com.microsoft has alone, is a logit per head that weighs in without a value.
    """
    queries = heads_of(g, q, q_num_heads)
    keys = heads_of(g, k, kv_num_heads)
    values = heads_of(g, v, kv_num_heads)
    # The queries' places among the keys.
    place = coord(2)
    if past_key is not None and past_value is not None:
        place = add(place, past_key.shape[2])
        keys = g.concatenated([past_key, keys], 2)
        values = g.concatenated([past_value, values], 2)
    heads = queries.shape[1]
    scores = matmul(g, queries, transposed(repeated(g, keys, heads), [0, 1, 3, 2]))
    logits: Any = mul(scores, 1.0 / math.sqrt(queries.shape[3]) if scale is None else scale)
    # What the fourth output may show: the logits, also capped, also masked, and the weights.
    shown = [logits]
    if softcap > 0.0:
        logits = mul(tanh(div(logits, softcap)), softcap)
    shown.append(logits)
    if attn_mask is not None:
        # A bool mask keeps what is true, another one is added; keys beyond its end are hidden.
        is_bool = attn_mask.dtype == 'bool'
        nothing = [0 for _ in attn_mask.shape]
        rest = [*nothing[1:], keys.shape[2] - attn_mask.shape[-1] if attn_mask.shape[-1] != 1 else 0]
        mask = g.padded(attn_mask, nothing, rest, 0 if is_bool else -math.inf, None) if rest[-1] > 0 else attn_mask
        logits = where(mask, logits, -math.inf) if is_bool else add(logits, cast(mask, scores.dtype))
    if nonpad_kv_seqlen is not None:
        count = cast(trailing(nonpad_kv_seqlen, 3), 'int32')
        place = add(place, sub(count, queries.shape[2]))
        logits = where(lt(coord(3), count), logits, -math.inf)
    if is_causal != 0 or right_window_size >= 0:
        last = place if is_causal != 0 else add(place, right_window_size)
        logits = where(gt(coord(3), last), -math.inf, logits)
    if left_window_size >= 0:
        logits = where(lt(coord(3), sub(place, left_window_size)), -math.inf, logits)
    masked = g.map_over(logits, scores.shape)
    precision = scores.dtype if softmax_precision is None else dtype_of(softmax_precision)
    weights = softmax_of(g, cast(masked, precision), scores, head_sink)
    shown.extend([masked, weights])
    result = matmul(g, weights, repeated(g, values, heads))
    if len(q.shape) == 3:
        result = transposed(result, [0, 2, 1, 3])
        result = g.reshape(result, [*result.shape[:2], heads * result.shape[3]])
    return [result, keys, values, shown[qk_matmul_output_mode]]


def heads_of(g: Lowering, x: View, heads: int | None) -> View:
    """x[batch, sequence, heads · size] as [batch, heads, sequence, size], as which it may come."""
    if len(x.shape) == 4:
        return x
    if len(x.shape) != 3 or heads is None or x.shape[2] % heads != 0:
        raise ShapeError(f'Attention input {dims_text(x.shape)} with {heads} heads')
    return transposed(g.reshape(x, [*x.shape[:2], heads, x.shape[2] // heads]), [0, 2, 1, 3])


def repeated(g: Lowering, x: View, heads: int) -> View:
    """Key/value heads for `heads` query heads, each for as many: only a view where memory allows."""
    return g.reshape(with_axis(x, 2, heads // x.shape[1]), [x.shape[0], heads, *x.shape[2:]])


def softmax_of(g: Lowering, logits: Any, scores: View, sink: View | None) -> View:
    """Softmax over the keys, of the scores' shape and type; a query that may attend to none gets zeros, as the
    specification says. The logit `sink` of each head is one more key."""
    rows = g.rowwise(scores.shape, [3])
    greatest = rows.stage('max', logits)
    if sink is not None:
        greatest = maximum(greatest, cast(trailing(sink, 2), logits.dtype))
    power = exp(sub(logits, where(eq(greatest, -math.inf), 0.0, greatest)))
    total = rows.stage('sum', power)
    if sink is not None:
        total = add(total, exp(sub(cast(trailing(sink, 2), logits.dtype), greatest)))
    rows.element(cast(where(eq(total, 0.0), 0.0, div(power, total)), scores.dtype))
    return rows.done()[0]
