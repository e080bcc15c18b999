"""Operators that sample pictures between their elements, at places that the model computes."""

from __future__ import annotations

import math
from typing import Any

from alula.errors import AttributeValueError, ShapeError
from alula.kernels.expr import (
    Expr,
    add,
    cast,
    clamp,
    coord,
    div,
    eq,
    ge,
    gt,
    le,
    load,
    logical_and,
    lt,
    maximum,
    minimum,
    mul,
    sub,
    to_expr,
    unary,
    where,
)
from alula.kernels.view import (
    View,
    dims_text,
    is_contiguous,
    ordered_strides,
    sliced,
    transposed,
    with_axis,
    without_axis,
)
from alula.ops.gather import index_of, place_of
from alula.ops.registry import operator
from alula.ops.shape import trailing
from alula.plan.lower import Lowering

CUBIC = -0.75  # the kernel's free parameter, as in PyTorch


@operator('AffineGrid', 20, '. size')
def affine_grid(g: Lowering, theta: View, *, size: Any = None, align_corners: int = 0) -> View:
    """For pictures of `size` [n, c, spatial…] the places that theta[n, i, :] takes each position to, for GridSample."""
    dims = size[2:]
    rank = len(dims)
    total: Any = None
    for j in range(rank + 1):
        # theta[n, :, j] over [n, outputs…, i]
        column = without_axis(sliced(theta, 2, j, 1, 1), 2)
        for _ in range(rank):
            column = with_axis(column, 1, 1)
        term: Any = column
        if j < rank:
            # Coordinates run from the last dim to the first.
            d = rank - 1 - j
            step = 2.0 / dims[d] if align_corners == 0 else 2.0 / max(dims[d] - 1, 1)
            first = 0.5 * step - 1.0 if align_corners == 0 else -1.0 if dims[d] > 1 else 0.0
            term = mul(column, add(mul(cast(coord(d + 1), theta.dtype), step), first))
        total = term if total is None else add(total, term)
    return g.map_over(to_expr(total, theta.dtype), [theta.shape[0], *dims, rank])


@operator('GridSample', 16)
def grid_sample(
    g: Lowering,
    x: View,
    grid: View,
    *,
    align_corners: int = 0,
    mode: str = 'linear',
    padding_mode: str = 'zeros',
) -> View:
    """x[n, c, spatial…] at grid[n, outputs…, :]: coordinates from -1 to 1 span the spatial dims, the last one first."""
    rank = len(x.shape) - 2
    last = len(grid.shape) - 1
    if last != rank + 1 or grid.shape[last] != rank or grid.shape[0] != x.shape[0]:
        raise ShapeError(f'GridSample of {dims_text(x.shape)} at {dims_text(grid.shape)}')
    if padding_mode not in ['zeros', 'border', 'reflection']:
        raise AttributeValueError('padding_mode', f"is '{padding_mode}', which ONNX does not define")
    # Channels last, so that they are neighbours in memory. Zeros around x are what lies outside of it.
    edge = 1 if padding_mode == 'zeros' else 0
    border = [0, 0, *[edge for _ in range(rank)]]
    source = transposed(g.padded(x, border, border, 0, [0, *range(2, rank + 2), 1]), [0, *range(2, rank + 2), 1])
    if not is_contiguous(source):
        source = g.copied(source, None)
    places: list[list[list[Any]]] = []
    for d in range(rank):
        coordinate = cast(without_axis(sliced(grid, last, rank - 1 - d, 1, 1), last), 'float32')
        places.append(_taps(g, coordinate, x.shape[d + 2], mode, padding_mode, align_corners != 0))
    shape = [*grid.shape[:last], x.shape[1]]
    strides = ordered_strides(source.shape, None)
    result = interpolated(source, places, [mul(coord(0), strides[0]), coord(rank + 1)], strides)
    back = [0, rank + 1, *range(1, rank + 1)]
    return transposed(g.map_over(cast(result, x.dtype), shape), back)


