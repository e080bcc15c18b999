"""What is made of samples taken on a machine that others use too: medians, quartiles, ratios of neighbours in time."""
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


class Spread(NamedTuple):
    """A middle value with the quartiles about it."""

    low: float
    middle: float
    high: float


def spread(samples: Sequence[float]) -> Spread:
    """The median of samples with their quartiles."""
    low, middle, high = np.percentile(samples, (25, 50, 75))
    return Spread(float(low), float(middle), float(high))


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> Spread:
    """How many times as fast we are: their median by ours, with the quartiles of the ratios of single pairs.

    `ours[i]` and `theirs[i]` were taken one after the other, so what slowed the machine down for longer than that is
    in both.
    """
    low, high = np.percentile(np.divide(theirs, ours), (25, 75))
    return Spread(float(low), float(np.median(theirs) / np.median(ours)), float(high))


def geometric_mean(values: Sequence[float]) -> float:
    return float(np.exp(np.mean(np.log(values))))
