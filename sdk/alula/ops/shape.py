"""Operators that rearrange: shapes, views, joins and splits. Most move nothing."""

from __future__ import annotations

from typing import Any

from alula.errors import AttributeValueError, ShapeError
from alula.kernels.expr import add, cast, clamp, coord, ge, load, logical_or, lt, mul, where
from alula.kernels.view import (
    View,
    broadcast,
    broadcast_shapes,
    dims_text,
    numel,
    sliced,
    transposed,
    with_axis,
    without_axis,
)
from alula.ops.attributes import normal_axes, normal_axis
from alula.ops.registry import operator
from alula.plan.lower import Lowering


@operator('Identity', since=1)
def identity(g: Lowering, x: View) -> View:
    return x


@operator('Dropout', since=1)
def dropout_1(g: Lowering, x: View, *, ratio: float = 0.5, is_test: int = 1) -> Any:
    """At inference the identity; the mask, if asked for, is all true."""
    return x if g.output_count() < 2 else [x, broadcast(g.constant('bool', [], [1]), x.shape)]


@operator('Dropout', since=12)
def dropout(g: Lowering, x: View, ratio: View | None = None, training: View | None = None, *, seed: int = 0) -> Any:
    """As dropout_1; a model that asks for training is refused."""
    if training is not None and g.numbers(training, 'training_mode')[0] != 0:
        raise AttributeValueError('training_mode', 'must be false: Alula runs models, it does not train them')
    return dropout_1(g, x)


@operator('Constant', since=1)
def constant(
    g: Lowering,
    *,
    value: View | None = None,
    value_float: float | None = None,
    value_int: int | None = None,
    value_floats: list[float] | None = None,
    value_ints: list[int] | None = None,
) -> View:
    if value is not None:
        return value
    if value_float is not None:
        return g.constant('float32', [], [value_float])
    if value_int is not None:
        return g.constant('int64', [], [value_int])
    if value_floats is not None:
        return g.constant('float32', [len(value_floats)], value_floats)
    if value_ints is not None:
        return g.constant('int64', [len(value_ints)], value_ints)
    raise AttributeValueError('value', 'is required, as a tensor or as numbers')


@operator('ConstantOfShape', since=9)
def constant_of_shape(g: Lowering, shape: View, *, value: View | None = None) -> View:
    one = g.constant('float32', [], [0.0]) if value is None else g.reshape(value, [])
    return broadcast(one, g.numbers(shape, 'shape'))


@operator('Shape', since=1)
def shape_(g: Lowering, x: View, *, start: int = 0, end: int | None = None) -> View:
    rank = len(x.shape)
    first = _clamped(start + rank if start < 0 else start, 0, rank)
    last = rank if end is None else _clamped(end + rank if end < 0 else end, 0, rank)
    dims = x.shape[first:last] if first < last else []
    return g.constant('int64', [len(dims)], dims)


def _clamped(x: int, low: int, high: int) -> int:
    return low if x < low else (high if x > high else x)


@operator('Size', since=1)
def size(g: Lowering, x: View) -> View:
    return g.constant('int64', [], [numel(x.shape)])


@operator('Reshape', since=5)
def reshape(g: Lowering, x: View, shape: View, *, allowzero: int = 0) -> View:
    """0 keeps the dim at that place (unless `allowzero`), -1 takes what is left."""
    dims = g.numbers(shape, 'shape')
    free = -1
    known = 1
    for i in range(len(dims)):
        if dims[i] == 0 and allowzero == 0:
            if i >= len(x.shape):
                raise ShapeError(f'Reshape to {dims_text(dims)} keeps dim {i}, which {dims_text(x.shape)} has not')
            dims[i] = x.shape[i]
        if dims[i] == -1:
            if free >= 0:
                raise ShapeError(f'Reshape to {dims_text(dims)} leaves more than one dim open')
            free = i
        else:
            known *= dims[i]
    count = numel(x.shape)
    if free >= 0:
        dims[free] = count // known if known > 0 else 0
    if numel(dims) != count:
        raise ShapeError(f'{dims_text(x.shape)} does not reshape to {dims_text(dims)}')
    return g.reshape(x, dims)


@operator('Flatten', since=1)
def flatten(g: Lowering, x: View, *, axis: int = 1) -> View:
    at = axis + len(x.shape) if axis < 0 else axis
    if at < 0 or at > len(x.shape):
        raise ShapeError(f'Axis {axis} is out of range for rank {len(x.shape)}')
    return g.reshape(x, [numel(x.shape[:at]), numel(x.shape[at:])])


@operator('Transpose', since=1)
def transpose(g: Lowering, x: View, *, perm: list[int] | None = None) -> View:
    rank = len(x.shape)
    order = [rank - 1 - i for i in range(rank)] if perm is None else [normal_axis(a, rank) for a in perm]
    if len(order) != rank:
        raise ShapeError(f'perm has {len(order)} axes for rank {rank}')
    return transposed(x, order)


@operator('Squeeze', since=1)
def squeeze_1(g: Lowering, x: View, *, axes: list[int] | None = None) -> View:
    return _squeezed(x, axes)


