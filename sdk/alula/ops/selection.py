"""Operators whose results have as many elements as the data says."""

from __future__ import annotations

from typing import Any

from alula.kernels.view import numel, ordered_strides
from alula.ops.attributes import normal_axis
from alula.ops.blocks import integers, numbers_of, picked
from alula.ops.registry import host_operator
from alula.tensor import Tensor, wrapped


@host_operator('NonZero', 9, folds=True)
def non_zero(x: Tensor) -> list[Any]:
    """The indices of the elements that are not 0: int64 [rank, count]."""
    strides = ordered_strides(x.dims, None)
    values = numbers_of(x)
    found = [i for i in range(len(values)) if values[i] != 0]
    rows = [i // strides[d] % size for d, size in enumerate(x.dims) for i in found]
    return [integers([len(x.dims), len(found)], rows)]


@host_operator('Compress', 9, folds=True)
def compress(x: Tensor, condition: Tensor, *, axis: int | None = None) -> list[Any]:
    """The entries of an axis, or the elements, for which the condition, which may be shorter, is true."""
    whole = _flat(x) if axis is None else x
    at = 0 if axis is None else normal_axis(axis, len(x.dims))
    count = min(whole.dims[at], condition.size)
    return [picked(whole, at, [i for i in range(count) if condition.array[i] != 0])]


@host_operator('Unique', 11, folds=True)
def unique(x: Tensor, *, axis: int | None = None, sorted: int = 1) -> list[Any]:
    """Distinct entries of an axis (else elements), where each is first, which of them each entry is, how often each
    occurs."""
    whole = _flat(x) if axis is None else x
    at = 0 if axis is None else normal_axis(axis, len(x.dims))
    count = whole.dims[at]
    columns = _columns(whole, at)
    order = list(range(count))
    # By the last column first: later sorts keep the order of equal ones.
    for column in reversed(columns):
        order = _sorted(order, column)
    firsts: list[int] = []
    which = [0 for _ in order]
    counts: list[int] = []
    for n, i in enumerate(order):
        if n == 0 or not _same(columns, order[n - 1], i):
            firsts.append(i)
            counts.append(0)
        which[i] = len(firsts) - 1
        counts[len(counts) - 1] += 1
    if sorted == 0:
        turn = _sorted(list(range(len(firsts))), firsts)
        places = _sorted(list(range(len(turn))), turn)
        which = [places[k] for k in which]
        counts = [counts[k] for k in turn]
        firsts = [firsts[k] for k in turn]
    distinct = len(firsts)
    return [
        picked(whole, at, firsts),
        integers([distinct], firsts),
        integers([count], which),
        integers([distinct], counts),
    ]


def _flat(x: Tensor) -> Tensor:
    return wrapped(x.dtype, x.array, [x.size])


def _columns(x: Tensor, axis: int) -> list[list[Any]]:
    """For each place in an entry of an axis what all entries have there."""
    values = numbers_of(x)
    width = numel(x.dims[axis + 1 :])
    size = x.dims[axis] * width
    return [
        values[row * size + column : (row + 1) * size : width]
        for row in range(numel(x.dims[:axis]))
        for column in range(width)
    ]


def _sorted(order: list[int], keys: list[Any]) -> list[int]:
    result = order[:]
    result.sort(key=lambda i: keys[i])
    return result


def _same(columns: list[list[Any]], a: int, b: int) -> bool:
    return all(column[a] == column[b] for column in columns)
