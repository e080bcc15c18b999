"""Heatmaps: where each has its peak, more finely than its cells."""

from __future__ import annotations

import math

from alula.host.arrays import TypedArray
from alula.host.pixels import greatest

# Below this a cell says nothing of the peak's shape.
FLOOR = 1e-6


class Peak:
    """The peak of a heatmap: (x, y) in cells (cell i of an axis covers i to i + 1), and its height."""

    def __init__(self, x: float, y: float, score: float) -> None:
        self.x = x
        self.y = y
        self.score = score


def peak(values: TypedArray, start: int, width: int, height: int) -> Peak:
    """The peak of the heatmap [height, width] that begins at `start` in `values`.

    The greatest cell, moved on each axis to the top of the parabola through the logarithms of it and its two
    neighbours: exact for a Gaussian, which heatmaps are trained to be (Zhang et al. 2020, "Distribution-aware
    coordinate representation for human pose estimation", without its smoothing). At the border of the map it stays in
    the middle of the cell.
    """
    at = greatest(values, start, start + width * height)
    row = (at - start) // width
    column = (at - start) % width
    x = column + 0.5
    y = row + 0.5
    if 0 < column < width - 1:
        x += shift(values[at - 1], values[at], values[at + 1])
    if 0 < row < height - 1:
        y += shift(values[at - width], values[at], values[at + width])
    return Peak(x, y, values[at])


def shift(before: float, middle: float, after: float) -> float:
    """How far from the middle cell the peak of a Gaussian is, whose values three cells have: -0.5 to 0.5."""
    a = math.log(max(before, FLOOR))
    b = math.log(max(middle, FLOOR))
    c = math.log(max(after, FLOOR))
    bend = a - 2 * b + c
    return 0.0 if bend >= 0 else min(max((a - c) / (2 * bend), -0.5), 0.5)
