"""Non-maximum suppression as part of a model."""

from __future__ import annotations

from typing import Any

from alula.boxes import Candidate, suppressed
from alula.errors import ShapeError
from alula.ops.blocks import integers, scalar
from alula.ops.registry import host_operator
from alula.tensor import Tensor


@host_operator('NonMaxSuppression', 10)
def non_max_suppression(
    boxes: Tensor,
    scores: Tensor,
    most: Tensor | None = None,
    iou_threshold: Tensor | None = None,
    score_threshold: Tensor | None = None,
    *,
    center_point_box: int = 0,
) -> list[Any]:
    """For boxes [batch, count, 4] with scores [batch, class, count] the int64 rows [image, class, box] of those that
    are meant: of each image and class, best first. Corners may be any two opposite ones."""
    if len(boxes.dims) != 3 or len(scores.dims) != 3 or boxes.dims[2] != 4 or boxes.dims[1] != scores.dims[2]:
        raise ShapeError(f'Boxes {boxes} and scores {scores}')
    batch, classes, count = scores.dims
    limit: int = 0 if most is None else scalar(most)
    overlapping: float = 0.0 if iou_threshold is None else scalar(iou_threshold)
    least = -1e999 if score_threshold is None else scalar(score_threshold)
    values = scores.array
    rows: list[int] = []
    for image in range(batch):
        for label in range(classes):
            start = (image * classes + label) * count
            # The label is the box's index: all of these are of one class.
            found = [
                _box(boxes.array, 4 * (image * count + i), center_point_box != 0, i, values[start + i])
                for i in range(count)
                if values[start + i] > least
            ]
            for kept in suppressed(found, overlapping, True, limit):
                rows.extend([image, label, kept.label])
    return [integers([len(rows) // 3, 3], rows)]


def _box(edges: Any, at: int, is_centre: bool, index: int, score: float) -> Candidate:
    """A box of four numbers: x and y of the centre, width and height; or y1, x1, y2, x2."""
    a = edges[at]
    b = edges[at + 1]
    c = edges[at + 2]
    d = edges[at + 3]
    if is_centre:
        return Candidate(index, score, a - c / 2, b - d / 2, a + c / 2, b + d / 2)
    return Candidate(index, score, min(b, d), min(a, c), max(b, d), max(a, c))
