"""Boxes with scores out of what a detector writes."""

from __future__ import annotations

from alula.boxes import Candidate
from alula.host.arrays import TypedArray
from alula.host.pixels import greatest_rows


def candidates(values: TypedArray, start: int, classes: int, anchors: int, threshold: float) -> list[Candidate]:
    """The boxes whose best class scores above the threshold, in the layout of YOLOv8.

    `values` from `start` on: [4 + classes, anchors], rows centre x, centre y, width, height, then a score per class.
    """
    scores = start + 4 * anchors
    best = greatest_rows(values, scores, classes, anchors)
    found: list[Candidate] = []
    for i in range(anchors):
        score = values[scores + best[i] * anchors + i]
        if score > threshold:
            x = values[start + i]
            y = values[start + anchors + i]
            half_width = values[start + 2 * anchors + i] / 2
            half_height = values[start + 3 * anchors + i] / 2
            box = Candidate(best[i], score, x - half_width, y - half_height, x + half_width, y + half_height)
            found.append(box)
    return found
