"""Convolution and pooling: products and reductions over sliding windows, channels last in memory."""

from __future__ import annotations

import math
from typing import Any

from alula.errors import AttributeValueError, ShapeError, UnsupportedFeatureError
from alula.kernels.expr import add, div, mul
from alula.kernels.view import View, dims_text, numel, transposed, windows
from alula.ops.matmul import accumulator
from alula.ops.normalize import per_channel
from alula.ops.registry import operator
from alula.plan.lower import Lowering


class Geometry:
    """Where a window stands: size, stride, dilation and padding per spatial dim, and how many outputs there are."""

    def __init__(
        self,
        sizes: list[int],
        kernel: list[int],
        strides: list[int] | None,
        dilations: list[int] | None,
        pads: list[int] | None,
        auto_pad: str,
        ceil_mode: bool,
    ) -> None:
        rank = len(sizes)
        self.kernel = kernel
        self.strides = [1 for _ in sizes] if strides is None else strides
        self.dilations = [1 for _ in sizes] if dilations is None else dilations
        _check_sizes('kernel_shape', kernel, rank)
        _check_sizes('strides', self.strides, rank)
        _check_sizes('dilations', self.dilations, rank)
        if pads is not None and len(pads) != 2 * rank:
            raise AttributeValueError('pads', f'{dims_text(pads)} does not fit {rank} spatial dims')
        self.before = [0 if pads is None else pads[d] for d in range(rank)]
        self.after = [0 if pads is None else pads[d + rank] for d in range(rank)]
        self.outputs = [0 for _ in range(rank)]
        for d in range(rank):
            self._fit(d, sizes[d], auto_pad, ceil_mode)

    def _fit(self, d: int, size: int, auto_pad: str, ceil_mode: bool) -> None:
        """Resolve `auto_pad`, count the outputs of dim d and pad its end so far that the last window fits."""
        reach = (self.kernel[d] - 1) * self.dilations[d] + 1
        stride = self.strides[d]
        if auto_pad == 'SAME_UPPER' or auto_pad == 'SAME_LOWER':
            count = (size + stride - 1) // stride
            total = max(0, (count - 1) * stride + reach - size)
            small = total // 2
            self.before[d] = small if auto_pad == 'SAME_UPPER' else total - small
            self.after[d] = total - self.before[d]
        elif auto_pad == 'VALID':
            self.before[d] = 0
            self.after[d] = 0
        elif auto_pad != 'NOTSET' and auto_pad != '':
            raise AttributeValueError('auto_pad', f"'{auto_pad}' is none of NOTSET, SAME_UPPER, SAME_LOWER and VALID")
        room = size + self.before[d] + self.after[d] - reach
        if room < 0:
            raise ShapeError(f'A window of {reach} does not fit spatial dim {d} of {size} with its padding')
        count = room // stride + 1
        if ceil_mode and room % stride != 0 and count * stride < size + self.before[d]:
            # The last window may hang over the end, but must begin inside the input or its leading padding.
            count += 1
            self.after[d] += (count - 1) * stride - room
        self.outputs[d] = count

    def has_padding(self) -> bool:
        return max(self.before) > 0 or max(self.after) > 0


def _check_sizes(name: str, sizes: list[int], rank: int) -> None:
    if len(sizes) != rank or min(sizes) < 1:
        raise AttributeValueError(name, f'{dims_text(sizes)} does not fit {rank} spatial dims')


def channels_last(rank: int) -> list[int]:
    """The memory order n, spatial…, c of a tensor whose dims are n, c, spatial…"""
    order = [0]
    order.extend(range(2, rank))
    order.append(1)
    return order


def padded_windows(g: Lowering, x: View, geometry: Geometry, value: float) -> View:
    """Windows over x[n, c, spatial…] as a view [n, c, outputs…, taps…] of x or of a copy, padded, channels last."""
    rank = len(x.shape)
    order = channels_last(rank)
    source = x
    if geometry.has_padding():
        before = [0, 0]
        after = [0, 0]
        before.extend(geometry.before)
        after.extend(geometry.after)
        source = g.padded(x, before, after, value, order)
    elif not _lies_in(x, order):
        source = g.copied(x, order)
    view = source
    for d in range(rank - 2):
        view = windows(view, 2 + d, geometry.kernel[d], geometry.strides[d], geometry.dilations[d])
    return view


