"""Operators that sort."""

from __future__ import annotations

from typing import Any

from alula.errors import ShapeError
from alula.kernels.view import View, transposed
from alula.ops.attributes import normal_axis, required
from alula.ops.gather import gather_elements
from alula.ops.registry import operator
from alula.plan.lower import Lowering


@operator('TopK', 1, '. k')
def top_k(
    g: Lowering, x: View, *, k: Any = None, axis: int = -1, largest: int = 1, sorted: int = 1
) -> list[View]:
    """The first `k` along an axis, sorted, and their indices; of equal ones the first first. `k` is an attribute before
    opset 10."""
    rank = len(x.shape)
    at = normal_axis(axis, rank)
    count = required('k', k)
    if isinstance(count, list):
        count = count[0]
    if count < 0 or count > x.shape[at]:
        raise ShapeError(f'The first {count} of an axis of size {x.shape[at]}')
    turn = [*[d for d in range(rank) if d != at], at]
    back = [*range(at), rank - 1, *range(at, rank - 1)]
    turned = transposed(x, turn)
    indices = g.ordered(turned, count, largest != 0)
    return [transposed(gather_elements(g, turned, indices, axis=-1), back), transposed(indices, back)]
