"""Support vector machines of ai.onnx.ml."""

from __future__ import annotations

from typing import Any

from alula.kernels.expr import add, clamp, exp, gt, mul, power, sigmoid, sub, tanh, where
from alula.kernels.view import View, transposed, with_axis
from alula.ops.attributes import counted, listed, one_of, required
from alula.ops.linear import products
from alula.ops.matmul import matmul
from alula.ops.registry import operator
from alula.ops.scores import best_of, both_classes, label_count, labelled, rows_of, transformed
from alula.plan.lower import Lowering


def _kernel(g: Lowering, rows: View, vectors: View, kind: str, parameters: list[float] | None) -> Any:
    """[rows, vectors] of how near each row is to each support vector. `parameters`: gamma, coef0, degree."""
    gamma, offset, degree = [0.0, 0.0, 0.0] if parameters is None or len(parameters) == 0 else parameters
    if one_of('kernel_type', ['RBF', 'LINEAR', 'SIGMOID', 'POLY'], kind) == 'RBF':
        apart = sub(with_axis(rows, 1, 1), with_axis(vectors, 0, 1))
        return exp(mul(g.reduce('sum', mul(apart, apart), [2], False), -gamma))
    product = matmul(g, rows, transposed(vectors, [1, 0]))
    if kind == 'LINEAR':
        return product
    scaled = add(mul(product, gamma), offset)
    if kind == 'SIGMOID':
        return tanh(scaled)
    if degree == 2:
        return mul(scaled, scaled)
    return mul(mul(scaled, scaled), scaled) if degree == 3 else power(scaled, degree)


@operator('ai.onnx.ml.SVMRegressor', 1)
def svm_regressor(
    g: Lowering,
    x: View,
    *,
    coefficients: list[float] | None = None,
    kernel_params: list[float] | None = None,
    kernel_type: str = 'LINEAR',
    n_supports: int = 0,
    one_class: int = 0,
    post_transform: str = 'NONE',
    rho: list[float] | None = None,
    support_vectors: list[float] | None = None,
) -> Any:
    """Without support vectors a linear model. With `one_class` 1 for what is like the training data, else -1."""
    offset = required('rho', rho)[0]
    weights = required('coefficients', coefficients)
    if n_supports == 0:
        scores = products(g, x, 'coefficients', weights, [offset], 1)
    else:
        vectors, column = g.once(lambda: [
            _matrix(g, n_supports, required('support_vectors', support_vectors)),
            g.constants.of_list('float32', [n_supports, 1], weights),
        ])  # fmt: skip
        near = g.map(_kernel(g, rows_of(g, x), vectors, kernel_type, kernel_params))
        scores = g.map(add(matmul(g, near, column), offset))
    if one_class != 0:
        return where(gt(scores, 0.0), 1.0, -1.0)
    return transformed(g, scores, post_transform)


def _matrix(g: Lowering, rows: int, values: list[float]) -> View:
    return g.constants.of_list('float32', [rows, len(values) // rows], values)


@operator('ai.onnx.ml.SVMClassifier', 1)
def svm_classifier(
    g: Lowering,
    x: View,
    *,
    classlabels_ints: list[int] | None = None,
    classlabels_strings: list[str] | None = None,
    coefficients: list[float] | None = None,
    kernel_params: list[float] | None = None,
    kernel_type: str = 'LINEAR',
    post_transform: str = 'NONE',
    prob_a: list[float] | None = None,
    prob_b: list[float] | None = None,
    rho: list[float] | None = None,
    support_vectors: list[float] | None = None,
    vectors_per_class: list[int] | None = None,
) -> list[Any]:
    """A classifier for each pair of classes, whose votes tell the label. The scores are those of the pairs, or with
    `prob_a` and `prob_b` how likely the first of each pair is (alula.ops.coupling goes on). Without support vectors a
    linear model."""
    classes = label_count(classlabels_ints, classlabels_strings)
    weights = required('coefficients', coefficients)
    offsets = required('rho', rho)
    counts = listed(vectors_per_class)
    if sum(counts) == 0:
        scores = products(g, x, 'coefficients', weights, [offsets[0]], classes)
        return [labelled(g, best_of(g, scores), classlabels_ints, classlabels_strings),
                transformed(g, scores, post_transform)]  # fmt: skip
    vectors, pairs, firsts, seconds, rhos = g.once(lambda: _pairs(
        g, classes, counts, weights, offsets, required('support_vectors', support_vectors)
    ))  # fmt: skip
    near = g.map(_kernel(g, rows_of(g, x), vectors, kernel_type, kernel_params))
    count = pairs.shape[0]
    margins = g.map(add(matmul(g, near, transposed(pairs, [1, 0])), rhos))
    # Rows, classes, pairs: each pair's vote is for one of its classes.
    vote = where(gt(with_axis(margins, 1, 1), 0.0), firsts, seconds)
    label = labelled(g, best_of(g, g.reduce('sum', vote, [2], False)), classlabels_ints, classlabels_strings)
    if len(listed(prob_a)) > 0:
        slopes = g.constant('float32', [count], counted('prob_a', prob_a, count))
        shifts = g.constant('float32', [count], counted('prob_b', prob_b, count))
        share = sub(1.0, sigmoid(add(mul(margins, slopes), shifts)))
        return [label, clamp(share, 1e-7, 1 - 1e-7)]
    if classes == 2:
        return [label, both_classes(g, margins, post_transform, 0.0 if post_transform == 'NONE' else 1.0)]
    return [label, transformed(g, margins, post_transform)]


def _pairs(
    g: Lowering, classes: int, counts: list[int], weights: list[float], offsets: list[float], vectors: list[float]
) -> list[View]:
    """The support vectors, their weights in the decision of each pair of classes (libsvm lists those of a class
    against each other class), which class is the first and which the second of each pair, and the offsets."""
    total = sum(counts)
    starts = [sum(counts[:i]) for i in range(classes)]
    pairs = [[i, j] for i in range(classes) for j in range(i + 1, classes)]
    counted('vectors_per_class', counts, classes)
    counted('coefficients', weights, (classes - 1) * total)
    counted('rho', offsets, len(pairs))
    matrix = [0.0 for _ in range(len(pairs) * total)]
    for p, pair in enumerate(pairs):
        for own, other in [[pair[0], pair[1] - 1], [pair[1], pair[0]]]:
            for v in range(starts[own], starts[own] + counts[own]):
                matrix[p * total + v] = weights[other * total + v]
    votes = [[1.0 if pair[k] == c else 0.0 for c in range(classes) for pair in pairs] for k in range(2)]
    return [
        _matrix(g, total, vectors),
        _matrix(g, len(pairs), matrix),
        *[_matrix(g, classes, vote) for vote in votes],
        g.constants.of_list('float32', [len(pairs)], offsets),
    ]