def _taps(g: Lowering, coordinate: Expr, size: int, mode: str, padding: str, align: bool) -> list[list[Any]]:
    """Along one dim the pairs of an index (int32 views over [n, outputs…, 1]; 0 is the first element of what was
    padded) and a weight, None where there is but one."""
    low = 0.0 if align else -0.5
    high = size - 1.0 - low
    span = add(coordinate, 1.0)
    x = div(mul(span, size - 1.0) if align else sub(mul(span, size), 1.0), 2.0)
    if mode == 'nearest':
        x = unary('rint', x)
    # As PyTorch has it, whose operator this is: of a cubic kernel only the taps are kept inside.
    is_cubic = mode in ['cubic', 'bicubic']
    if padding == 'border' and not is_cubic:
        x = clamp(x, 0.0, size - 1.0)
    elif padding == 'reflection' and not is_cubic:
        x = _reflected(x, low, high)
    return [
        [trailing(view, 1) if isinstance(view, View) else view for view in pair]
        for pair in taps_around(g, g.map(x), size, mode, padding, low, high)
    ]


def taps_around(
    g: Lowering, x: View, size: int, mode: str, padding: str, low: float, high: float
) -> list[list[Any]]:
    """The pairs of index and weight for coordinates along a dim of `size`, which mirrors at `low` and `high`."""
    base = unary('floor', x)
    part = sub(x, base)
    if mode == 'nearest':
        weights: list[Any] = [None]
        first = 0
    elif mode in ['linear', 'bilinear']:
        weights = [sub(1.0, part), part]
        first = 0
    elif mode in ['cubic', 'bicubic']:
        weights = [_far(add(part, 1.0)), _near(part), _near(sub(1.0, part)), _far(sub(2.0, part))]
        first = -1
    else:
        raise AttributeValueError('mode', f"is '{mode}', which ONNX does not define")
    rows: list[list[Any]] = []
    for t, weight in enumerate(weights):
        index = add(base, first + t)
        if padding == 'zeros':
            index = add(clamp(index, -1.0, size), 1.0)
        else:
            index = clamp(_reflected(index, low, high) if padding == 'reflection' else index, 0.0, size - 1.0)
        rows.append([g.map(cast(index, 'int32')), None if weight is None else g.map(weight)])
    return rows


def _reflected(x: Expr, low: float, high: float) -> Expr:
    """x mirrored at both ends until it is between them."""
    if high == low:
        return mul(x, 0.0)
    period = 2 * (high - low)
    shift = sub(x, low)
    rest = sub(shift, mul(unary('floor', div(shift, period)), period))
    return add(minimum(rest, sub(period, rest)), low)


def _near(d: Expr) -> Expr:
    """Keys' cubic kernel (IEEE Trans. ASSP 29, 1981) at distances up to 1."""
    return add(mul(mul(sub(mul(d, CUBIC + 2), CUBIC + 3), d), d), 1.0)


def _far(d: Expr) -> Expr:
    """The same at distances from 1 to 2."""
    return sub(mul(add(mul(sub(mul(d, CUBIC), 5 * CUBIC), d), 8 * CUBIC), d), 4 * CUBIC)


def interpolated(source: View, places: list[list[list[Any]]], found: list[Expr], strides: list[int]) -> Expr:
    """Σ over the taps of every dim, the first one outermost. `found`: the parts of the place that are known so far."""
    d = len(found) - 1
    if d > len(places):
        place = found[0]
        for part in found[1:]:
            place = add(place, part)
        return cast(load(source, place), 'float32')
    total: Any = None
    for index, weight in places[d - 1]:
        term = interpolated(source, places, [*found, mul(index, strides[d])], strides)
        term = term if weight is None else mul(weight, term)
        total = term if total is None else add(total, term)
    result: Expr = total
    return result


@operator('RoiAlign', 10)
def roi_align_10(
    g: Lowering,
    x: View,
    rois: View,
    batch_indices: View,
    *,
    mode: str = 'avg',
    output_height: int = 1,
    output_width: int = 1,
    sampling_ratio: int = 0,
    spatial_scale: float = 1.0,
) -> Any:
    return roi_align(
        g,
        x,
        rois,
        batch_indices,
        coordinate_transformation_mode='output_half_pixel',
        mode=mode,
        output_height=output_height,
        output_width=output_width,
        sampling_ratio=sampling_ratio,
        spatial_scale=spatial_scale,
    )