def _lies_in(x: View, order: list[int]) -> bool:
    """Whether channels are innermost, without gaps between channels."""
    channel = len(x.shape) - 1
    return x.shape[1] == 1 or transposed(x, order).strides[channel] == 1


@operator('Conv', since=1)
def conv(
    g: Lowering,
    x: View,
    w: View,
    bias: View | None = None,
    *,
    auto_pad: str = 'NOTSET',
    dilations: list[int] | None = None,
    group: int = 1,
    kernel_shape: list[int] | None = None,
    pads: list[int] | None = None,
    strides: list[int] | None = None,
) -> View:
    """x[n, c, spatial…] with w[m, c / group, taps…]; gives [n, m, outputs…]."""
    if len(x.shape) < 3 or len(w.shape) != len(x.shape):
        raise ShapeError(f'Conv of {dims_text(x.shape)} with weights {dims_text(w.shape)}')
    if x.shape[1] != w.shape[1] * group or w.shape[0] % group != 0:
        raise ShapeError(f'Conv of {x.shape[1]} channels in {group} groups with weights {dims_text(w.shape)}')
    geometry = Geometry(x.shape[2:], w.shape[2:], strides, dilations, pads, auto_pad, False)
    view = padded_windows(g, x, geometry, 0.0)
    if group > 1 and w.shape[1] == 1 and w.shape[0] == group:
        result = _depthwise(g, view, w)
    else:
        result = _grouped(g, view, w, group)
    if bias is None:
        return result
    return g.map(add(result, per_channel(bias, len(x.shape))))


def _depthwise(g: Lowering, view: View, w: View) -> View:
    """One filter per channel: a sum over the taps of each window."""
    rank = len(w.shape)
    taps = len(w.shape) - 2
    order = list(range(2, rank))
    order.extend([0, 1])
    filters = g.copied(w, order)
    shape = [1, w.shape[0]]
    shape.extend([1 for _ in range(taps)])
    shape.extend(w.shape[2:])
    strides = [0, filters.strides[0]]
    strides.extend([0 for _ in range(taps)])
    strides.extend(filters.strides[2:])
    spread = View(filters.buffer, shape, strides, filters.offset)
    return g.reduce('sum', mul(view, spread), list(range(rank, rank + taps)), False)


def _grouped(g: Lowering, view: View, w: View, group: int) -> View:
    """Batch: the groups; rows: n and the outputs; depth: taps and the group's channels; cols: the group's filters."""
    rank = len(w.shape)
    spatial = rank - 2
    per_group = w.shape[1]
    filters = w.shape[0] // group
    # a[group, n, outputs…, taps…, c]
    shape = [group, view.shape[0]]
    strides = [view.strides[1] * per_group, view.strides[0]]
    for d in range(2, rank + spatial):
        shape.append(view.shape[d])
        strides.append(view.strides[d])
    shape.append(per_group)
    strides.append(view.strides[1])
    a = View(view.buffer, shape, strides, view.offset)
    # w[group, taps…, c, filters]
    shape = [group]
    strides = [w.strides[0] * filters]
    for d in range(2, rank):
        shape.append(w.shape[d])
        strides.append(w.strides[d])
    shape.extend([per_group, filters])
    strides.extend([w.strides[1], w.strides[0]])
    weights = View(w.buffer, shape, strides, w.offset)
    if group == 1:
        a = View(a.buffer, a.shape[1:], a.strides[1:], a.offset)
        weights = View(weights.buffer, weights.shape[1:], weights.strides[1:], weights.offset)
        out = g.contract(a, weights, 0, 1 + spatial, spatial + 1, None, accumulator(w.dtype))
        return transposed(out, _channel_second(rank))
    order = list(range(1, 2 + spatial))
    order.extend([0, 2 + spatial])
    out = g.contract(a, weights, 1, 1 + spatial, spatial + 1, order, accumulator(w.dtype))
    # out[group, n, outputs…, filters] lies in memory as n, outputs…, group, filters
    merged = transposed(out, order)
    shape = merged.shape[: 1 + spatial]
    shape.append(group * filters)
    return transposed(g.reshape(merged, shape), _channel_second(rank))


