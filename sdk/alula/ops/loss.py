"""Losses: what a model of a classifier in training gives beside its scores."""

from __future__ import annotations

from typing import Any

from alula.errors import AttributeValueError
from alula.kernels.expr import cast, div, eq, literal, logical_and, mul, ne, neg, where
from alula.kernels.view import View, with_axis
from alula.ops.normalize import per_channel, softmax_over
from alula.ops.registry import operator
from alula.plan.lower import Lowering


@operator('NegativeLogLikelihoodLoss', 12, '. . .')
def negative_log_likelihood_loss(
    g: Lowering, x: View, target: View, weight: View | None, *, ignore_index: Any = None, reduction: str = 'mean'
) -> View:
    """-weight[t] · x[n, t, …] for the class t = target[n, …] of each element; 'mean' is over the sum of the weights.

    Elements whose target is `ignore_index`, or no class, do not count.
    """
    classes = g.constant('int64', [x.shape[1]], list(range(x.shape[1])))
    chosen = with_axis(target, 1, 1)
    hit: Any = eq(per_channel(classes, x), cast(chosen, 'int64'))
    if ignore_index is not None:
        hit = logical_and(hit, ne(chosen, ignore_index))
    weights: Any = literal(1.0, x.dtype) if weight is None else per_channel(weight, x)
    loss = g.reduce('sum', where(hit, neg(mul(x, weights)), 0.0), [1], False)
    if reduction == 'none':
        return loss
    total = g.reduce('sum', loss, list(range(len(loss.shape))), False)
    if reduction == 'sum':
        return total
    if reduction != 'mean':
        raise AttributeValueError('reduction', f"must be 'none', 'sum' or 'mean', not '{reduction}'")
    return g.map(div(total, g.reduce('sum', where(hit, weights, 0.0), list(range(len(x.shape))), False)))


@operator('SoftmaxCrossEntropyLoss', 12, '. . .')
def softmax_cross_entropy_loss(
    g: Lowering, x: View, labels: View, weight: View | None, *, ignore_index: Any = None, reduction: str = 'mean'
) -> list[View]:
    """The loss of the classes' log-probabilities, which are the second result."""
    logs = softmax_over(g, x, [1], True)[0]
    loss = negative_log_likelihood_loss(g, logs, labels, weight, ignore_index=ignore_index, reduction=reduction)
    return [loss, logs]
