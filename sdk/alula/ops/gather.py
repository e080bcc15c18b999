"""Operators that read elements at computed places: Maps that load."""

from __future__ import annotations

from typing import Any

from alula.errors import ShapeError
from alula.kernels.expr import Expr, add, cast, clamp, coord, eq, ge, load, logical_or, lt, mul, sub, to_expr, where
from alula.kernels.view import View, dims_text, ordered_strides, sliced, with_axis, without_axis
from alula.ops.attributes import normal_axis
from alula.ops.registry import operator
from alula.ops.shape import trailing
from alula.plan.lower import Lowering


def index_of(g: Lowering, indices: View, dim: int) -> Expr:
    """Indices into an axis of size `dim` as int32, those below 0 counted from its end.

    One out of range is reported after the run; until then it must not reach beyond the tensor.
    """
    g.check(logical_or(lt(indices, -dim), ge(indices, dim)), f'An index is out of range for an axis of size {dim}')
    raw = cast(indices, 'int32')
    return clamp(where(lt(raw, 0), add(raw, dim), raw), 0, dim - 1)


def place_of(indices: list[Any], strides: list[int]) -> Expr:
    """The linear index of an element: Σ of its index along each dim times the stride."""
    place = mul(to_expr(indices[0], 'int32'), strides[0])
    for d in range(1, len(indices)):
        place = add(place, mul(to_expr(indices[d], 'int32'), strides[d]))
    return place


def coords(first: int, count: int) -> list[Any]:
    """The index along each of `count` dims from `first` on."""
    return [coord(first + d) for d in range(count)]


@operator('Gather', 1)
def gather(g: Lowering, x: View, indices: View, *, axis: int = 0) -> Any:
    """Entries of `axis` at `indices` (negative: from the end), which replace that axis in the result's shape."""
    rank = len(x.shape)
    at = normal_axis(axis, rank)
    dim = x.shape[at]
    if indices.buffer.is_constant and len(indices.shape) == 0:
        index = g.numbers(indices, 'indices')[0]
        if index < -dim or index >= dim:
            raise ShapeError(f'Index {index} is out of range for an axis of size {dim}')
        return without_axis(sliced(x, at, index + dim if index < 0 else index, 1, 1), at)
    after = rank - at - 1
    found = index_of(g, trailing(indices, after), dim)
    place = place_of([*coords(0, at), found, *coords(at + len(indices.shape), after)], ordered_strides(x.shape, None))
    return g.map_over(load(g.contiguous(x), place), [*x.shape[:at], *indices.shape, *x.shape[at + 1 :]])


def places_along(g: Lowering, shape: list[int], indices: View, axis: int) -> Expr:
    """For each of `indices` the linear index in a tensor of `shape` of the element at the same place but for `axis`,
    where the index tells."""
    rank = len(shape)
    if len(indices.shape) != rank:
        raise ShapeError(f'Indices {dims_text(indices.shape)} for a tensor {dims_text(shape)}')
    at = normal_axis(axis, rank)
    where_to = coords(0, rank)
    where_to[at] = index_of(g, indices, shape[at])
    return place_of(where_to, ordered_strides(shape, None))


@operator('GatherElements', 11)
def gather_elements(g: Lowering, x: View, indices: View, *, axis: int = 0) -> View:
    return g.map_over(load(g.contiguous(x), places_along(g, x.shape, indices, axis)), indices.shape)


def places_of_rows(g: Lowering, shape: list[int], indices: View, batch: int) -> Expr:
    """`indices[b…, i…, :]` name slices of a tensor of `shape`, which has the dims b… too: the linear indices of their
    elements, over [b…, i…, rest…]."""
    last = len(indices.shape) - 1
    depth = indices.shape[last]
    if batch + depth > len(shape):
        raise ShapeError(f'Indices {dims_text(indices.shape)} for a tensor {dims_text(shape)}')
    rest = len(shape) - batch - depth
    where_to = coords(0, batch)
    for j in range(depth):
        column = trailing(without_axis(sliced(indices, last, j, 1, 1), last), rest)
        where_to.append(index_of(g, column, shape[batch + j]))
    where_to.extend(coords(last, rest))
    return place_of(where_to, ordered_strides(shape, None))


@operator('GatherND', 11)
def gather_nd(g: Lowering, x: View, indices: View, *, batch_dims: int = 0) -> View:
    last = len(indices.shape) - 1
    shape = [*indices.shape[:last], *x.shape[batch_dims + indices.shape[last] :]]
    return g.map_over(load(g.contiguous(x), places_of_rows(g, x.shape, indices, batch_dims)), shape)


@operator('ReverseSequence', 10)
def reverse_sequence(g: Lowering, x: View, lengths: View, *, batch_axis: int = 1, time_axis: int = 0) -> View:
    """The first `lengths[b]` entries of each sequence backwards, the others as they are."""
    return reversed_within(g, x, lengths, batch_axis, time_axis)


def reversed_within(g: Lowering, x: View, lengths: View, batch_axis: int, time_axis: int) -> View:
    rank = len(x.shape)
    where_to = coords(0, rank)
    length = cast(trailing(lengths, rank - 1 - batch_axis), 'int32')
    time = coord(time_axis)
    where_to[time_axis] = where(lt(time, length), sub(sub(length, 1), time), time)
    return g.map_over(load(g.contiguous(x), place_of(where_to, ordered_strides(x.shape, None))), x.shape)


@operator('OneHot', 9, '. depth .')
def one_hot(g: Lowering, indices: View, values: View, *, depth: Any = None, axis: int = -1) -> View:
    """`values` is [off, on]. An index out of range switches nothing on."""
    at = normal_axis(axis, len(indices.shape) + 1)
    size = int(depth[0])
    raw = cast(with_axis(indices, at, 1), 'int32')
    shape = indices.shape[:]
    shape.insert(at, size)
    hit = eq(where(lt(raw, 0), add(raw, size), raw), coord(at))
    off = without_axis(sliced(values, 0, 0, 1, 1), 0)
    return g.map_over(where(hit, without_axis(sliced(values, 0, 1, 1, 1), 0), off), shape)
