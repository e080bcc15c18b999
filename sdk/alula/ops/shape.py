"""Operators that rearrange: shapes, views, joins and splits. Most move nothing."""

from __future__ import annotations

import math
from typing import Any

from alula.dtypes import computed_as
from alula.errors import AttributeValueError, ShapeError
from alula.kernels.expr import add, cast, coord, div, ge, literal, mul, sub, where
from alula.kernels.view import (
    View,
    broadcast,
    broadcast_shapes,
    dims_text,
    numel,
    sliced,
    transposed,
    with_axis,
)
from alula.ops.attributes import normal_axes, normal_axis, required
from alula.ops.registry import operator
from alula.plan.lower import Lowering


@operator('Identity', 1)
def identity(g: Lowering, x: View) -> View:
    return x


@operator('Dropout', 1, '. . training_mode')
def dropout(
    g: Lowering,
    x: View,
    share: View | None,
    *,
    training_mode: list[int] | None = None,
    ratio: float = 0.5,
    is_test: int = 1,
    seed: int | None = None,
) -> list[Any]:
    """At inference the identity; the mask is all true. `ratio` is the input `share` from opset 12 on."""
    if training_mode is None or training_mode[0] == 0:
        return [x, broadcast(g.constant('bool', [], [1]), x.shape)]
    lost = cast(literal(ratio, 'float32') if share is None else share, 'float32')
    kept = g.map(ge(g.uniform(x.shape, seed), lost))
    return [where(kept, div(x, cast(sub(1.0, lost), x.dtype)), 0.0), kept]


@operator('Constant', 1)
def constant(
    g: Lowering,
    *,
    value: View | None = None,
    sparse_value: View | None = None,
    value_float: float | None = None,
    value_int: int | None = None,
    value_floats: list[float] | None = None,
    value_ints: list[int] | None = None,
    value_string: str | None = None,
    value_strings: list[str] | None = None,
) -> Any:
    if value_strings is not None:
        return g.texts(value_strings)
    if value_string is not None:
        return g.reshape(g.texts([value_string]), [])
    rows: list[list[Any]] = [['float32', value_float, value_floats], ['int64', value_int, value_ints]]
    for dtype, number, numbers in rows:
        if number is not None:
            return g.constant(dtype, [], [number])
        if numbers is not None:
            return g.constant(dtype, [len(numbers)], numbers)
    return required('value', value if sparse_value is None else sparse_value)


@operator('ConstantOfShape', 9, 'shape')
def constant_of_shape(g: Lowering, *, shape: Any = None, value: View | None = None) -> View:
    return broadcast(g.constant('float32', [], [0.0]) if value is None else g.reshape(value, []), shape)


@operator('Shape', 1)
def shape_(g: Lowering, x: View, *, start: int = 0, end: int | None = None) -> View:
    dims = x.shape[start:end]
    return g.constant('int64', [len(dims)], dims)


@operator('Size', 1)
def size(g: Lowering, x: View) -> View:
    return g.constant('int64', [], [numel(x.shape)])


@operator('Reshape', 5, '. shape')
def reshape(g: Lowering, x: View, *, shape: Any = None, allowzero: int = 0) -> View:
    """0 keeps the dim at that place (unless `allowzero`), -1 takes what is left."""
    kept = 0 if allowzero != 0 else len(x.shape)
    dims: list[int] = [x.shape[d] if size == 0 and d < kept else size for d, size in enumerate(shape)]
    count = numel(x.shape)
    if -1 in dims:
        known = numel([size for size in dims if size != -1])
        dims[dims.index(-1)] = count // known if known > 0 else 0
    if -1 in dims or numel(dims) != count:
        raise ShapeError(f'{dims_text(x.shape)} does not reshape to {dims_text(shape)}')
    return g.reshape(x, dims)


@operator('Flatten', 1)
def flatten(g: Lowering, x: View, *, axis: int = 1) -> View:
    if axis != len(x.shape):
        normal_axis(axis, len(x.shape))
    return g.reshape(x, [numel(x.shape[:axis]), numel(x.shape[axis:])])


@operator('Transpose', 1)
def transpose(g: Lowering, x: View, *, perm: list[int] | None = None) -> View:
    rank = len(x.shape)
    order = [rank - 1 - i for i in range(rank)] if perm is None else [normal_axis(a, rank) for a in perm]
    if len(order) != rank:
        raise ShapeError(f'perm has {len(order)} axes for rank {rank}')
    return transposed(x, order)


@operator('Squeeze', 1, '. axes')
def squeeze(g: Lowering, x: View, *, axes: list[int] | None = None) -> View:
    """`axes` is an attribute before opset 13."""
    rank = len(x.shape)
    gone = [d for d in range(rank) if x.shape[d] == 1] if axes is None else normal_axes(axes, rank)
    for axis in gone:
        if x.shape[axis] != 1:
            raise ShapeError(f'Squeeze of axis {axis} of {dims_text(x.shape)}')
    return transposed(x, [d for d in range(rank) if d not in gone])


@operator('Unsqueeze', 1, '. axes')
def unsqueeze(g: Lowering, x: View, *, axes: Any = None) -> View:
    """`axes` is an attribute before opset 13."""
    result = x
    for axis in normal_axes(required('axes', axes), len(x.shape) + len(axes)):
        result = with_axis(result, axis, 1)
    return result


