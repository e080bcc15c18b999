"""Convolution and pooling: products and reductions over sliding windows, channels last in memory."""

from __future__ import annotations

import math
from typing import Any

from alula.dtypes import bounds, is_float
from alula.errors import AttributeValueError, ShapeError
from alula.kernels.expr import add, cast, clamp, coord, div, floor_mod, mul, sigmoid, sub
from alula.kernels.view import (
    View,
    broadcast,
    dims_text,
    numel,
    ordered_strides,
    sliced,
    transposed,
    windows,
    with_axis,
    without_axis,
)
from alula.ops.attributes import required
from alula.ops.normalize import per_channel
from alula.ops.reduce import norm_over
from alula.ops.registry import operator
from alula.plan.lower import Lowering


class Geometry:
    """Where a window stands: size, stride, dilation and padding per spatial dim."""

    def __init__(
        self,
        sizes: list[int],
        kernel: list[int],
        strides: list[int] | None,
        dilations: list[int] | None,
        pads: list[int] | None,
        auto_pad: str,
        ceil_mode: int,
    ) -> None:
        rank = len(sizes)
        self.kernel = sizes_of('kernel_shape', kernel, rank, 1)
        self.strides = sizes_of('strides', strides, rank, 1)
        self.dilations = sizes_of('dilations', dilations, rank, 1)
        padding = pads_of(pads, auto_pad, rank)
        self.before = padding[:rank]
        self.after = padding[rank:]
        # How much of `after` is not the model's padding: the last window hangs over its end (`ceil_mode`).
        self.beyond = [0 for _ in sizes]
        for d, size in enumerate(sizes):
            reach = (self.kernel[d] - 1) * self.dilations[d] + 1
            stride = self.strides[d]
            if auto_pad.startswith('SAME'):
                total = max(0, (size - 1) // stride * stride + reach - size)
                self.before[d] = (total if auto_pad == 'SAME_UPPER' else total + 1) // 2
                self.after[d] = total - self.before[d]
            room = size + self.before[d] + self.after[d] - reach
            if room < 0:
                raise ShapeError(f'A window of {reach} does not fit spatial dim {d} of {size} with its padding')
            step = room // stride * stride + stride
            if ceil_mode != 0 and room % stride != 0 and step < size + self.before[d]:
                # The last window must begin inside the input or its leading padding.
                self.beyond[d] = step - room
                self.after[d] += self.beyond[d]

    def has_padding(self) -> bool:
        return max(self.before) > 0 or max(self.after) > 0


def sizes_of(name: str, given: list[int] | None, count: int, least: int) -> list[int]:
    """An attribute with so many numbers; the least of each where it says nothing."""
    if given is None:
        return [least for _ in range(count)]
    if len(given) != count or min(given) < least:
        raise AttributeValueError(name, f'must be {count} numbers, none below {least}, not {dims_text(given)}')
    return given


def pads_of(pads: list[int] | None, auto_pad: str, rank: int) -> list[int]:
    """The padding before and behind `rank` dims where it is given, else zeros."""
    if auto_pad not in ['NOTSET', '', 'SAME_UPPER', 'SAME_LOWER', 'VALID']:
        raise AttributeValueError('auto_pad', f"'{auto_pad}' is none of NOTSET, SAME_UPPER, SAME_LOWER and VALID")
    return sizes_of('pads', None if auto_pad == 'VALID' else pads, 2 * rank, 0)


def _windows(g: Lowering, x: View, geometry: Geometry, value: float) -> View:
    """Windows over x[n, c, spatial…] as a view [n, c, outputs…, taps…] of x or of a copy, padded, channels last."""
    rank = len(x.shape)
    order = [0, *range(2, rank), 1]
    view = x
    if geometry.has_padding():
        view = g.padded(x, [0, 0, *geometry.before], [0, 0, *geometry.after], value, order)
    elif x.shape[1] != 1 and x.strides[1] != 1:
        view = g.copied(x, order)
    for d, size in enumerate(geometry.kernel):
        view = windows(view, 2 + d, size, geometry.strides[d], geometry.dilations[d])
    return view


@operator('Conv', 1, '. . .')
def conv(
    g: Lowering,
    x: View,
    w: View,
    bias: View | None,
    *,
    auto_pad: str = 'NOTSET',
    dilations: list[int] | None = None,
    group: int = 1,
    kernel_shape: list[int] | None = None,
    pads: list[int] | None = None,
    strides: list[int] | None = None,
) -> Any:
    """x[n, c, spatial…] with w[m, c / group, taps…]; gives [n, m, outputs…]."""
    rank = len(x.shape)
    if rank < 3 or len(w.shape) != rank or x.shape[1] != w.shape[1] * group or w.shape[0] % group != 0:
        raise ShapeError(f'Conv of {dims_text(x.shape)} in {group} groups with weights {dims_text(w.shape)}')
    view = _windows(g, x, Geometry(x.shape[2:], w.shape[2:], strides, dilations, pads, auto_pad, 0), 0.0)
    result = product(g, view, w, group)
    return result if bias is None else add(result, per_channel(bias, x))


@operator('CausalConvWithState', 27, '. . . .')
def causal_conv_with_state(
    g: Lowering,
    x: View,
    w: View,
    bias: View | None,
    past: View | None,
    *,
    activation: str = 'none',
    dilation: int = 1,
) -> list[Any]:
    """Each channel of x[n, c, time] filtered by w[c, 1, taps], whose last tap is now. `past` is what came before x; the
    second result what comes before its continuation. com.microsoft alone has `dilation`."""
    if activation not in ['none', 'silu', 'swish']:
        raise AttributeValueError('activation', f"must be 'none', 'silu' or 'swish', not '{activation}'")
    taps = (w.shape[2] - 1) * dilation
    known = g.padded(x, [0, 0, taps], [0, 0, 0], 0.0, None) if past is None else g.concatenated([past, x], 2)
    result = conv(g, known, w, bias, dilations=[dilation], group=x.shape[1])
    present = sliced(known, 2, known.shape[2] - taps, taps, 1)
    return [result if activation == 'none' else mul(result, sigmoid(result)), present]


def product(g: Lowering, view: View, w: View, group: int) -> View:
    """Windows[n, c, outputs…, taps…] times filters w[m, c / group, taps…]."""
    is_depthwise = group > 1 and w.shape[1] == 1 and w.shape[0] == group
    return _depthwise(g, view, w) if is_depthwise else _grouped(g, view, w, group)


def _over_taps(g: Lowering, op: str, x: Any, rank: int) -> View:
    """One reduction over the taps of windows[n, c, outputs…, taps…] over a tensor of `rank` dims."""
    return g.reduce(op, x, list(range(rank, 2 * rank - 2)), False)


def _depthwise(g: Lowering, view: View, w: View) -> View:
    """One filter per channel: a sum over the taps of each window."""
    rank = len(w.shape)
    # w[m, taps…], to be multiplied with view[n, m, outputs…, taps…]
    filters = without_axis(g.copied(w, [*range(2, rank), 0, 1]), 1)
    for _ in range(rank - 2):
        filters = with_axis(filters, 1, 1)
    return _over_taps(g, 'sum', mul(view, filters), rank)


def _grouped(g: Lowering, view: View, w: View, group: int) -> View:
    """Batch: the groups; rows: n and the outputs; depth: taps and the group's channels; cols: the group's filters."""
    rank = len(w.shape)
    # From n, outputs…, c to n, c, outputs…
    channel_second = [0, rank - 1, *range(1, rank - 1)]
    if group == 1:
        # a[n, outputs…, taps…, c] with w[taps…, c, m]
        a = transposed(view, [0, *range(2, 2 * rank - 2), 1])
        out = g.contract(a, transposed(w, [*range(2, rank), 1, 0]), 0, rank - 1, rank - 1, None)
        return transposed(out, channel_second)
    # a[group, n, outputs…, taps…, c] with w[group, taps…, c, m / group]
    channels = w.shape[1]
    a = View(
        view.buffer,
        [group, view.shape[0], *view.shape[2:], channels],
        [view.strides[1] * channels, view.strides[0], *view.strides[2:], view.strides[1]],
        view.offset,
    )
    weights = transposed(g.reshape(w, [group, w.shape[0] // group, *w.shape[1:]]), [0, *range(3, rank + 1), 2, 1])
    order = [*range(1, rank), 0, rank]
    out = g.contract(a, weights, 1, rank - 1, rank - 1, order)
    # out[group, n, outputs…, m / group] lies in memory as n, outputs…, group, m / group
    merged = transposed(out, order)
    return transposed(g.reshape(merged, [*merged.shape[: rank - 1], w.shape[0]]), channel_second)


def _pool(op: str) -> Any:
    def pool(
        g: Lowering,
        x: View,
        *,
        kernel_shape: list[int] | None = None,
        auto_pad: str = 'NOTSET',
        ceil_mode: int = 0,
        count_include_pad: int = 0,
        dilations: list[int] | None = None,
        p: int = 2,
        pads: list[int] | None = None,
        storage_order: int = 0,
        strides: list[int] | None = None,
    ) -> Any:
        kernel = required('kernel_shape', kernel_shape)
        geometry = Geometry(x.shape[2:], kernel, strides, dilations, pads, auto_pad, ceil_mode)
        if op == 'max':
            lowest = -math.inf if is_float(x.dtype) else bounds(x.dtype)[0]
            view = _windows(g, x, geometry, lowest)
            greatest = _over_taps(g, op, view, len(x.shape))
            return [greatest, _places(g, x, view, geometry, storage_order)] if g.output_count > 1 else greatest
        view = _windows(g, x, geometry, 0.0)
        if op == 'norm':
            return norm_over(g, view, list(range(len(x.shape), len(view.shape))), False, p)
        return div(_over_taps(g, 'sum', view, len(x.shape)), _counted(g, x, geometry, count_include_pad != 0))

    return pool


operator('MaxPool', 1)(_pool('max'))
operator('AveragePool', 1)(_pool('average'))
operator('LpPool', 1)(_pool('norm'))


def _places(g: Lowering, x: View, view: View, geometry: Geometry, storage_order: int) -> Any:
    """Where in x the greatest element of each window is: its index (int64) among all, as if x lay in memory row-major;
    or each of its pictures column-major (`storage_order`)."""
    tap = cast(_over_taps(g, 'argmax', view, len(x.shape)), 'int32')
    strides = ordered_strides(x.shape, None)
    if storage_order != 0:
        spatial = range(2, len(x.shape))
        strides = ordered_strides(x.shape, [0, 1, *reversed(spatial)])
    place = add(mul(coord(0), strides[0]), mul(coord(1), strides[1]))
    rest = numel(geometry.kernel)
    for d, size in enumerate(geometry.kernel):
        rest = rest // size
        taps = mul(floor_mod(div(tap, rest), size), geometry.dilations[d])
        # A window of nothing but the least value may have found it in the padding: then the nearest element has it too.
        index = clamp(sub(add(mul(coord(d + 2), geometry.strides[d]), taps), geometry.before[d]), 0, x.shape[d + 2] - 1)
        place = add(place, mul(index, strides[d + 2]))
    return g.map_over(cast(place, 'int64'), view.shape[: len(x.shape)])


def _counted(g: Lowering, x: View, geometry: Geometry, include_pad: bool) -> Any:
    """How many elements each window averages: a number where all agree, else a constant over the outputs."""
    sizes = x.shape[2:]
    if include_pad:
        sizes = [size + geometry.before[d] + geometry.after[d] - geometry.beyond[d] for d, size in enumerate(sizes)]
        geometry.before = [0 for _ in sizes]
        geometry.after = geometry.beyond
    if not geometry.has_padding():
        return numel(geometry.kernel)
    ones = broadcast(g.constant(x.dtype, [], [1.0]), [1, 1, *sizes])
    return _over_taps(g, 'sum', _windows(g, ones, geometry, 0.0), len(x.shape))
