"""Transposed convolution: a convolution per residue of the output's position, none of which multiplies by a zero."""

from __future__ import annotations

import math
from typing import Any

from alula.errors import ShapeError
from alula.kernels.expr import add
from alula.kernels.view import View, broadcast, dims_text, sliced, transposed, windows
from alula.ops.normalize import per_channel
from alula.ops.registry import operator
from alula.ops.window import pads_of, product, sizes_of
from alula.plan.lower import Lowering


class Phase:
    """Along one dim the outputs first, first + stride, …: `count` of them. Tap t, in the order of `taps` (the weights'
    indices, falling), of output j reads input `start + j + t * spread`."""

    def __init__(self, first: int, stride: int, size: int, dilation: int, before: int, out: int) -> None:
        common = math.gcd(stride, dilation)
        self.first = first
        self.count = (out - first + stride - 1) // stride
        self.step = stride // common
        self.spread = dilation // common
        self.taps = [k for k in range(size - 1, -1, -1) if (first + before - k * dilation) % stride == 0]
        self.start = (first + before - self.taps[0] * dilation) // stride if len(self.taps) > 0 else 0
        # The last input that any output reads.
        self.end = self.start + self.count - 1 + max(len(self.taps) - 1, 0) * self.spread


def _padding(
    sizes: list[int],
    reach: list[int],
    strides: list[int],
    pads: list[int],
    auto_pad: str,
    output_padding: list[int],
    output_shape: list[int] | None,
) -> list[list[int]]:
    """Per dim what is cut off before the first output, and how many outputs there are."""
    rows: list[list[int]] = []
    for d, size in enumerate(sizes):
        full = (size - 1) * strides[d] + output_padding[d] + reach[d]
        if output_shape is None and not auto_pad.startswith('SAME'):
            rows.append([pads[d], full - pads[d] - pads[d + len(sizes)]])
            continue
        out = size * strides[d] if output_shape is None else output_shape[len(output_shape) - len(sizes) + d]
        cut = max(0, full - out)
        rows.append([cut // 2 if auto_pad == 'SAME_UPPER' else cut - cut // 2, out])
    return rows


@operator('ConvTranspose', 1, '. . .')
def conv_transpose(
    g: Lowering,
    x: View,
    w: View,
    bias: View | None,
    *,
    auto_pad: str = 'NOTSET',
    dilations: list[int] | None = None,
    group: int = 1,
    kernel_shape: list[int] | None = None,
    output_padding: list[int] | None = None,
    output_shape: list[int] | None = None,
    pads: list[int] | None = None,
    strides: list[int] | None = None,
) -> Any:
    """x[n, c, spatial…] with w[c, m / group, taps…]; gives [n, m, outputs…]."""
    rank = len(x.shape)
    if rank < 3 or len(w.shape) != rank or x.shape[1] != w.shape[0] or w.shape[0] % group != 0:
        raise ShapeError(f'ConvTranspose of {dims_text(x.shape)} in {group} groups with weights {dims_text(w.shape)}')
    dims = rank - 2
    step = sizes_of('strides', strides, dims, 1)
    spread = sizes_of('dilations', dilations, dims, 1)
    reach = [(size - 1) * spread[d] + 1 for d, size in enumerate(w.shape[2:])]
    given = pads_of(pads, auto_pad, dims)
    extra = sizes_of('output_padding', output_padding, dims, 0)
    rows = _padding(x.shape[2:], reach, step, given, auto_pad, extra, output_shape)
    phases = [
        [Phase(p, step[d], w.shape[2 + d], spread[d], row[0], row[1]) for p in range(min(step[d], row[1]))]
        for d, row in enumerate(rows)
    ]
    # From [c, m / group, taps…] to [m, c / group, taps…]
    taps = list(range(3, rank + 1))
    filters = transposed(g.reshape(w, [group, w.shape[0] // group, *w.shape[1:]]), [0, 2, 1, *taps])
    filters = g.reshape(filters, [w.shape[1] * group, *filters.shape[2:]])
    low = [max([0, *[-phase.start for phase in phases[d]]]) for d in range(dims)]
    high = [max([0, *[phase.end + 1 - size for phase in phases[d]]]) for d, size in enumerate(x.shape[2:])]
    order = [0, *range(2, rank), 1]
    source = g.padded(x, [0, 0, *low], [0, 0, *high], 0.0, order)
    whole = g.empty(x.dtype, [x.shape[0], filters.shape[0], *[row[1] for row in rows]], order)
    summand = None if bias is None else per_channel(bias, x)
    parts = _combined(phases)
    for part in parts:
        target = whole
        for d, phase in enumerate(part):
            target = sliced(target, d + 2, phase.first, phase.count, step[d])
        result = _convolved(g, source, filters, group, part, low, summand)
        if len(parts) == 1:
            return result
        g.write(target, broadcast(g.map(result), target.shape))
    return whole


def _combined(phases: list[list[Phase]]) -> list[list[Phase]]:
    """Every choice of one phase per dim."""
    parts: list[list[Phase]] = [[]]
    for options in phases:
        parts = [[*part, phase] for part in parts for phase in options]
    return parts


def _convolved(
    g: Lowering, source: View, filters: View, group: int, part: list[Phase], low: list[int], summand: View | None
) -> Any:
    """The outputs of one phase per dim; of none of the taps only the bias."""
    view = source
    w = filters
    for d, phase in enumerate(part):
        if len(phase.taps) == 0:
            return g.constant(source.dtype, [], [0]) if summand is None else summand
        count = phase.end - phase.start + 1
        view = sliced(view, d + 2, low[d] + phase.start, count, 1)
        view = windows(view, d + 2, len(phase.taps), 1, phase.spread)
        w = sliced(w, d + 2, phase.taps[0], len(phase.taps), -phase.step)
    result = product(g, view, w, group)
    return result if summand is None else add(result, summand)
