"""Scaled dot-product attention."""

from __future__ import annotations

import math
from typing import Any

from alula.dtypes import bounds
from alula.errors import ShapeError, UnsupportedFeatureError
from alula.kernels.expr import add, cast, coord, div, eq, exp, gt, literal, maximum, mul, sub, tanh, where
from alula.kernels.view import View, dims_text, transposed
from alula.ops.registry import operator
from alula.plan.lower import Lowering


@operator('Attention', since=23)
def attention(
    g: Lowering,
    q: View,
    k: View,
    v: View,
    attn_mask: View | None = None,
    past_key: View | None = None,
    past_value: View | None = None,
    nonpad_kv_seqlen: View | None = None,
    *,
    is_causal: int = 0,
    kv_num_heads: int | None = None,
    q_num_heads: int | None = None,
    qk_matmul_output_mode: int = 0,
    scale: float | None = None,
    softcap: float = 0.0,
    softmax_precision: int | None = None,
) -> list[View]:
    """softmax(scale · q · kᵀ + mask) · v per head (Vaswani et al., arXiv:1706.03762), with grouped key/value heads.

    q, k and v are [batch, heads, sequence, size] or [batch, sequence, heads · size].
    """
    if nonpad_kv_seqlen is not None:
        raise UnsupportedFeatureError('nonpad_kv_seqlen of Attention')
    queries = _heads(g, q, q_num_heads)
    keys = _heads(g, k, kv_num_heads)
    values = _heads(g, v, kv_num_heads)
    if past_key is not None and past_value is not None:
        keys = g.concatenated([past_key, keys], 2)
        values = g.concatenated([past_value, values], 2)
    repeat = queries.shape[1] // keys.shape[1]
    factor = 1.0 / math.sqrt(queries.shape[3]) if scale is None else scale
    scores = _products(g, queries, transposed(_repeated(g, keys, repeat), [0, 1, 3, 2]))
    logits: Any = mul(scores, factor)
    if softcap > 0.0:
        logits = mul(tanh(div(logits, softcap)), softcap)
    if attn_mask is not None:
        logits = add(logits, _bias(attn_mask, scores.dtype))
    if is_causal != 0:
        past = 0 if past_key is None else past_key.shape[2]
        logits = add(
            logits, where(gt(coord(3), add(coord(2), past)), literal(-math.inf, scores.dtype), literal(0, scores.dtype))
        )
    weights = _softmax(g, g.map_over(logits, scores.shape))
    result = _products(g, weights, _repeated(g, values, repeat))
    if len(q.shape) == 3:
        turned = transposed(result, [0, 2, 1, 3])
        result = g.reshape(turned, [turned.shape[0], turned.shape[1], turned.shape[2] * turned.shape[3]])
    if g.output_count() > 3:
        raise UnsupportedFeatureError('the qk_matmul_output of Attention')
    return [result, keys, values]


def _heads(g: Lowering, x: View, heads: int | None) -> View:
    if len(x.shape) == 4:
        return x
    if len(x.shape) != 3 or heads is None or x.shape[2] % heads != 0:
        raise ShapeError(f'Attention input {dims_text(x.shape)} with {heads} heads')
    return transposed(g.reshape(x, [x.shape[0], x.shape[1], heads, x.shape[2] // heads]), [0, 2, 1, 3])


def _repeated(g: Lowering, x: View, times: int) -> View:
    """Each key/value head for `times` query heads: only a view where memory allows."""
    if times == 1:
        return x
    wide = View(
        x.buffer,
        [x.shape[0], x.shape[1], times, x.shape[2], x.shape[3]],
        [x.strides[0], x.strides[1], 0, x.strides[2], x.strides[3]],
        x.offset,
    )
    return g.reshape(wide, [x.shape[0], x.shape[1] * times, x.shape[2], x.shape[3]])


def _softmax(g: Lowering, logits: View) -> View:
    """Softmax over the keys; a query that may attend to none gets zeros, as the specification says."""
    rows = g.rowwise(logits.shape, [3])
    top = maximum(rows.stage('max', logits), bounds(logits.dtype)[0])
    total = rows.stage('sum', exp(sub(logits, top)))
    rows.element(where(eq(total, 0.0), 0.0, div(exp(sub(logits, top)), total)))
    return rows.done()[0]


def _products(g: Lowering, a: View, b: View) -> View:
    return g.contract(a, b, 2, 1, 1, None, 'float32')


def _bias(mask: View, dtype: str) -> Any:
    """A mask as what is added to the logits: a bool mask keeps what is true."""
    if mask.dtype == 'bool':
        return where(mask, literal(0, dtype), literal(-math.inf, dtype))
    return cast(mask, dtype)