@operator('Squeeze', since=13)
def squeeze(g: Lowering, x: View, axes: View | None = None) -> View:
    return _squeezed(x, None if axes is None else g.numbers(axes, 'axes'))


def _squeezed(x: View, axes: list[int] | None) -> View:
    rank = len(x.shape)
    gone = [i for i in range(rank) if x.shape[i] == 1] if axes is None else normal_axes(axes, rank)
    result = x
    for back in range(len(gone)):
        axis = gone[len(gone) - 1 - back]
        if x.shape[axis] != 1:
            raise ShapeError(f'Squeeze of axis {axis}, whose size is {x.shape[axis]} in {dims_text(x.shape)}')
        result = without_axis(result, axis)
    return result


@operator('Unsqueeze', since=1)
def unsqueeze_1(g: Lowering, x: View, *, axes: list[int] | None = None) -> View:
    if axes is None:
        raise AttributeValueError('axes', 'is required')
    return _unsqueezed(x, axes)


@operator('Unsqueeze', since=13)
def unsqueeze(g: Lowering, x: View, axes: View) -> View:
    return _unsqueezed(x, g.numbers(axes, 'axes'))


def _unsqueezed(x: View, axes: list[int]) -> View:
    result = x
    for axis in normal_axes(axes, len(x.shape) + len(axes)):
        result = with_axis(result, axis, 1)
    return result


@operator('Expand', since=8)
def expand(g: Lowering, x: View, shape: View) -> View:
    """Broadcasts both ways: a dim of 1 in `shape` keeps that of x."""
    return broadcast(x, broadcast_shapes([x.shape, g.numbers(shape, 'shape')]))


@operator('Concat', since=4)
def concat(g: Lowering, *inputs: View, axis: int = 1) -> View:
    at = normal_axis(axis, len(inputs[0].shape))
    for view in inputs:
        for d in range(len(inputs[0].shape)):
            if len(view.shape) != len(inputs[0].shape) or (d != at and view.shape[d] != inputs[0].shape[d]):
                raise ShapeError(
                    f'{dims_text(view.shape)} and {dims_text(inputs[0].shape)} do not join along axis {at}'
                )
    return inputs[0] if len(inputs) == 1 else g.concatenated(list(inputs), at)


@operator('Split', since=2)
def split_2(g: Lowering, x: View, *, axis: int = 0, split: list[int] | None = None) -> list[View]:
    return _split(g, x, axis, split, None)


@operator('Split', since=13)
def split_13(
    g: Lowering, x: View, split: View | None = None, *, axis: int = 0, num_outputs: int | None = None
) -> list[View]:
    return _split(g, x, axis, None if split is None else g.numbers(split, 'split'), num_outputs)


def _split(g: Lowering, x: View, axis: int, sizes: list[int] | None, count: int | None) -> list[View]:
    """Equal parts where no sizes are given; the last is smaller where they don't divide."""
    at = normal_axis(axis, len(x.shape))
    total = x.shape[at]
    if sizes is None:
        parts = g.output_count() if count is None else count
        step = (total + parts - 1) // parts
        sizes = [_clamped(total - i * step, 0, step) for i in range(parts)]
    if sum(sizes) != total:
        raise ShapeError(f'Split sizes {dims_text(sizes)} do not add up to {total}')
    views: list[View] = []
    start = 0
    for part in sizes:
        views.append(sliced(x, at, start, part, 1))
        start += part
    return views


@operator('Slice', since=1)
def slice_1(
    g: Lowering,
    x: View,
    *,
    starts: list[int] | None = None,
    ends: list[int] | None = None,
    axes: list[int] | None = None,
) -> View:
    if starts is None or ends is None:
        raise AttributeValueError('starts', 'is required, and so is ends')
    return _sliced(x, starts, ends, axes, None)


@operator('Slice', since=10)
def slice_10(
    g: Lowering, x: View, starts: View, ends: View, axes: View | None = None, steps: View | None = None
) -> View:
    return _sliced(
        x,
        g.numbers(starts, 'starts'),
        g.numbers(ends, 'ends'),
        None if axes is None else g.numbers(axes, 'axes'),
        None if steps is None else g.numbers(steps, 'steps'),
    )


def _sliced(x: View, starts: list[int], ends: list[int], axes: list[int] | None, steps: list[int] | None) -> View:
    """NumPy's slice per axis; what lies outside is cut off."""
    result = x
    for i in range(len(starts)):
        axis = normal_axis(i if axes is None else axes[i], len(x.shape))
        dim = x.shape[axis]
        step = 1 if steps is None else steps[i]
        if step == 0:
            raise ShapeError('Slice with step 0')
        start = starts[i] + dim if starts[i] < 0 else starts[i]
        end = ends[i] + dim if ends[i] < 0 else ends[i]
        if step > 0:
            start = _clamped(start, 0, dim)
            count = (_clamped(end, 0, dim) - start + step - 1) // step
        else:
            start = _clamped(start, -1, dim - 1)
            count = (start - _clamped(end, -1, dim - 1) - step - 1) // -step
        result = sliced(result, axis, start, max(count, 0), step)
    return result


