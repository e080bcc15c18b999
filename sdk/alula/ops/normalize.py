"""Softmax and the normalisations: reductions in several stages over the same rows."""

from __future__ import annotations

from typing import Any

from alula.errors import AttributeValueError
from alula.kernels.expr import Expr, absolute, add, cast, coord, div, eq, exp, log, mul, power, sqrt, sub, where
from alula.kernels.view import View, numel, windows, with_axis
from alula.ops.attributes import axes_from, normal_axes, normal_axis
from alula.ops.reduce import mean_of
from alula.ops.registry import operator
from alula.ops.shape import trailing
from alula.plan.builder import Rowwise
from alula.plan.lower import Lowering


def softmax_over(g: Lowering, x: View, axes: list[int], logarithm: bool) -> list[View]:
    """eˣ over its sum along `axes`, shifted by the maximum so that nothing overflows; or the logarithm of that."""
    rows = g.rowwise(x.shape, axes)
    shifted = sub(x, rows.stage('max', x))
    total = rows.stage('sum', exp(shifted))
    rows.element(sub(shifted, log(total)) if logarithm else div(exp(shifted), total))
    return rows.done()


def _register(name: str, logarithm: bool) -> None:
    @operator(name, 1)
    def softmax_1(g: Lowering, x: View, *, axis: int = 1) -> list[View]:
        """Before opset 13: over all axes from `axis` on, as one."""
        return softmax_over(g, x, axes_from(axis, len(x.shape)), logarithm)

    @operator(name, 13)
    def softmax(g: Lowering, x: View, *, axis: int = -1) -> list[View]:
        return softmax_over(g, x, [normal_axis(axis, len(x.shape))], logarithm)


_register('Softmax', False)
_register('LogSoftmax', True)


