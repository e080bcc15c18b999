"""Operators whose results have as many elements as the data says: what they select by must be known while planning."""

from __future__ import annotations

from typing import Any

from alula.kernels.view import View, numel, ordered_strides, transposed
from alula.ops.attributes import normal_axis
from alula.ops.gather import gather
from alula.ops.registry import operator
from alula.plan.lower import Lowering


@operator('NonZero', 9)
def non_zero(g: Lowering, x: View) -> View:
    """The indices of the elements that are not 0: [rank, count]."""
    strides = ordered_strides(x.shape, None)
    values = g.numbers(x, 'x')
    found = [i for i in range(len(values)) if values[i] != 0]
    rows = [i // strides[d] % size for d, size in enumerate(x.shape) for i in found]
    return g.constant('int64', [len(x.shape), len(found)], rows)


@operator('Compress', 9, '. condition')
def compress(g: Lowering, x: View, *, condition: Any = None, axis: int | None = None) -> Any:
    """The entries of an axis, or the elements, for which the condition, which may be shorter, is true."""
    chosen = [i for i in range(len(condition)) if condition[i] != 0]
    indices = g.constant('int64', [len(chosen)], chosen)
    if axis is None:
        return gather(g, g.reshape(x, [numel(x.shape)]), indices, axis=0)
    return gather(g, x, indices, axis=axis)


@operator('Unique', 11)
def unique(g: Lowering, x: View, *, axis: int | None = None, sorted: int = 1) -> list[Any]:
    """Distinct entries of an axis (else elements), where each is first, which of them each entry is, how often each
    occurs."""
    at = 0 if axis is None else normal_axis(axis, len(x.shape))
    whole = g.reshape(x, [numel(x.shape)]) if axis is None else x
    count = whole.shape[at]
    entries = g.numbers(transposed(whole, [at, *[d for d in range(len(whole.shape)) if d != at]]), 'x')
    width = len(entries) // max(count, 1)
    order = list(range(count))
    # By the last column first: later sorts keep the order of equal ones.
    for column in range(width - 1, -1, -1):
        values = entries[column::width]
        order = _sorted(order, values)
    firsts: list[int] = []
    which = [0 for _ in order]
    counts: list[int] = []
    for n, i in enumerate(order):
        if n == 0 or not _same(entries, order[n - 1] * width, i * width, width):
            firsts.append(i)
            counts.append(0)
        which[i] = len(firsts) - 1
        counts[len(counts) - 1] += 1
    if sorted == 0:
        turn = _sorted(list(range(len(firsts))), firsts)
        which = [turn.index(k) for k in which]
        counts = [counts[k] for k in turn]
        firsts = [firsts[k] for k in turn]
    places = g.constant('int64', [len(firsts)], firsts)
    return [
        gather(g, whole, places, axis=at),
        places,
        g.constant('int64', [count], which),
        g.constant('int64', [len(counts)], counts),
    ]


def _sorted(order: list[int], keys: list[Any]) -> list[int]:
    result = order[:]
    result.sort(key=lambda i: keys[i])
    return result


def _same(values: list[Any], a: int, b: int, count: int) -> bool:
    return all(values[a + j] == values[b + j] for j in range(count))
