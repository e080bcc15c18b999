"""Pooling of regions by their greatest elements."""

from __future__ import annotations

import math

from alula.kernels.expr import (
    Expr,
    add,
    cast,
    coord,
    div,
    eq,
    ge,
    load,
    logical_and,
    lt,
    maximum,
    mul,
    sub,
    unary,
    where,
)
from alula.kernels.view import View, ordered_strides, sliced, transposed, with_axis, without_axis
from alula.ops.attributes import required
from alula.ops.gather import index_of, place_of
from alula.ops.registry import operator
from alula.ops.shape import trailing
from alula.plan.lower import Lowering


@operator('MaxRoiPool', 1)
def max_roi_pool(
    g: Lowering, x: View, rois: View, *, pooled_shape: list[int] | None = None, spatial_scale: float = 1.0
) -> View:
    """The greatest elements of x[n, c, h, w] in the bins of regions [picture, x, y, x, y], whose ends count with them
    (Girshick, arXiv:1504.08083); 0 in a bin without any. Columns first, then rows."""
    bins = required('pooled_shape', pooled_shape)
    n, c, h, w = x.shape
    numbers = [trailing(without_axis(sliced(rois, 1, i, 1, 1), 1), 4) for i in range(5)]
    # Over [roi, c, bin, h, w], then [roi, c, bin of columns, bin of rows, h]
    place = place_of([index_of(g, numbers[0], n), coord(1), coord(3), coord(4)], ordered_strides(x.shape, None))
    columns = _inside(numbers[1], numbers[3], 2, bins[1], w, spatial_scale)
    rows = g.rowwise([rois.shape[0], c, bins[1], h, w], [4])
    rows.row(rows.stage('max', where(columns, load(g.contiguous(x), place), -math.inf)), False)
    strips = with_axis(rows.done()[0], 3, bins[0])
    down = g.rowwise(strips.shape, [4])
    inside = _inside(numbers[2], numbers[4], 3, bins[0], h, spatial_scale)
    greatest = down.stage('max', where(inside, strips, -math.inf))
    down.row(where(eq(greatest, -math.inf), 0.0, greatest), False)
    return transposed(down.done()[0], [0, 1, 3, 2])


def _inside(first: View, last: View, axis: int, bins: int, size: int, scale: float) -> Expr:
    """Whether coordinate 4 of an axis of `size` is in the bin that coordinate `axis` says of a region's side."""
    start, end = [unary('floor', add(mul(v, scale), 0.5)) for v in [first, last]]
    width = div(maximum(add(sub(end, start), 1.0), 1.0), bins)
    number = cast(coord(axis), first.dtype)
    low = add(unary('floor', mul(number, width)), start)
    high = add(unary('ceil', mul(add(number, 1.0), width)), start)
    at = cast(coord(4), first.dtype)
    return logical_and(ge(at, low), lt(at, high))
