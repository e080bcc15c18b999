"""Resize: along each axis a few weighted elements per result, from tables that are made while planning."""

from __future__ import annotations

import math
from typing import Any

from alula.errors import AttributeValueError, ShapeError
from alula.host.arrays import fround
from alula.kernels.expr import add, cast, load, mul, where
from alula.kernels.view import View, dims_text, memory_order, numel, ordered_strides, transposed, with_axis
from alula.ops.attributes import normal_axis, required
from alula.ops.gather import coords, place_of
from alula.ops.registry import operator
from alula.ops.shape import trailing
from alula.plan.lower import Lowering

# So many elements at most are summed in a Map; more in a Reduce.
FEW_TAPS = 4


class Sampling:
    """The attributes of a Resize that say how an axis is sampled."""

    def __init__(self, mode: str, coordinates: str, nearest: str, cubic: float, antialias: int, exclude: int) -> None:
        self.mode = mode
        self.coordinates = coordinates
        self.nearest = nearest
        self.cubic = cubic
        self.antialias = antialias != 0
        self.exclude_outside = exclude != 0


class Axis:
    """One axis to be resized: its sizes, the factor between them, and the part of it [start, end] that is meant."""

    def __init__(self, axis: int, size: int, out: int, scale: float, start: float, end: float) -> None:
        self.axis = axis
        self.size = size
        self.out = out
        self.scale = scale
        self.start = start
        self.end = end

    def origin(self, sampling: Sampling, i: int) -> float:
        """Where output i lies among the inputs."""
        name = sampling.coordinates
        # Not rounded, as the specification has it: the output may be a little shorter.
        length = self.scale * self.size
        if name == 'asymmetric':
            return i / self.scale
        if name == 'align_corners':
            return 0.0 if length == 1 else i * (self.size - 1) / (length - 1)
        if name == 'tf_crop_and_resize':
            span = (self.end - self.start) * (self.size - 1)
            return self.start * (self.size - 1) + (0.5 * span if length == 1 else i * span / (length - 1))
        if name == 'pytorch_half_pixel' and length == 1:
            return -0.5
        shift = self.size * 0.5 * (1 - self.out / length) if name == 'half_pixel_symmetric' else 0.0
        if name in ['half_pixel', 'pytorch_half_pixel', 'half_pixel_symmetric']:
            return shift + (i + 0.5) / self.scale - 0.5
        raise AttributeValueError('coordinate_transformation_mode', f"is '{name}', which ONNX does not define")


def _nearest(x: float, mode: str) -> int:
    low = math.floor(x)
    rest = x - low
    up = mode == 'ceil' and rest > 0 or mode == 'round_prefer_floor' and rest > 0.5
    if mode not in ['floor', 'ceil', 'round_prefer_floor', 'round_prefer_ceil']:
        raise AttributeValueError('nearest_mode', f"is '{mode}', which ONNX does not define")
    return low + 1 if up or (mode == 'round_prefer_ceil' and rest >= 0.5) else low


def cubic_weight(x: float, a: float) -> float:
    """Keys' kernel (IEEE Trans. ASSP 29, 1981) at distance x."""
    d = abs(x)
    if d <= 1:
        return ((a + 2) * d - (a + 3)) * d * d + 1
    return ((a * d - 5 * a) * d + 8 * a) * d - 4 * a if d < 2 else 0.0


def _taps(axis: Axis, sampling: Sampling) -> list[list[list[float]]]:
    """Per output the pairs of an input's index and its weight; equally many for each."""
    if sampling.mode == 'nearest':
        rows: list[list[list[float]]] = []
        for i in range(axis.out):
            found = _nearest(axis.origin(sampling, i), sampling.nearest)
            rows.append([[min(max(found, 0), axis.size - 1), 1.0]])
        return rows
    if sampling.mode not in ['linear', 'cubic']:
        raise AttributeValueError('mode', f"is '{sampling.mode}', which ONNX does not define")
    reach = 1 if sampling.mode == 'linear' else 2
    # Antialiasing widens the kernel by as much as the axis shrinks.
    shrink = min(axis.scale, 1.0) if sampling.antialias else 1.0
    first = math.floor(-reach / shrink) + 1
    return [_weighted(axis, sampling, i, first, shrink) for i in range(axis.out)]


def _weighted(axis: Axis, sampling: Sampling, i: int, first: int, shrink: float) -> list[list[float]]:
    x = axis.origin(sampling, i)
    # At an element itself that is the second of the two around x, as the reference counts them.
    base = math.ceil(x) - 1
    row: list[list[float]] = []
    for t in range(first, 2 - first):
        distance = (base + t - x) * shrink
        weight = max(0.0, 1 - abs(distance)) if sampling.mode == 'linear' else cubic_weight(distance, sampling.cubic)
        if sampling.exclude_outside and (base + t < 0 or base + t >= axis.size):
            weight = 0.0
        row.append([min(max(base + t, 0), axis.size - 1), weight])
    total = sum([pair[1] for pair in row])
    if (sampling.exclude_outside or shrink < 1.0) and total != 0:
        for pair in row:
            pair[1] /= total
    return row