@operator('Gather', since=1)
def gather(g: Lowering, x: View, indices: View, *, axis: int = 0) -> View:
    """Entries of `axis` at `indices` (negative: from the end), which replace that axis in the result's shape."""
    at = normal_axis(axis, len(x.shape))
    dim = x.shape[at]
    if indices.buffer.is_constant and len(indices.shape) == 0:
        index = g.numbers(indices, 'indices')[0]
        if index < -dim or index >= dim:
            raise ShapeError(f'Gather at index {index} of an axis of size {dim}')
        return without_axis(sliced(x, at, index + dim if index < 0 else index, 1, 1), at)
    shape = x.shape[:at]
    shape.extend(indices.shape)
    shape.extend(x.shape[at + 1 :])
    plain = g.contiguous(x)
    # indices, broadcast over the dims of x that lie after `axis`
    g.check(logical_or(lt(indices, -dim), ge(indices, dim)), f'An index is out of range for an axis of size {dim}')
    raw = cast(_trailing(indices, len(x.shape) - at - 1), 'int32')
    # An index out of range is reported after the run; until then it must not reach beyond the tensor.
    picked = clamp(where(lt(raw, 0), add(raw, dim), raw), 0, dim - 1)
    inner = numel(x.shape[at + 1 :])
    index = mul(picked, inner)
    step = inner
    for d in range(len(x.shape) - at - 1):
        step = step // x.shape[at + 1 + d]
        index = add(index, mul(coord(at + len(indices.shape) + d), step))
    step = inner * dim
    for back in range(at):
        d = at - 1 - back
        index = add(index, mul(coord(d), step))
        step *= x.shape[d]
    return g.map_over(load(plain, index), shape)


def _trailing(view: View, count: int) -> View:
    result = view
    for _ in range(count):
        result = with_axis(result, len(result.shape), 1)
    return result


@operator('Pad', since=2)
def pad_2(g: Lowering, x: View, *, mode: str = 'constant', pads: list[int] | None = None, value: float = 0.0) -> View:
    if pads is None:
        raise AttributeValueError('pads', 'is required')
    return _padded(g, x, pads, value, mode)


@operator('Pad', since=11)
def pad(
    g: Lowering, x: View, pads: View, value: View | None = None, axes: View | None = None, *, mode: str = 'constant'
) -> View:
    rank = len(x.shape)
    given = g.numbers(pads, 'pads')
    chosen = list(range(rank)) if axes is None else [normal_axis(a, rank) for a in g.numbers(axes, 'axes')]
    full = [0 for _ in range(2 * rank)]
    for i in range(len(chosen)):
        full[chosen[i]] = given[i]
        full[chosen[i] + rank] = given[i + len(chosen)]
    return _padded(g, x, full, 0.0 if value is None else g.numbers(value, 'constant_value')[0], mode)


def _padded(g: Lowering, x: View, pads: list[int], value: float, mode: str) -> View:
    """Pads as ONNX lists them: the beginnings of all axes, then the ends; negative ones crop."""
    rank = len(x.shape)
    inner = x
    for d in range(rank):
        crop_before = max(0, -pads[d])
        crop_after = max(0, -pads[d + rank])
        inner = sliced(inner, d, crop_before, inner.shape[d] - crop_before - crop_after, 1)
    before = [max(0, p) for p in pads[:rank]]
    after = [max(0, p) for p in pads[rank:]]
    if mode == 'constant':
        return g.padded(inner, before, after, value, None)
    for d in range(rank):
        inner = _extended(g, inner, d, before[d], after[d], mode)
    return inner


def _extended(g: Lowering, x: View, axis: int, before: int, after: int, mode: str) -> View:
    """One axis continued by its own elements: mirrored at the edge, the edge repeated, or starting over."""
    dim = x.shape[axis]
    result = x
    if before > 0:
        result = g.concatenated([_border(x, axis, before, dim, mode, True), result], axis)
    if after > 0:
        result = g.concatenated([result, _border(x, axis, after, dim, mode, False)], axis)
    return result


def _border(x: View, axis: int, count: int, dim: int, mode: str, front: bool) -> View:
    if mode == 'edge':
        edge = sliced(x, axis, 0 if front else dim - 1, 1, 1)
        shape = edge.shape[:]
        shape[axis] = count
        return View(edge.buffer, shape, [0 if d == axis else edge.strides[d] for d in range(len(shape))], edge.offset)
    if mode == 'reflect' and count < dim:
        return sliced(x, axis, count if front else dim - 2, count, -1)
    if mode == 'wrap' and count <= dim:
        return sliced(x, axis, dim - count if front else 0, count, 1)
    raise AttributeValueError('mode', f"'{mode}' with a border of {count} on an axis of {dim} is not supported")


@operator('Range', since=11)
def range_(g: Lowering, start: View, limit: View, delta: View) -> View:
    first = g.numbers(start, 'start')[0]
    step = g.numbers(delta, 'delta')[0]
    count = max(0, -((first - g.numbers(limit, 'limit')[0]) // step))
    return g.map_over(add(mul(cast(coord(0), start.dtype), step), first), [int(count)])