@operator('RoiAlign', 16)
def roi_align(
    g: Lowering,
    x: View,
    rois: View,
    batch_indices: View,
    *,
    coordinate_transformation_mode: str = 'half_pixel',
    mode: str = 'avg',
    output_height: int = 1,
    output_width: int = 1,
    sampling_ratio: int = 0,
    spatial_scale: float = 1.0,
) -> View:
    """Each region of x[n, c, h, w], samples of its bins averaged (He et al., arXiv:1703.06870) or the greatest of their
    weighted elements. Without a `sampling_ratio` there are as many samples as elements in a bin, and a region may
    not be larger than x."""
    if mode not in ['avg', 'max']:
        raise AttributeValueError('mode', f"is '{mode}', neither avg nor max")
    offset = 0.5 if coordinate_transformation_mode == 'half_pixel' else 0.0
    outputs = [output_height, output_width]
    # Over [roi, y, x, c, samples and taps of y, samples and taps of x]
    shape = [rois.shape[0], *outputs, x.shape[1]]
    sides: list[list[View]] = []
    for d, alone in enumerate([[2, 3, 6, 7], [1, 3, 4, 5]]):
        ends = [cast(without_axis(sliced(rois, 1, 1 - d + 2 * e, 1, 1), 1), 'float32') for e in range(2)]
        bins = Bins(x.shape[d + 2], outputs[d], sampling_ratio, offset)
        views = bins.taps(g, [sub(mul(end, spatial_scale), offset) for end in ends], mode == 'avg')
        shape.extend(views[0].shape[2:])
        for axis in alone:
            views = [with_axis(view, axis, 1) for view in views]
        sides.append(views)
    y, x_side = sides
    batch = index_of(g, trailing(batch_indices, 7), x.shape[0])
    place = place_of([batch, coord(3), y[0], x_side[0]], ordered_strides(x.shape, None))
    rows = g.rowwise(shape, [4, 5, 6, 7])
    term = mul(mul(y[1], x_side[1]), cast(load(g.contiguous(x), place), 'float32'))
    if mode == 'avg':
        result = rows.stage('sum', term)
    else:
        greatest = rows.stage('max', where(logical_and(y[2], x_side[2]), term, -math.inf))
        result = where(eq(greatest, -math.inf), 0.0, greatest)
    rows.row(cast(result, x.dtype), False)
    return transposed(rows.done()[0], [0, 3, 1, 2])


class Bins:
    """One side of a region in `count` bins of `ratio` samples each (0: as many as a bin has elements), over an axis of
    `size`. With an `offset` elements are points in the middle of squares, and regions may be as small as they like."""

    def __init__(self, size: int, count: int, ratio: int, offset: float) -> None:
        self.size = size
        self.count = count
        self.ratio = ratio
        self.offset = offset

    def taps(self, g: Lowering, ends: list[Expr], is_average: bool) -> list[View]:
        """For regions from ends[0] to ends[1] over [roi, bin, sample, tap]: the index and the weight of each tap, and
        whether there is such a sample."""
        extent = sub(ends[1], ends[0])
        if self.offset == 0.0:
            extent = maximum(extent, 1.0)
        most = self.ratio if self.ratio > 0 else self.size // self.count + 1
        samples = unary('ceil', div(extent, self.count)) if self.ratio == 0 else add(mul(extent, 0.0), self.ratio)
        if self.ratio == 0:
            g.check(gt(samples, most), f'A region is larger than an axis of {self.size}')
        starts = _per_roi(g, ends[0])
        bins = _per_roi(g, div(extent, self.count))
        number = _per_roi(g, samples)
        shape = [starts.shape[0], self.count, most, 2]
        sample = cast(coord(2), 'float32')
        shift = add(mul(cast(coord(1), 'float32'), bins), div(mul(add(sample, 0.5), bins), number))
        at = to_expr(g.map_over(add(starts, shift), [*shape[:3], 1]), 'float32')
        inside = logical_and(ge(at, -1.0), le(at, self.size))
        inner = maximum(at, 0.0)
        low = minimum(unary('floor', inner), self.size - 1.0)
        part = minimum(sub(inner, low), 1.0)
        part = where(ge(low, self.size - 1.0), 0.0, part)
        is_counted = lt(sample, number)
        weight = where(eq(coord(3), 0), sub(1.0, part), part)
        weight = where(logical_and(inside, is_counted), weight, 0.0)
        index = clamp(add(cast(low, 'int32'), coord(3)), 0, self.size - 1)
        return [
            g.map_over(index, shape),
            g.map_over(div(weight, maximum(number, 1.0)) if is_average else weight, shape),
            g.map_over(is_counted, shape),
        ]


def _per_roi(g: Lowering, value: Expr) -> View:
    return trailing(g.map(value), 3)
