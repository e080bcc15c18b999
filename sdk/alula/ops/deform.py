"""Deformable convolution: a convolution over what is sampled at places that the model shifts."""

from __future__ import annotations

from typing import Any

from alula.errors import ShapeError
from alula.kernels.expr import add, cast, coord, mul, sub
from alula.kernels.view import View, dims_text, ordered_strides, sliced, transposed, with_axis, without_axis
from alula.ops.normalize import per_channel
from alula.ops.registry import operator
from alula.ops.sample import interpolated, taps_around
from alula.ops.window import product, sizes_of
from alula.plan.lower import Lowering


@operator('DeformConv', 19, '. . . . .')
def deform_conv(
    g: Lowering,
    x: View,
    w: View,
    offset: View,
    bias: View | None,
    mask: View | None,
    *,
    dilations: list[int] | None = None,
    group: int = 1,
    kernel_shape: list[int] | None = None,
    offset_group: int = 1,
    pads: list[int] | None = None,
    strides: list[int] | None = None,
) -> Any:
    """Zhu et al., arXiv:1811.11168. offset[n, offset_group · taps · spatial rank, outputs…] moves each tap; mask[n,
    offset_group · taps, outputs…] weighs it."""
    dims = len(x.shape) - 2
    if len(w.shape) != len(x.shape) or x.shape[1] != w.shape[1] * group or x.shape[1] % offset_group != 0:
        raise ShapeError(f'DeformConv of {dims_text(x.shape)} in {group} groups with weights {dims_text(w.shape)}')
    step = sizes_of('strides', strides, dims, 1)
    spread = sizes_of('dilations', dilations, dims, 1)
    before = sizes_of('pads', pads, 2 * dims, 0)
    taps = w.shape[2:]
    outputs = offset.shape[2:]
    # Over [n, offset group, taps…, outputs…]
    lead = [x.shape[0], offset_group, *taps]
    moved = g.reshape(offset, [*lead, dims, *outputs])
    # Zeros around x are what lies outside of it.
    border = [0, 0, *[1 for _ in taps]]
    source = g.contiguous(g.padded(x, border, border, 0, list(range(dims + 2))))
    places: list[list[list[Any]]] = []
    for d in range(dims):
        shift = without_axis(sliced(moved, dims + 2, d, 1, 1), dims + 2)
        place = add(mul(coord(dims + 2 + d), step[d]), mul(coord(2 + d), spread[d]))
        at = add(cast(sub(place, before[d]), 'float32'), cast(shift, 'float32'))
        pairs = taps_around(g, g.map(at), x.shape[d + 2], 'linear', 'zeros', 0.0, 0.0)
        places.append([[with_axis(view, 2, 1) for view in pair] for pair in pairs])
    own = ordered_strides(source.shape, None)
    channels = x.shape[1] // offset_group
    channel = mul(add(mul(coord(1), channels), coord(2)), own[1])
    value = interpolated(source, places, [mul(coord(0), own[0]), channel], [own[0], *own[2:]])
    if mask is not None:
        value = mul(value, cast(with_axis(g.reshape(mask, [*lead, *outputs]), 2, 1), 'float32'))
    samples = g.map_over(cast(value, x.dtype), [x.shape[0], offset_group, channels, *taps, *outputs])
    merged = g.reshape(samples, [x.shape[0], x.shape[1], *taps, *outputs])
    view = transposed(merged, [0, 1, *range(2 + dims, 2 + 2 * dims), *range(2, 2 + dims)])
    result = product(g, view, w, group)
    return result if bias is None else add(result, per_channel(bias, x))