@operator('Hardmax', 1)
def hardmax_1(g: Lowering, x: View, *, axis: int = 1) -> View:
    """Before opset 13: over all axes from `axis` on, as one."""
    cols = numel(x.shape[normal_axis(axis, len(x.shape)) :])
    return g.reshape(hardmax(g, g.reshape(x, [numel(x.shape) // cols, cols])), x.shape)


@operator('Hardmax', 13)
def hardmax(g: Lowering, x: View, *, axis: int = -1) -> View:
    """1 at the first of the greatest, else 0."""
    at = normal_axis(axis, len(x.shape))
    return g.map_over(cast(eq(cast(coord(at), 'int64'), g.reduce('argmax', x, [at], True)), x.dtype), x.shape)


def _moments(rows: Rowwise, x: View, epsilon: float) -> list[Expr]:
    """x as deviations from its row's mean in units of the standard deviation, the mean, and the reciprocal unit."""
    mean = mean_of(rows, x)
    centred = sub(x, mean)
    inverse = div(1.0, sqrt(add(mean_of(rows, mul(centred, centred)), epsilon)))
    return [mul(centred, inverse), mean, inverse]


@operator('LayerNormalization', 17, '. . .')
def layer_normalization(
    g: Lowering,
    x: View,
    scale: View,
    bias: View | None,
    *,
    axis: int = -1,
    epsilon: float = 1e-5,
    stash_type: int = 1,
) -> list[View]:
    """Ba et al., arXiv:1607.06450. Also gives mean and inverse deviation, if asked for."""
    rows = g.rowwise(x.shape, axes_from(axis, len(x.shape)))
    normal, mean, inverse = _moments(rows, x, epsilon)
    scaled = mul(normal, scale)
    rows.element(scaled if bias is None else add(scaled, bias))
    if g.output_count > 1:
        rows.row(mean, True)
        rows.row(inverse, True)
    return rows.done()


@operator('RMSNormalization', 23)
def rms_normalization(
    g: Lowering, x: View, scale: View, *, axis: int = -1, epsilon: float = 1e-5, stash_type: int = 1
) -> list[View]:
    """Zhang & Sennrich, arXiv:1910.07467."""
    rows = g.rowwise(x.shape, axes_from(axis, len(x.shape)))
    rows.element(mul(div(x, sqrt(add(mean_of(rows, mul(x, x)), epsilon))), scale))
    return rows.done()


@operator('MeanVarianceNormalization', 9)
def mean_variance_normalization(g: Lowering, x: View, *, axes: list[int] | None = None) -> list[View]:
    rows = g.rowwise(x.shape, normal_axes([0, 2, 3] if axes is None else axes, len(x.shape)))
    centred = sub(x, mean_of(rows, x))
    rows.element(div(centred, add(sqrt(mean_of(rows, mul(centred, centred))), 1e-9)))
    return rows.done()


def grouped(g: Lowering, x: View, scale: View, bias: View, groups: int, epsilon: float) -> View:
    """The channels of each of `groups` as one row; `scale` and `bias` are per channel."""
    rank = len(x.shape)
    split = g.reshape(x, [x.shape[0], groups, x.shape[1] // groups, *x.shape[2:]])
    rows = g.rowwise(split.shape, list(range(2, rank + 1)))
    normal = _moments(rows, split, epsilon)[0]
    each = [trailing(g.reshape(v, split.shape[1:3]), rank - 2) for v in [scale, bias]]
    rows.element(add(mul(normal, each[0]), each[1]))
    return g.reshape(rows.done()[0], x.shape)


@operator('GroupNormalization', 18)
def group_normalization_18(
    g: Lowering, x: View, scale: View, bias: View, *, epsilon: float = 1e-5, num_groups: int = 1
) -> View:
    """Wu & He, arXiv:1803.08494; scale and bias are per group."""
    size = x.shape[1] // num_groups
    repeated = [g.reshape(with_axis(v, 1, size), [x.shape[1]]) for v in [scale, bias]]
    return grouped(g, x, repeated[0], repeated[1], num_groups, epsilon)


@operator('GroupNormalization', 21)
def group_normalization(
    g: Lowering, x: View, scale: View, bias: View, *, epsilon: float = 1e-5, num_groups: int = 1, stash_type: int = 1
) -> View:
    return grouped(g, x, scale, bias, num_groups, epsilon)


@operator('InstanceNormalization', 6)
def instance_normalization(g: Lowering, x: View, scale: View, bias: View, *, epsilon: float = 1e-5) -> list[View]:
    rows = g.rowwise(x.shape, list(range(2, len(x.shape))))
    normal = _moments(rows, x, epsilon)[0]
    rows.element(add(mul(normal, per_channel(scale, x)), per_channel(bias, x)))
    return rows.done()


@operator('BatchNormalization', 7)
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
) -> list[Any]:
    """With running statistics: one factor and one summand per channel, which a convolution before it takes up. In
    training with those of x, by which the running ones, the other results, move on."""
    if spatial == 0:
        raise AttributeValueError('spatial', 'must be 1')
    results: list[Any] = []
    if training_mode != 0:
        axes = [d for d in range(len(x.shape)) if d != 1]
        count = numel(x.shape) // x.shape[1]
        running = [mean, variance]
        mean = g.map(div(g.reduce('sum', x, axes, False), count))
        centred = sub(x, per_channel(mean, x))
        variance = g.map(div(g.reduce('sum', mul(centred, centred), axes, False), count))
        for i, now in enumerate([mean, variance]):
            results.append(add(mul(running[i], momentum), mul(cast(now, running[i].dtype), 1.0 - momentum)))
    factor = g.map(div(scale, sqrt(add(cast(variance, scale.dtype), epsilon))))
    summand = g.map(sub(bias, mul(cast(mean, scale.dtype), factor)))
    return [add(mul(x, per_channel(factor, x)), per_channel(summand, x)), *results]


def per_channel(vector: View, x: View) -> View:
    """A vector over dim 1 of x."""
    return trailing(vector, len(x.shape) - 2)


@operator('LRN', 1)
def lrn(g: Lowering, x: View, *, size: int = 1, alpha: float = 0.0001, beta: float = 0.75, bias: float = 1.0) -> Expr:
    """Local response normalisation over neighbouring channels (Krizhevsky et al. 2012)."""
    before = [0 for _ in x.shape]
    after = before[:]
    before[1] = (size - 1) // 2
    after[1] = size // 2
    near = windows(g.padded(x, before, after, 0.0, None), 1, size, 1, 1)
    total = g.reduce('sum', mul(near, near), [len(x.shape)], False)
    return div(x, power(add(mul(total, alpha / size), bias), beta))


@operator('LpNormalization', 1)
def lp_normalization(g: Lowering, x: View, *, axis: int = -1, p: int = 2) -> list[View]:
    rows = g.rowwise(x.shape, [normal_axis(axis, len(x.shape))])
    norm = sqrt(rows.stage('sum', mul(x, x))) if p == 2 else rows.stage('sum', absolute(x))
    # A vector of zeros stays one.
    rows.element(where(eq(norm, 0.0), 0.0, div(x, norm)))
    return rows.done()
