"""Discrete Fourier transforms, as products with the matrix of turns, and what goes with them."""

from __future__ import annotations

import math
from typing import Any

from alula.dtypes import dtype_of
from alula.errors import ShapeError
from alula.kernels.expr import (
    Expr,
    add,
    binary,
    cast,
    coord,
    div,
    eq,
    literal,
    logical_or,
    maximum,
    minimum,
    mul,
    sub,
    unary,
    where,
)
from alula.kernels.view import View, sliced, transposed, windows
from alula.ops.attributes import normal_axis
from alula.ops.registry import operator
from alula.plan.lower import Lowering


def _transformed(g: Lowering, x: View, length: int, inverse: bool, onesided: bool) -> View:
    """x[…, n, 1 or 2 (real, imaginary)], cropped or filled up with zeros to `length` elements, to [.., k, 2].

    One-sided: only the first half of k, since the rest mirrors it; and of an inverse [.., k, 1], from such a half.
    """
    rank = len(x.shape)
    half = length // 2 + 1
    taken = half if inverse and onesided else length
    signal = sliced(x, rank - 2, 0, min(taken, x.shape[rank - 2]), 1)
    missing = [taken - signal.shape[rank - 2] if d == rank - 2 else 0 for d in range(rank)]
    if max(missing) > 0:
        signal = g.padded(signal, [0 for _ in missing], missing, 0.0, None)
    # The cosine from part ci of element n to part co of k, of so many quarters of a `length`th of a turn: none beyond
    # the first, so that large products lose no digits; then as a sine, which is 0 where it should be.
    turns = mul(mul(coord(0), coord(2)), -4 if inverse else 4)
    quarters = binary('floor_mod', add(turns, mul(sub(coord(3), coord(1)), length)), 4 * length)
    rest = sub(length, minimum(quarters, sub(4 * length, quarters)))
    factor = unary('sin', mul(cast(rest, x.dtype), math.pi / (2 * length)))
    if inverse:
        factor = mul(factor, 1.0 / length)
        if onesided:
            # The mirrored half adds as much again, but for what is its own mirror image.
            alone = logical_or(eq(coord(0), 0), eq(mul(coord(0), 2), length))
            factor = mul(factor, where(alone, literal(1.0, x.dtype), 2.0))
    shape = [taken, x.shape[rank - 1], length if inverse or not onesided else half, 1 if inverse and onesided else 2]
    return g.contract(signal, g.map_over(factor, shape), 0, rank - 2, 2, None)


def dft(g: Lowering, x: View, dft_length: Any, axis: int, inverse: int, onesided: int) -> View:
    rank = len(x.shape)
    at = normal_axis(axis, rank)
    if at == rank - 1:
        raise ShapeError('The last axis of a DFT holds real and imaginary parts')
    # The axis goes next to the last; the same swap brings it back.
    order = list(range(rank))
    order[at] = rank - 2
    order[rank - 2] = at
    size = x.shape[at]
    length = (2 * (size - 1) if inverse != 0 and onesided != 0 else size) if dft_length is None else dft_length[0]
    return transposed(_transformed(g, transposed(x, order), length, inverse != 0, onesided != 0), order)


@operator('DFT', 17, '. dft_length')
def dft_17(
    g: Lowering, x: View, *, dft_length: Any = None, axis: int = 1, inverse: int = 0, onesided: int = 0
) -> View:
    return dft(g, x, dft_length, axis, inverse, onesided)


@operator('DFT', 20, '. dft_length axis')
def dft_20(
    g: Lowering, x: View, *, dft_length: Any = None, axis: Any = None, inverse: int = 0, onesided: int = 0
) -> View:
    return dft(g, x, dft_length, -2 if axis is None else axis[0], inverse, onesided)


@operator('STFT', 17, '. frame_step . frame_length')
def stft(
    g: Lowering,
    signal: View,
    window: View | None,
    *,
    frame_step: Any = None,
    frame_length: Any = None,
    onesided: int = 1,
) -> View:
    """signal[batch, n, 1 or 2] to [batch, frames, k, 2]: the transform of a window that slides by `frame_step`."""
    if frame_length is not None:
        length = frame_length[0]
    else:
        length = signal.shape[1] if window is None else window.shape[0]
    frames = windows(signal, 1, length, frame_step[0], 1)
    weighted = frames if window is None else g.map(mul(frames, window))
    return _transformed(g, transposed(weighted, [0, 1, 3, 2]), length, False, onesided != 0)


def _window(name: str, *cosines: float) -> None:
    """Register a window: the sum of so much of each cos(2πk · n / size)."""

    @operator(name, 17, 'size')
    def run(g: Lowering, *, size: Any = None, output_datatype: int = 1, periodic: int = 1) -> View:
        turn = 2.0 * math.pi / (size[0] if periodic != 0 else size[0] - 1)
        total: Expr | None = None
        for k, share in enumerate(cosines):
            term = mul(unary('cos', mul(cast(coord(0), 'float32'), k * turn)), share)
            total = term if total is None else add(total, term)
        assert total is not None
        return g.map_over(cast(total, dtype_of(output_datatype)), [size[0]])


_window('HannWindow', 0.5, -0.5)
_window('HammingWindow', 25.0 / 46.0, -21.0 / 46.0)
_window('BlackmanWindow', 0.42, -0.5, 0.08)


@operator('MelWeightMatrix', 17, 'num_mel_bins dft_length sample_rate lower_edge_hertz upper_edge_hertz')
def mel_weight_matrix(
    g: Lowering,
    *,
    num_mel_bins: Any = None,
    dft_length: Any = None,
    sample_rate: Any = None,
    lower_edge_hertz: Any = None,
    upper_edge_hertz: Any = None,
    output_datatype: int = 1,
) -> View:
    """Triangles over the frequencies of a spectrum, [dft_length / 2 + 1, bins], each from the middle of the one before
    to that of the next; the middles are evenly apart in mel, 2595 log10(1 + f / 700)."""
    bins = num_mel_bins[0]
    low, high = [math.log(1 + edge[0] / 700) for edge in [lower_edge_hertz, upper_edge_hertz]]
    hertz = [700 * (math.exp(low + (high - low) * i / (bins + 2)) - 1) for i in range(bins + 2)]
    edges = [math.floor((dft_length[0] + 1) * f / sample_rate[0]) for f in hertz]
    left, middle, right = [g.constant('float32', [bins], edges[i : i + bins]) for i in range(3)]
    at = cast(coord(0), 'float32')
    rising = div(sub(at, left), sub(middle, left))
    falling = div(sub(right, at), sub(right, middle))
    value = where(eq(at, middle), 1.0, maximum(minimum(rising, falling), 0.0))
    return g.map_over(cast(value, dtype_of(output_datatype)), [dft_length[0] // 2 + 1, bins])