@operator('Expand', 8, '. shape')
def expand(g: Lowering, x: View, *, shape: Any = None) -> View:
    """Broadcasts both ways: a dim of 1 in `shape` keeps that of x."""
    return broadcast(x, broadcast_shapes([x.shape, shape]))


@operator('Concat', 4)
def concat(g: Lowering, *inputs: View, axis: int = 1) -> View:
    first = inputs[0].shape
    at = normal_axis(axis, len(first))
    for view in inputs:
        if dims_text([*view.shape[:at], first[at], *view.shape[at + 1 :]]) != dims_text(first):
            raise ShapeError(f'{dims_text(view.shape)} and {dims_text(first)} do not join along axis {at}')
    return inputs[0] if len(inputs) == 1 else g.concatenated(list(inputs), at)


@operator('Split', 2, '. split')
def split_(
    g: Lowering, x: View, *, axis: int = 0, split: list[int] | None = None, num_outputs: int | None = None
) -> list[View]:
    """Equal parts where no sizes are given; the last is smaller where they don't divide. An attribute before 13."""
    at = normal_axis(axis, len(x.shape))
    total = x.shape[at]
    parts = g.output_count if num_outputs is None else num_outputs
    step = (total + parts - 1) // parts
    sizes = [_clamped(total - i * step, 0, step) for i in range(parts)] if split is None else split
    if sum(sizes) != total:
        raise ShapeError(f'Split sizes {dims_text(sizes)} do not add up to {total}')
    views: list[View] = []
    start = 0
    for part in sizes:
        views.append(sliced(x, at, start, part, 1))
        start += part
    return views


@operator('Slice', 1, '. starts ends axes steps')
def slice_(
    g: Lowering,
    x: View,
    *,
    starts: Any = None,
    ends: Any = None,
    axes: list[int] | None = None,
    steps: list[int] | None = None,
) -> View:
    """NumPy's slice per axis; what lies outside is cut off. All are attributes before opset 10."""
    result = x
    required('ends', ends)
    for i, start in enumerate(required('starts', starts)):
        axis = normal_axis(i if axes is None else axes[i], len(x.shape))
        dim = x.shape[axis]
        step = 1 if steps is None else steps[i]
        if step == 0:
            raise ShapeError('Slice with step 0')
        low = 0 if step > 0 else -1
        # A start before the first element is moved to it, also backwards, where NumPy would give nothing.
        first = _clamped(start + dim if start < 0 else start, 0, dim + low)
        last = _clamped(ends[i] + dim if ends[i] < 0 else ends[i], low, dim + low)
        result = sliced(result, axis, first, max(0 - (first - last) // step, 0), step)
    return result


def _clamped(x: int, low: int, high: int) -> int:
    return min(max(x, low), high)


def trailing(view: View, count: int) -> View:
    """The view with `count` dims of size 1 behind its own."""
    result = view
    for _ in range(count):
        result = with_axis(result, len(result.shape), 1)
    return result


@operator('Pad', 2, '. pads value axes')
def pad(
    g: Lowering,
    x: View,
    *,
    mode: str = 'constant',
    pads: list[int] | None = None,
    value: Any = 0.0,
    axes: list[int] | None = None,
) -> View:
    """`pads` has the beginnings of all axes, then the ends; negative ones crop. An attribute before opset 11."""
    given = required('pads', pads)
    count = len(given) // 2
    before = [0 for _ in x.shape]
    after = before[:]
    inner = x
    for i, axis in enumerate(range(count) if axes is None else axes):
        d = normal_axis(axis, len(x.shape))
        before[d] = max(0, given[i])
        after[d] = max(0, given[i + count])
        low = before[d] - given[i]
        inner = sliced(inner, d, low, x.shape[d] - low - after[d] + given[i + count], 1)
    if mode == 'constant':
        return g.padded(inner, before, after, value[0] if isinstance(value, list) else value, None)
    for d in range(len(before)):
        if before[d] + after[d] > 0:
            inner = g.concatenated(
                [_border(inner, d, before[d], mode, True), inner, _border(inner, d, after[d], mode, False)], d
            )
    return inner


def _border(x: View, axis: int, count: int, mode: str, front: bool) -> View:
    """`count` elements before or after an axis: mirrored at the edge, the edge repeated, or starting over."""
    dim = x.shape[axis]
    step = 1
    start = dim - count if front else 0
    if mode == 'edge':
        step = 0
        start = 0 if front else dim - 1
    elif mode == 'reflect':
        step = -1
        start = count if front else dim - 2
    end = start + (count - 1) * step
    if count > 0 and (min(start, end) < 0 or max(start, end) >= dim) or mode not in ['edge', 'reflect', 'wrap']:
        raise AttributeValueError('mode', f"'{mode}' with a border of {count} on an axis of {dim} is not supported")
    return sliced(x, axis, start, count, step)


@operator('Range', 11, '. limit delta')
def range_(g: Lowering, start: View, *, limit: Any = None, delta: Any = None, stash_type: int = 1) -> View:
    """start, start + delta, …, before `limit`. Floats of 16 bits are computed in 32 or more, whatever `stash_type`."""
    first = g.numbers(start, 'start')[0]
    count = max(0, math.ceil((limit[0] - first) / delta[0]))
    wide = computed_as(start.dtype)
    return g.map_over(cast(add(mul(cast(coord(0), wide), delta[0]), first), start.dtype), [count])
