"""Attention whose scores and weights a model changes by graphs of its own."""

from __future__ import annotations

import math
from typing import Any

from alula.dtypes import dtype_of
from alula.errors import ShapeError
from alula.graph.graph import Graph
from alula.kernels.expr import cast, mul
from alula.kernels.view import View, dims_text, transposed
from alula.ops.attention import repeated, softmax_of
from alula.ops.matmul import matmul
from alula.ops.registry import operator
from alula.plan.lower import Lowering


@operator('ai.onnx.preview.FlexAttention', 1)
def flex_attention(
    g: Lowering,
    q: View,
    k: View,
    v: View,
    *,
    prob_mod: Graph | None = None,
    scale: float | None = None,
    score_mod: Graph | None = None,
    softmax_precision: int | None = None,
) -> Any:
    """prob_mod(softmax(score_mod(scale · q · kᵀ))) · v per head (Dong et al., arXiv:2412.05496), with grouped key/value
    heads. q, k and v are [batch, heads, sequence, size]. A query whose scores are all -inf gets zeros."""
    heads = q.shape[1]
    if softmax_precision is None:
        precision = q.dtype if q.dtype == 'float64' else 'float32'
    else:
        precision = dtype_of(softmax_precision)
    products = matmul(g, q, transposed(repeated(g, k, heads), [0, 1, 3, 2]))
    factor = 1.0 / math.sqrt(q.shape[3]) if scale is None else scale
    scores = _changed(g, score_mod, g.map(cast(mul(products, factor), precision)))
    weights = _changed(g, prob_mod, softmax_of(g, scores, scores, None))
    return cast(matmul(g, weights, g.map(cast(repeated(g, v, heads), precision))), q.dtype)


def _changed(g: Lowering, graph: Graph | None, x: View) -> View:
    """What the graph makes of x, which keeps its shape."""
    if graph is None:
        return x
    result = g.applied(graph, [x])[0]
    if dims_text(result.shape) != dims_text(x.shape):
        raise ShapeError(f'A graph of FlexAttention makes {dims_text(result.shape)} of {dims_text(x.shape)}')
    return result
