"""What classifiers and regressors of ai.onnx.ml make of their scores: transforms, a second class, labels.

Where the specification leaves it open, as onnxruntime does.
"""

from __future__ import annotations

import math
from typing import Any

from alula.errors import AttributeValueError
from alula.kernels.expr import (
    Expr,
    absolute,
    add,
    cast,
    coord,
    div,
    eq,
    exp,
    gt,
    load,
    log,
    lt,
    mul,
    neg,
    sigmoid,
    sqrt,
    sub,
    where,
)
from alula.kernels.view import View, numel
from alula.ops.attributes import one_of
from alula.ops.normalize import softmax_over
from alula.plan.lower import Lowering

# By their numbers in TreeEnsemble.
TRANSFORMS = ['NONE', 'SOFTMAX', 'LOGISTIC', 'SOFTMAX_ZERO', 'PROBIT']
# The a of Winitzki's approximation of the inverse error function, and 2 / πa with the π of those who began with it.
WINITZKI = 0.147
LEAD = 2 / (3.14159 * WINITZKI)


def rows_of(g: Lowering, x: View, dtype: str = 'float32') -> View:
    """The input as [rows, features] of one type; a vector is one row."""
    rows = x.shape[0] if len(x.shape) > 1 else 1
    return g.reshape(g.map(cast(x, dtype)), [rows, numel(x.shape) // max(rows, 1)])


def transformed(g: Lowering, scores: View, transform: str) -> Any:
    """[rows, classes] after a transform along each row. A score alone knows only PROBIT."""
    if one_of('post_transform', TRANSFORMS, transform) == 'PROBIT':
        return _probit(scores)
    if transform == 'NONE' or scores.shape[1] == 1:
        return scores
    if transform == 'LOGISTIC':
        return sigmoid(scores)
    return softmax_over(g, scores, [1], False)[0] if transform == 'SOFTMAX' else _softmax_zero(g, scores)


def _softmax_zero(g: Lowering, scores: View) -> View:
    """Softmax among the scores that aren't 0; those stay next to it."""
    rows = g.rowwise(scores.shape, [1])
    top = rows.stage('max', scores)
    is_score = gt(absolute(scores), 1e-7)
    power = exp(sub(scores, top))
    total = rows.stage('sum', where(is_score, power, 0.0))
    rows.element(div(where(is_score, power, mul(scores, exp(neg(top)))), total))
    return rows.done()[0]


def _probit(share: Any) -> Expr:
    """The quantile of the normal distribution, after S. Winitzki, "A handy approximation for the error function and its
    inverse" (2008): within 0.2 % of it."""
    y = sub(mul(share, 2.0), 1.0)
    size = log(mul(sub(1.0, y), add(y, 1.0)))
    v = add(mul(size, 0.5), LEAD)
    root = sqrt(sub(sqrt(sub(mul(v, v), mul(size, 1 / WINITZKI))), v))
    return mul(where(lt(y, 0.0), neg(root), root), math.sqrt(2.0))


def both_classes(g: Lowering, score: View, transform: str, whole: float) -> View:
    """[rows, 2] of the score [rows, 1] of the second class alone: the first has `whole` minus that, or with LOGISTIC
    and PROBIT what makes both come to 1."""
    is_second = eq(coord(1), 1)
    shape = [score.shape[0], 2]
    if transform == 'LOGISTIC':
        return g.map_over(sigmoid(where(is_second, score, neg(score))), shape)
    if transform == 'PROBIT':
        quantile = g.map(_probit(score))
        return g.map_over(where(is_second, quantile, neg(quantile)), shape)
    return g.map_over(where(is_second, score, sub(whole, score)), shape)


def labelled(g: Lowering, index: Any, ints: list[int] | None, strings: list[str] | None) -> Expr:
    """The class label at an index, for each of `index`."""
    if strings is not None and len(strings) > 0:
        labels = g.texts(strings)
    elif ints is not None:
        labels = g.constant('int64', [len(ints)], ints)
    else:
        raise AttributeValueError('classlabels', 'are required, as strings or as integers')
    return load(labels, cast(index, 'int32'))


def label_count(ints: list[int] | None, strings: list[str] | None) -> int:
    """How many classes there are."""
    return len(strings) if strings is not None and len(strings) > 0 else 0 if ints is None else len(ints)


def best_of(g: Lowering, scores: View) -> View:
    """The index of the greatest score of each row, the first of equal ones."""
    return g.reduce('argmax', scores, [1], False)


def above(g: Lowering, score: View, threshold: float) -> View:
    """1 where the score [rows, 1] of the second class is above a threshold, else 0: an index [rows]."""
    return g.reshape(g.map(cast(gt(score, threshold), 'int32')), [score.shape[0]])