def _along(g: Lowering, x: View, axis: Axis, rows: list[list[list[float]]]) -> View:
    """Σ over an output's taps of weight · element, along one axis."""
    rank = len(x.shape)
    after = rank - axis.axis - 1
    taps = len(rows[0])
    shape = [*x.shape[: axis.axis], axis.out, *x.shape[axis.axis + 1 :]]
    strides = ordered_strides(x.shape, None)
    # [output, tap]
    indices = g.constant('int32', [axis.out, taps], [pair[0] for row in rows for pair in row])
    weights = g.constant(x.dtype, [axis.out, taps], [pair[1] for row in rows for pair in row])
    source = g.contiguous(x)
    where_from = coords(0, rank)
    if taps > FEW_TAPS:
        # Dims after the axis come before the taps.
        turn = [0, *range(2, after + 2), 1]
        where_from[axis.axis] = transposed(trailing(indices, after), turn)
        sums = g.rowwise([*shape, taps], [rank])
        weight = transposed(trailing(weights, after), turn)
        sums.row(sums.stage('sum', mul(weight, load(source, place_of(where_from, strides)))), False)
        return sums.done()[0]
    total: Any = None
    for t in range(taps):
        where_from[axis.axis] = trailing(_column(indices, t), after)
        element: Any = load(source, place_of(where_from, strides))
        if taps > 1:
            element = mul(trailing(_column(weights, t), after), element)
        total = element if total is None else add(total, element)
    return g.map_over(total, shape)


def _column(table: View, t: int) -> View:
    return View(table.buffer, [table.shape[0]], [table.strides[0]], table.offset + t * table.strides[1])


def _resampled(g: Lowering, x: View, axes: list[Axis], sampling: Sampling, outside: float) -> View:
    order = memory_order(x)
    view = transposed(x, order)
    is_weighted = sampling.mode != 'nearest'
    if is_weighted and x.dtype not in ['float32', 'float64']:
        view = g.map(cast(view, 'float32'))
    is_crop = sampling.coordinates == 'tf_crop_and_resize'
    beyond: list[View] = []
    for axis in axes:
        if axis.out == axis.size and axis.scale == 1.0 and not is_crop:
            continue
        rows = _taps(axis, sampling)
        axis.axis = order.index(axis.axis)
        if is_crop:
            inside = [0 <= axis.origin(sampling, i) <= axis.size - 1 for i in range(axis.out)]
            flags = g.constant('bool', [axis.out], [0 if flag else 1 for flag in inside])
            beyond.append(trailing(flags, len(order) - 1 - axis.axis))
        times = axis.out // axis.size if axis.size > 0 else 0
        if not is_weighted and times * axis.size == axis.out and _repeats(rows, times):
            shape = [*view.shape[: axis.axis], axis.out, *view.shape[axis.axis + 1 :]]
            view = g.reshape(with_axis(view, axis.axis + 1, times), shape)
        elif numel(view.shape) > 0 and axis.out > 0:
            view = _along(g, view, axis, rows)
    result: Any = view
    for flags in beyond:
        result = where(flags, outside, result)
    if view.dtype != x.dtype:
        result = cast(result, x.dtype)
    return transposed(g.map(result), [order.index(d) for d in range(len(order))])


def _repeats(rows: list[list[list[float]]], times: int) -> bool:
    """Whether each element is taken so many times in a row."""
    return all(row[0][0] == i // times for i, row in enumerate(rows))


@operator('Resize', 10, '. scales')
def resize_10(g: Lowering, x: View, *, scales: Any = None, mode: str = 'nearest') -> Any:
    return resize(g, x, scales=scales, mode=mode, coordinate_transformation_mode='asymmetric', nearest_mode='floor')


operator('Upsample', 7, '. scales')(resize_10)


@operator('Resize', 11, '. roi scales sizes')
def resize(
    g: Lowering,
    x: View,
    *,
    roi: Any = None,
    scales: Any = None,
    sizes: Any = None,
    antialias: int = 0,
    axes: list[int] | None = None,
    coordinate_transformation_mode: str = 'half_pixel',
    cubic_coeff_a: float = -0.75,
    exclude_outside: int = 0,
    extrapolation_value: float = 0.0,
    keep_aspect_ratio_policy: str = 'stretch',
    mode: str = 'nearest',
    nearest_mode: str = 'round_prefer_floor',
) -> View:
    """To given `sizes`, or by `scales`; separable: one axis after the other."""
    rank = len(x.shape)
    named = list(range(rank)) if axes is None else [normal_axis(axis, rank) for axis in axes]
    outs = [] if sizes is None else sizes
    factors: list[float] = [] if scales is None else scales
    if len(outs) > 0:
        factors = [outs[i] / x.shape[axis] if x.shape[axis] > 0 else 1.0 for i, axis in enumerate(named)]
        if keep_aspect_ratio_policy != 'stretch':
            factor = max(factors) if keep_aspect_ratio_policy == 'not_smaller' else min(factors)
            factors = [factor for _ in named]
            outs = [math.floor(factor * x.shape[axis] + 0.5) for axis in named]
    else:
        outs = [math.floor(fround(x.shape[axis] * required('scales', factors)[i])) for i, axis in enumerate(named)]
    if len(factors) != len(named):
        raise ShapeError(f'Resize of {dims_text(x.shape)} by {len(factors)} factors')
    bounds = roi
    if bounds is None or len(bounds) == 0:
        bounds = [0.0 for _ in named] + [1.0 for _ in named]
    resized = [
        Axis(axis, x.shape[axis], outs[i], factors[i], bounds[i], bounds[i + len(named)])
        for i, axis in enumerate(named)
    ]
    sampling = Sampling(
        mode, coordinate_transformation_mode, nearest_mode, cubic_coeff_a, antialias, exclude_outside
    )
    return _resampled(g, x, resized, sampling, extrapolation_value)
