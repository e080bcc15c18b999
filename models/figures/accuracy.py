"""How well heatmaps say where joints are: the measure that the pose net is judged by, in NumPy alone."""

import numpy as np


def joints_of(heatmaps: np.ndarray, side: int) -> np.ndarray:
    """float [keypoints, 2] of x, y in pixels: the middle of what is brightest, around each heatmap's peak.

    An oracle of its own: the mean of the 5 × 5 cells around the peak, weighted by the heatmap."""
    count, height, width = heatmaps.shape
    stride = side / width
    found = np.zeros((count, 2))
    for k, heat in enumerate(heatmaps):
        row, column = np.unravel_index(heat.argmax(), heat.shape)
        rows = np.arange(max(0, row - 2), min(height, row + 3))
        columns = np.arange(max(0, column - 2), min(width, column + 3))
        weights = heat[np.ix_(rows, columns)] ** 2
        total = weights.sum()
        found[k] = ((weights.sum(axis=0) * (columns + 0.5)).sum() / total * stride,
                    (weights.sum(axis=1) * (rows + 0.5)).sum() / total * stride)
    return found


def errors(heatmaps: np.ndarray, joints: np.ndarray, side: int = 128) -> np.ndarray:
    """For each joint its distance from the true one: relative to the longer side of the figure's box (for PCK, Yang and
    Ramanan 2013), and in pixels; float [keypoints, 2]."""
    apart = np.linalg.norm(joints_of(heatmaps, side) - joints, axis=1)
    size = (joints.max(axis=0) - joints.min(axis=0)).max()
    return np.stack([apart / size, apart], axis=1)
