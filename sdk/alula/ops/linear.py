"""Linear models of ai.onnx.ml."""

from __future__ import annotations

from typing import Any

from alula.kernels.expr import add
from alula.kernels.view import View, transposed
from alula.ops.attributes import counted, required
from alula.ops.matmul import matmul
from alula.ops.registry import operator
from alula.ops.scores import above, best_of, both_classes, label_count, labelled, rows_of, transformed
from alula.plan.lower import Lowering


def products(
    g: Lowering, x: View, name: str, weights: list[float] | None, offsets: list[float] | None, targets: int
) -> View:
    """[rows, targets] of the products of each row with the rows of `weights`, an attribute, and the offsets."""
    rows = rows_of(g, x)
    depth = rows.shape[1]
    given = counted(name, weights, targets * depth)

    def made() -> list[View]:
        found = [g.constants.of_list('float32', [targets, depth], given)]
        return found if offsets is None else [*found, g.constants.of_list('float32', [len(offsets)], offsets)]

    constants = g.once(made)
    result = matmul(g, rows, transposed(constants[0], [1, 0]))
    return result if len(constants) == 1 else g.map(add(result, constants[1]))


@operator('ai.onnx.ml.LinearRegressor', 1)
def linear_regressor(
    g: Lowering,
    x: View,
    *,
    coefficients: list[float] | None = None,
    intercepts: list[float] | None = None,
    targets: int = 1,
    post_transform: str = 'NONE',
) -> Any:
    return transformed(g, products(g, x, 'coefficients', coefficients, intercepts, targets), post_transform)


@operator('ai.onnx.ml.LinearClassifier', 1)
def linear_classifier(
    g: Lowering,
    x: View,
    *,
    coefficients: list[float] | None = None,
    intercepts: list[float] | None = None,
    classlabels_ints: list[int] | None = None,
    classlabels_strings: list[str] | None = None,
    multi_class: int = 0,
    post_transform: str = 'NONE',
) -> list[Any]:
    """Coefficients for one of two classes are those of the second. `multi_class` changes nothing."""
    features = rows_of(g, x).shape[1]
    targets = len(required('coefficients', coefficients)) // max(features, 1)
    scores = products(g, x, 'coefficients', coefficients, intercepts, targets)
    if targets == 1 and label_count(classlabels_ints, classlabels_strings) == 2:
        best = above(g, scores, 0.0)
        final: Any = both_classes(g, scores, post_transform, 1.0)
    else:
        best = best_of(g, scores)
        final = transformed(g, scores, post_transform)
    return [labelled(g, best, classlabels_ints, classlabels_strings), final]
