"""Boxes with scores: how much they overlap, and which of the many that a detector writes are meant."""

from __future__ import annotations


class Candidate:
    """A box in pixels of the model's input, the class that it is most likely of, and how likely."""

    def __init__(self, label: int, score: float, left: float, top: float, right: float, bottom: float) -> None:
        self.label = label
        self.score = score
        self.left = left
        self.top = top
        self.right = right
        self.bottom = bottom

    def area(self) -> float:
        return max(self.right - self.left, 0.0) * max(self.bottom - self.top, 0.0)


def overlap(a: Candidate, b: Candidate) -> float:
    """Intersection over union."""
    width = min(a.right, b.right) - max(a.left, b.left)
    height = min(a.bottom, b.bottom) - max(a.top, b.top)
    if width <= 0 or height <= 0:
        return 0.0
    common = width * height
    return common / (a.area() + b.area() - common)


def suppressed(found: list[Candidate], iou_threshold: float, class_agnostic: bool, most: int) -> list[Candidate]:
    """Non-maximum suppression: best first, at most `most`, none of which overlaps a better one by more than the
    threshold; among all, or (not `class_agnostic`) among those of a class."""
    kept: list[Candidate] = []
    for box in sorted(found, key=lambda box: -box.score):
        if len(kept) == most:
            break
        rivals = kept if class_agnostic else [other for other in kept if other.label == box.label]
        if all(overlap(box, other) <= iou_threshold for other in rivals):
            kept.append(box)
    return kept
