"""Softmax and the normalisations: reductions in several stages over the same rows."""

from __future__ import annotations

from typing import Any

from alula.errors import AttributeValueError
from alula.kernels.expr import Expr, absolute, add, cast, div, eq, exp, log, mul, power, read, sqrt, sub, where
from alula.kernels.view import View, numel, windows, with_axis
from alula.ops.attributes import normal_axis
from alula.ops.registry import operator
from alula.plan.builder import Rowwise
from alula.plan.lower import Lowering


@operator('Softmax', since=13)
def softmax(g: Lowering, x: View, *, axis: int = -1) -> View:
    return softmax_over(g, x, [normal_axis(axis, len(x.shape))])


@operator('Softmax', since=1)
def softmax_1(g: Lowering, x: View, *, axis: int = 1) -> View:
    """Before opset 13: over all axes from `axis` on, as one."""
    return softmax_over(g, x, list(range(normal_axis(axis, len(x.shape)), len(x.shape))))


def softmax_over(g: Lowering, x: View, axes: list[int]) -> View:
    """eˣ over its sum along `axes`, shifted by the maximum so that nothing overflows."""
    rows = g.rowwise(x.shape, axes)
    top = rows.stage('max', x)
    total = rows.stage('sum', exp(sub(x, top)))
    rows.element(div(exp(sub(x, top)), total))
    return rows.done()[0]


@operator('LogSoftmax', since=13)
def log_softmax(g: Lowering, x: View, *, axis: int = -1) -> View:
    return _log_softmax(g, x, [normal_axis(axis, len(x.shape))])


@operator('LogSoftmax', since=1)
def log_softmax_1(g: Lowering, x: View, *, axis: int = 1) -> View:
    return _log_softmax(g, x, list(range(normal_axis(axis, len(x.shape)), len(x.shape))))


def _log_softmax(g: Lowering, x: View, axes: list[int]) -> View:
    rows = g.rowwise(x.shape, axes)
    top = rows.stage('max', x)
    total = rows.stage('sum', exp(sub(x, top)))
    rows.element(sub(sub(x, top), log(total)))
    return rows.done()[0]


class Moments:
    """Mean and the reciprocal of the standard deviation of each row, as stages of a Reduce."""

    def __init__(self, rows: Rowwise, x: View, count: int, epsilon: float) -> None:
        self.mean = div(rows.stage('sum', x), float(count))
        centred = sub(x, self.mean)
        variance = div(rows.stage('sum', mul(centred, centred)), float(count))
        self.inverse_deviation = div(1.0, sqrt(add(variance, epsilon)))
        self.normal: Expr = mul(centred, self.inverse_deviation)


@operator('LayerNormalization', since=17)
def layer_normalization(
    g: Lowering,
    x: View,
    scale: View,
    bias: View | None = None,
    *,
    axis: int = -1,
    epsilon: float = 1e-5,
    stash_type: int = 1,
) -> list[View]:
    """Ba et al., arXiv:1607.06450. Also gives mean and inverse deviation, if asked for."""
    first = normal_axis(axis, len(x.shape))
    axes = list(range(first, len(x.shape)))
    rows = g.rowwise(x.shape, axes)
    moments = Moments(rows, x, numel(x.shape[first:]), epsilon)
    scaled = mul(moments.normal, scale)
    rows.element(scaled if bias is None else add(scaled, bias))
    if g.output_count() > 1:
        rows.row(moments.mean, True)
        rows.row(moments.inverse_deviation, True)
    return rows.done()


@operator('RMSNormalization', since=23)
def rms_normalization(
    g: Lowering, x: View, scale: View, *, axis: int = -1, epsilon: float = 1e-5, stash_type: int = 1
) -> View:
    """Zhang & Sennrich, arXiv:1910.07467."""
    first = normal_axis(axis, len(x.shape))
    rows = g.rowwise(x.shape, list(range(first, len(x.shape))))
    mean_square = div(rows.stage('sum', mul(x, x)), float(numel(x.shape[first:])))
    rows.element(mul(div(x, sqrt(add(mean_square, epsilon))), scale))
    return rows.done()[0]


@operator('InstanceNormalization', since=6)
def instance_normalization(g: Lowering, x: View, scale: View, bias: View, *, epsilon: float = 1e-5) -> View:
    axes = list(range(2, len(x.shape)))
    rows = g.rowwise(x.shape, axes)
    moments = Moments(rows, x, numel(x.shape[2:]), epsilon)
    rows.element(add(mul(moments.normal, per_channel(scale, len(x.shape))), per_channel(bias, len(x.shape))))
    return rows.done()[0]


@operator('BatchNormalization', since=7)
def batch_normalization(
    g: Lowering,
    x: View,
    scale: View,
    bias: View,
    mean: View,
    variance: View,
    *,
    epsilon: float = 1e-5,
    momentum: float = 0.9,
    spatial: int = 1,
    training_mode: int = 0,
) -> View:
    """With running statistics: one factor and one summand per channel, which a convolution before it takes up."""
    if training_mode != 0:
        raise AttributeValueError('training_mode', 'must be 0: Alula runs models, it does not train them')
    if spatial == 0:
        raise AttributeValueError('spatial', 'must be 1')
    factor = g.map(div(scale, sqrt(add(cast(variance, scale.dtype), epsilon))))
    summand = g.map(sub(bias, mul(cast(mean, scale.dtype), factor)))
    return g.map(add(mul(x, per_channel(factor, len(x.shape))), per_channel(summand, len(x.shape))))


def per_channel(view: View, rank: int) -> View:
    """A vector over dim 1 of a tensor of `rank` dims."""
    result = view
    for _ in range(rank - 2):
        result = with_axis(result, len(result.shape), 1)
    return result


@operator('LRN', since=1)
def lrn(g: Lowering, x: View, *, size: int = 1, alpha: float = 0.0001, beta: float = 0.75, bias: float = 1.0) -> View:
    """Local response normalisation over neighbouring channels (Krizhevsky et al. 2012)."""
    before = [0 for _ in x.shape]
    after = [0 for _ in x.shape]
    before[1] = (size - 1) // 2
    after[1] = size - 1 - before[1]
    near = windows(g.padded(x, before, after, 0.0, None), 1, size, 1, 1)
    total = g.reduce('sum', mul(near, near), [len(x.shape)], False)
    return g.map(div(x, power(add(mul(total, alpha / size), bias), beta)))


@operator('LpNormalization', since=1)
def lp_normalization(g: Lowering, x: View, *, axis: int = -1, p: int = 2) -> View:
    rows = g.rowwise(x.shape, [normal_axis(axis, len(x.shape))])
    element: Any = read(x)
    norm = sqrt(rows.stage('sum', mul(element, element))) if p == 2 else rows.stage('sum', absolute(element))
    # A vector of zeros stays one.
    rows.element(where(eq(norm, 0.0), 0.0, div(element, norm)))
    return rows.done()[0]
