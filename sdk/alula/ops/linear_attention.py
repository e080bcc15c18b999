"""Linear attention: a state per head instead of all the keys and values before."""

from __future__ import annotations

import math
from typing import Any

from alula.dtypes import computed_as
from alula.errors import AttributeValueError, ShapeError
from alula.kernels.expr import add, cast, exp, mul, sub
from alula.kernels.view import View, dims_text, sliced, with_axis, without_axis
from alula.ops.attributes import required
from alula.ops.registry import operator
from alula.ops.scatter import zeros
from alula.plan.lower import Lowering

# Per rule whether the state decays, and whether a value is first compared with what the state already says.
RULES: dict[str, list[bool]] = {
    'linear': [False, False],
    'gated': [True, False],
    'delta': [False, True],
    'gated_delta': [True, True],
}


@operator('LinearAttention', 27, '. . . . . .')
def linear_attention(
    g: Lowering,
    query: View,
    key: View,
    value: View,
    past_state: View | None,
    decay: View | None,
    beta: View | None,
    *,
    chunk_size: int = 64,
    kv_num_heads: int | None = None,
    q_num_heads: int | None = None,
    scale: float = 0.0,
    update_rule: str = 'gated_delta',
) -> list[View]:
    """State[batch, heads, dk, dv] ← e^decay · state + beta · key ⊗ (value - stateᵀ · key), and as the result scale ·
    stateᵀ · query, token by token (Yang et al., arXiv:2412.06464). Other inputs are [batch, sequence, heads · size].

    `update_rule` says which of decay and comparison there are. The tokens are steps of the Program; `chunk_size` is a
    hint for other ways.
    """
    if update_rule not in RULES:
        raise AttributeValueError('update_rule', f"must be one of {', '.join(RULES.keys())}, not '{update_rule}'")
    decays, compares = RULES[update_rule]
    heads = required('kv_num_heads', kv_num_heads)
    q = _heads(g, query, required('q_num_heads', q_num_heads))
    v = _heads(g, value, heads)
    # com.microsoft has more states than heads of query and key, too: each head serves several.
    k = _repeated(g, _heads(g, key, min(heads, q.shape[2])), heads)
    q = _repeated(g, q, heads)
    groups = q.shape[2] // heads
    size = [k.shape[0], heads, k.shape[3], v.shape[3]]
    given = query.dtype if past_state is None else past_state.dtype
    # Between tokens nothing is rounded to 16 bits.
    dtype = computed_as(given)
    if past_state is None:
        state = zeros(g, dtype, size)
    else:
        state = g.map(cast(past_state, dtype))
    factor = 1.0 / math.sqrt(k.shape[3]) if scale == 0.0 else scale
    results: list[View] = []
    for t in range(q.shape[1]):
        row = with_axis(_token(k, t), 3, 1)
        column: Any = with_axis(_token(v, t), 2, 1)
        before: Any = state
        if decays:
            faded = _heads(g, required('decay', decay), heads)
            before = g.map(mul(exp(cast(with_axis(_token(faded, t), 3, 1), dtype)), state))
        if compares:
            rate = required('beta', beta)
            known = g.reduce('sum', mul(before, cast(row, dtype)), [2], True)
            share = with_axis(_token(_heads(g, rate, rate.shape[2]), t), 3, 1)
            column = mul(sub(cast(column, dtype), known), cast(share, dtype))
        state = g.map(add(before, mul(cast(row, dtype), cast(column, dtype))))
        # Several heads of the query share a state.
        asked = with_axis(g.reshape(_token(q, t), [size[0], heads, groups, size[2]]), 4, 1)
        seen = g.reduce('sum', mul(with_axis(state, 2, 1), cast(asked, dtype)), [3], False)
        results.append(g.map(cast(mul(seen, factor), query.dtype)))
    whole = g.concatenated([with_axis(r, 1, 1) for r in results], 1)
    return [g.reshape(whole, [size[0], q.shape[1], q.shape[2] * size[3]]), g.map(cast(state, given))]


def _heads(g: Lowering, x: View, heads: int) -> View:
    """x[batch, sequence, heads · size] as [batch, sequence, heads, size]."""
    if len(x.shape) != 3 or x.shape[2] % heads != 0:
        raise ShapeError(f'LinearAttention input {dims_text(x.shape)} with {heads} heads')
    return g.reshape(x, [*x.shape[:2], heads, x.shape[2] // heads])


def _repeated(g: Lowering, x: View, heads: int) -> View:
    """At least so many heads, each of x's in the place of several."""
    have = x.shape[2]
    return x if have >= heads else g.reshape(with_axis(x, 3, heads // have), [*x.shape[:2], heads, x.shape[3]])


def _token(x: View, t: int) -> View:
    return without_axis(sliced(x, 1, t, 1, 1), 1)
