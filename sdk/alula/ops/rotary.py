"""Rotary position embeddings."""

from __future__ import annotations

from alula.errors import ShapeError
from alula.kernels.expr import add, mul, sub
from alula.kernels.view import View, dims_text, sliced, transposed, with_axis
from alula.ops.gather import gather
from alula.ops.registry import operator
from alula.plan.lower import Lowering


@operator('RotaryEmbedding', 23, '. . . .')
def rotary_embedding(
    g: Lowering,
    x: View,
    cos: View,
    sin: View,
    position_ids: View | None,
    *,
    interleaved: int = 0,
    num_heads: int = 0,
    rotary_embedding_dim: int = 0,
) -> View:
    """Pairs of each head's elements turned by an angle that the place of the token sets (Su et al., arXiv:2104.09864).

    x is [batch, heads, sequence, size] or [batch, sequence, heads · size]; cos and sin are [batch, sequence, half], or
    [places, half] with the places in `position_ids`. A pair is an element of the first half and one of the second, or
    two neighbours (`interleaved`); elements beyond `rotary_embedding_dim` (0: all are within) stay.
    """
    is_packed = len(x.shape) == 3
    if is_packed and (num_heads == 0 or x.shape[2] % num_heads != 0):
        raise ShapeError(f'RotaryEmbedding of {dims_text(x.shape)} with {num_heads} heads')
    # To [batch, sequence, heads, size]
    if is_packed:
        heads = g.reshape(x, [*x.shape[:2], num_heads, x.shape[2] // num_heads])
    else:
        heads = transposed(x, [0, 2, 1, 3])
    size = heads.shape[3]
    turned = size if rotary_embedding_dim == 0 else rotary_embedding_dim
    half = turned // 2
    step = 1 + min(interleaved, 1)
    a = sliced(heads, 3, 0, half, step)
    b = sliced(heads, 3, 1 if step == 2 else half, half, step)
    c, s = [with_axis(v if position_ids is None else g.map(gather(g, v, position_ids)), 2, 1) for v in [cos, sin]]
    pair = [g.map(sub(mul(a, c), mul(b, s))), g.map(add(mul(a, s), mul(b, c)))]
    if step == 2:
        pair = [g.reshape(g.concatenated([with_axis(v, 4, 1) for v in pair], 4), [*heads.shape[:3], turned])]
    result = g.concatenated([*pair, sliced(heads, 3, turned, size - turned, 1)], 3)
    return g.reshape(result, x.shape) if is_packed else transposed(result, [0, 2, 1, 3])