def _channel_second(rank: int) -> list[int]:
    """From n, outputs…, c to n, c, outputs…"""
    order = [0, rank - 1]
    order.extend(range(1, rank - 1))
    return order


@operator('MaxPool', since=1)
def max_pool(
    g: Lowering,
    x: View,
    *,
    kernel_shape: list[int] | None = None,
    auto_pad: str = 'NOTSET',
    ceil_mode: int = 0,
    dilations: list[int] | None = None,
    pads: list[int] | None = None,
    storage_order: int = 0,
    strides: list[int] | None = None,
) -> View:
    if g.output_count() > 1:
        raise UnsupportedFeatureError('the Indices output of MaxPool')
    geometry = _pool_geometry(x, kernel_shape, strides, dilations, pads, auto_pad, ceil_mode)
    view = padded_windows(g, x, geometry, _lowest(x.dtype))
    return g.reduce('max', view, list(range(len(x.shape), len(view.shape))), False)


def _lowest(dtype: str) -> float:
    lowest: dict[str, float] = {'int8': -128, 'uint8': 0}
    return lowest.get(dtype, -math.inf)


@operator('AveragePool', since=1)
def average_pool(
    g: Lowering,
    x: View,
    *,
    kernel_shape: list[int] | None = None,
    auto_pad: str = 'NOTSET',
    ceil_mode: int = 0,
    count_include_pad: int = 0,
    dilations: list[int] | None = None,
    pads: list[int] | None = None,
    strides: list[int] | None = None,
) -> View:
    geometry = _pool_geometry(x, kernel_shape, strides, dilations, pads, auto_pad, ceil_mode)
    view = padded_windows(g, x, geometry, 0.0)
    axes = list(range(len(x.shape), len(view.shape)))
    counts = _counted(g, x, geometry, count_include_pad != 0, pads)
    total = g.reduce('sum', view, axes, False)
    return g.map(div(total, counts))


def _counted(g: Lowering, x: View, geometry: Geometry, include_pad: bool, pads: list[int] | None) -> Any:
    """How many elements each window averages: a number where all agree, else a constant over the outputs."""
    whole = float(numel(geometry.kernel))
    if not geometry.has_padding():
        return whole
    spatial = len(geometry.kernel)
    shape = [1 for _ in range(spatial + 2)]
    values: list[Any] = [1.0]
    for d in range(spatial):
        # What ceil_mode added beyond the declared padding never counts.
        low = -geometry.before[d] if include_pad else 0
        declared = 0 if pads is None else pads[d + spatial]
        high = x.shape[2 + d] + (declared if include_pad else 0)
        here: list[float] = []
        for o in range(geometry.outputs[d]):
            start = o * geometry.strides[d] - geometry.before[d]
            inside = [t for t in range(geometry.kernel[d]) if low <= start + t * geometry.dilations[d] < high]
            here.append(float(len(inside)))
        values = [v * h for v in values for h in here]
        shape[2 + d] = geometry.outputs[d]
    return g.constant(x.dtype, shape, values)


def _pool_geometry(
    x: View,
    kernel_shape: list[int] | None,
    strides: list[int] | None,
    dilations: list[int] | None,
    pads: list[int] | None,
    auto_pad: str,
    ceil_mode: int,
) -> Geometry:
    if kernel_shape is None:
        raise AttributeValueError('kernel_shape', 'is required')
    return Geometry(x.shape[2:], kernel_shape, strides, dilations, pads, auto_pad, ceil_mode != 0)


@operator('GlobalAveragePool', since=1)
def global_average_pool(g: Lowering, x: View) -> View:
    rows = g.rowwise(x.shape, list(range(2, len(x.shape))))
    rows.row(div(rows.stage('sum', x), float(numel(x.shape[2:]))), True)
    return rows.done()[0]


@operator('GlobalMaxPool', since=1)
def global_max_pool(g: Lowering, x: View) -> View:
    return g.reduce('max', x, list(range(2, len(x.shape))), True)
