"""Resizing with Pillow's numbers: BILINEAR, which is antialiased, in its 8-bit fixed-point arithmetic.

Two passes, rows then columns, each rounded to bytes (Pillow, src/libImaging/Resample.c)."""

from __future__ import annotations

import math

from alula.host.arrays import TypedArray, i32, trunc
from alula.host.pixels import resampled

# Fractional bits of a weight, which `resampled` shifts away.
PRECISION = 22


class Weights:
    """How `size` pixels of an axis become `len(starts)`: of each the first that counts, how many count, and by what
    weight."""

    def __init__(self, size: int, out_size: int) -> None:
        scale = size / out_size
        support = max(scale, 1.0)  # the triangle's half width, in pixels of the source
        self.taps: int = 2 * math.ceil(support) + 1
        self.starts: TypedArray = i32(out_size)
        self.counts: TypedArray = i32(out_size)
        self.weights: TypedArray = i32(out_size * self.taps)
        for j in range(out_size):
            centre = (j + 0.5) * scale
            start = max(trunc(centre - support + 0.5), 0)
            end = min(trunc(centre + support + 0.5), size)
            row = [max(0.0, 1.0 - abs((i - centre + 0.5) * (1.0 / support))) for i in range(start, end)]
            total = 0.0
            for weight in row:  # one after the other, as Pillow adds: `sum` compensates for rounding
                total += weight
            for i in range(end - start):
                self.weights[j * self.taps + i] = trunc(0.5 + row[i] / total * 2.0**PRECISION)
            self.starts[j] = start
            self.counts[j] = end - start


def resized(data: TypedArray, width: int, height: int, channels: int, new_width: int, new_height: int) -> TypedArray:
    """Bytes [height, width, channels] → [new_height, new_width, channels]. Sizes are at least 1."""
    # As Pillow from 13 on: columns first where the height loses more than twice the pixels that the width loses.
    if new_height < height and height - new_height > 2 * (width - new_width):
        data = _along_columns(data, width * channels, height, new_height)
        return _along_rows(data, width, new_height, channels, new_width)
    data = _along_rows(data, width, height, channels, new_width)
    return _along_columns(data, new_width * channels, height, new_height)


def _along_rows(data: TypedArray, width: int, height: int, channels: int, new_width: int) -> TypedArray:
    if new_width == width:
        return data
    w = Weights(width, new_width)
    return resampled(data, height, width, channels, w.starts, w.counts, w.weights, w.taps)


def _along_columns(data: TypedArray, row_bytes: int, height: int, new_height: int) -> TypedArray:
    if new_height == height:
        return data
    w = Weights(height, new_height)
    return resampled(data, 1, height, row_bytes, w.starts, w.counts, w.weights, w.taps)
