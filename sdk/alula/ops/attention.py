"""Scaled dot-product attention."""

from __future__ import annotations

import math
from typing import Any

from alula.errors import ShapeError, UnsupportedFeatureError
from alula.kernels.expr import add, cast, coord, div, eq, exp, gt, mul, sub, tanh, where
from alula.kernels.view import View, dims_text, transposed, with_axis
from alula.ops.matmul import matmul
from alula.ops.registry import operator
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
    past = 0
    if past_key is not None and past_value is not None:
        past = past_key.shape[2]
        keys = g.concatenated([past_key, keys], 2)
        values = g.concatenated([past_value, values], 2)
    heads = queries.shape[1]
    scores = matmul(g, queries, transposed(_repeated(g, keys, heads), [0, 1, 3, 2]))
    logits: Any = mul(scores, 1.0 / math.sqrt(queries.shape[3]) if scale is None else scale)
    if softcap > 0.0:
        logits = mul(tanh(div(logits, softcap)), softcap)
    if attn_mask is not None:
        # A bool mask keeps what is true, another one is added.
        if attn_mask.dtype == 'bool':
            logits = where(attn_mask, logits, -math.inf)
        else:
            logits = add(logits, cast(attn_mask, scores.dtype))
    if is_causal != 0:
        logits = where(gt(coord(3), add(coord(2), past)), -math.inf, logits)
    result = matmul(g, _softmax(g, g.map_over(logits, scores.shape)), _repeated(g, values, heads))
    if len(q.shape) == 3:
        result = transposed(result, [0, 2, 1, 3])
        result = g.reshape(result, [*result.shape[:2], heads * result.shape[3]])
    return [result, keys, values]


def _heads(g: Lowering, x: View, heads: int | None) -> View:
    if len(x.shape) == 4:
        return x
    if len(x.shape) != 3 or heads is None or x.shape[2] % heads != 0:
        raise ShapeError(f'Attention input {dims_text(x.shape)} with {heads} heads')
    return transposed(g.reshape(x, [*x.shape[:2], heads, x.shape[2] // heads]), [0, 2, 1, 3])


def _repeated(g: Lowering, x: View, heads: int) -> View:
    """Key/value heads for `heads` query heads, each for as many: only a view where memory allows."""
    return g.reshape(with_axis(x, 2, heads // x.shape[1]), [x.shape[0], heads, *x.shape[2:]])


def _softmax(g: Lowering, logits: View) -> View:
    """Softmax over the keys; a query that may attend to none gets zeros, as the specification says."""
    rows = g.rowwise(logits.shape, [3])
    greatest = rows.stage('max', logits)
    power = exp(sub(logits, where(eq(greatest, -math.inf), 0.0, greatest)))
    total = rows.stage('sum', power)
    rows.element(where(eq(total, 0.0), 0.0, div(power, total)))
    return rows.done()[0]
