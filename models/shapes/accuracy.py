"""Mean average precision of a detector's raw outputs, as COCO defines it: 101 recall levels, greedy matches."""

from collections.abc import Sequence

import numpy as np

IOU_LEVELS = np.arange(0.5, 0.96, 0.05)
MIN_SCORE, MAX_OVERLAP = 0.01, 0.6


class Detections:
    """What was found in one picture: `boxes` [n, 4] of x0 y0 x1 y1, `scores` [n], `labels` [n], best first."""

    def __init__(self, output: np.ndarray, min_score: float = MIN_SCORE) -> None:
        """From the [4 + classes, anchors] of one picture, with suppression of overlapping boxes within each class."""
        classes, anchors = np.nonzero(output[4:] >= min_score)
        scores = output[4 + classes, anchors]
        order = np.argsort(-scores, kind='stable')
        classes, anchors, scores = classes[order], anchors[order], scores[order]
        centres, sizes = output[:2, anchors].T, output[2:4, anchors].T
        boxes = np.concatenate([centres - sizes / 2, centres + sizes / 2], axis=1)
        overlaps = (iou(boxes, boxes) > MAX_OVERLAP) & (classes[:, None] == classes)
        kept = np.ones(len(scores), bool)
        for i in range(len(scores)):
            if kept[i]:
                kept[i + 1:] &= ~overlaps[i, i + 1:]
        self.boxes, self.scores, self.labels = boxes[kept], scores[kept], classes[kept]


def iou(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """[n, m]: the overlaps of n boxes with m boxes."""
    common = np.minimum(a[:, None, 2:], b[None, :, 2:]) - np.maximum(a[:, None, :2], b[None, :, :2])
    shared = np.clip(common, 0, None).prod(axis=2)
    return shared / np.maximum(_areas(a)[:, None] + _areas(b) - shared, 1e-9)


def _areas(boxes: np.ndarray) -> np.ndarray:
    return np.clip(boxes[:, 2:] - boxes[:, :2], 0, None).prod(axis=1)


def average_precisions(found: Sequence[Detections], boxes: Sequence[np.ndarray], labels: Sequence[np.ndarray],
                       classes: int) -> np.ndarray:
    """[classes, 10]: by class and level of IoU from 0.5 to 0.95. Its mean is mAP@0.5:0.95, of [:, 0] mAP@0.5."""
    table = np.zeros((classes, len(IOU_LEVELS)))
    for label in range(classes):
        truths = [b[wanted == label] for b, wanted in zip(boxes, labels)]
        own = [(d.boxes[d.labels == label], d.scores[d.labels == label]) for d in found]
        scores = np.concatenate([s for _, s in own])
        order = np.argsort(-scores, kind='stable')
        for i, level in enumerate(IOU_LEVELS):
            hits = np.concatenate([_matches(b, truth, level) for (b, _), truth in zip(own, truths)])
            table[label, i] = _average_precision(hits[order], sum(map(len, truths)))
    return table


def _matches(boxes: np.ndarray, truths: np.ndarray, level: float) -> np.ndarray:
    """Which of the boxes, best first, take a true box that none before them took."""
    overlaps = iou(boxes, truths)
    hits = np.zeros(len(boxes), bool)
    for i in range(len(boxes)):
        if len(truths) and overlaps[i].max() >= level:
            hits[i] = True
            overlaps[:, overlaps[i].argmax()] = -1.0
    return hits


def _average_precision(hits: np.ndarray, total: int) -> float:
    if not len(hits):
        return 0.0
    true = np.cumsum(hits)
    precision = np.maximum.accumulate((true / np.arange(1, len(hits) + 1))[::-1])[::-1]
    places = np.searchsorted(true / total, np.linspace(0, 1, 101))
    return float(np.append(precision, 0.0)[places].mean())
