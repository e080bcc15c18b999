"""Tree ensembles of ai.onnx.ml: a Map for each level that rows go down all trees, then a sum over the leaves."""

from __future__ import annotations

import math
from typing import Any

from alula.errors import AttributeValueError, ShapeError
from alula.kernels.expr import (
    Expr,
    absolute,
    add,
    binary,
    cast,
    coord,
    div,
    eq,
    load,
    logical_and,
    logical_or,
    mul,
    ne,
    where,
)
from alula.kernels.view import View, broadcast, with_axis
from alula.ops.attributes import listed, one_of, required
from alula.ops.forest import MEMBER, TESTS, Forest, forest_of_names, forest_of_numbers
from alula.ops.registry import operator
from alula.ops.scores import TRANSFORMS, above, best_of, both_classes, label_count, labelled, rows_of, transformed
from alula.plan.lower import Lowering

# By their numbers in TreeEnsemble; the reduction, and what it makes of no weights.
AGGREGATES = ['AVERAGE', 'SUM', 'MIN', 'MAX']
REDUCTIONS = ['sum', 'sum', 'min', 'max']
NOTHING = [0.0, 0.0, math.inf, -math.inf]


class Ensemble:
    """A Forest as constants that kernels read. `dtype`: in which values are compared and weights added."""

    def __init__(self, g: Lowering, forest: Forest, dtype: str) -> None:
        self.dtype = dtype
        self.targets = forest.targets
        self.depth = forest.depth()
        self.width = max(forest.features) + 1
        # The comparisons that there are.
        self.kinds = [test for test in range(MEMBER) if test in forest.tests]
        self.can_miss: bool = max([0, *forest.misses]) > 0
        self.roots, self.features, self.yes, self.no, self.tests, self.misses = [
            g.constants.of_list('int32', [len(each)], each)
            for each in [forest.roots, forest.features, forest.yes, forest.no, forest.tests, forest.misses]
        ]
        self.values, self.weights = [
            g.constants.of_list(dtype, [len(each)], each) for each in [forest.values, forest.weights]
        ]

    def _passes(self, x: Expr, at: View) -> Expr:
        """Whether the feature of each node takes the yes-branch."""
        value = load(self.values, at)
        result = binary(TESTS[self.kinds[0]], x, value)
        for kind in self.kinds[1:]:
            result = where(eq(load(self.tests, at), kind), binary(TESTS[kind], x, value), result)
        if self.can_miss:
            result = logical_or(result, logical_and(ne(x, x), ne(load(self.misses, at), 0)))
        return result

    def leaves_of(self, g: Lowering, rows: View) -> View:
        """[rows, trees]: the leaf at which each row arrives in each tree."""
        width = rows.shape[1]
        if width < self.width:
            raise ShapeError(f'Trees that look at {self.width} features, for an input of {width}')
        x = g.contiguous(rows)
        shape = [rows.shape[0], self.roots.shape[0]]
        at = broadcast(self.roots, shape)
        for _ in range(self.depth):
            feature = load(x, add(mul(coord(0), width), load(self.features, at)))
            at = g.map_over(where(self._passes(feature, at), load(self.yes, at), load(self.no, at)), shape)
        return at

    def scores(self, g: Lowering, x: View, aggregate: int, base: View | None) -> View:
        """[rows, targets]: the weights of all trees' leaves aggregated, and `base` added."""
        leaves = self.leaves_of(g, rows_of(g, x, self.dtype))
        trees = leaves.shape[1]
        rows = g.rowwise([leaves.shape[0], self.targets, trees], [2])
        weight = load(self.weights, add(mul(with_axis(leaves, 1, 1), self.targets), coord(1)))
        total = rows.stage(REDUCTIONS[aggregate], weight)
        if aggregate == 0:
            total = div(total, trees)
        elif aggregate > 1:
            total = where(eq(absolute(total), math.inf), 0.0, total)
        rows.row(total, False)
        result = rows.done()[0]
        return result if base is None else g.map(add(result, base))


def _numbers(g: Lowering, floats: list[float] | None, tensor: View | None) -> list[float]:
    """An attribute that is a list, or from version 3 on a tensor."""
    return listed(floats) if tensor is None else g.numbers(tensor, 'attribute')


def trees_of_names(
    g: Lowering,
    x: View,
    *,
    aggregate_function: str = 'SUM',
    base_values: list[float] | None = None,
    base_values_as_tensor: View | None = None,
    class_ids: list[int] | None = None,
    class_nodeids: list[int] | None = None,
    class_treeids: list[int] | None = None,
    class_weights: list[float] | None = None,
    class_weights_as_tensor: View | None = None,
    classlabels_int64s: list[int] | None = None,
    classlabels_strings: list[str] | None = None,
    n_targets: int = 1,
    nodes_falsenodeids: list[int] | None = None,
    nodes_featureids: list[int] | None = None,
    nodes_hitrates: list[float] | None = None,
    nodes_hitrates_as_tensor: View | None = None,
    nodes_missing_value_tracks_true: list[int] | None = None,
    nodes_modes: list[str] | None = None,
    nodes_nodeids: list[int] | None = None,
    nodes_treeids: list[int] | None = None,
    nodes_truenodeids: list[int] | None = None,
    nodes_values: list[float] | None = None,
    nodes_values_as_tensor: View | None = None,
    post_transform: str = 'NONE',
    target_ids: list[int] | None = None,
    target_nodeids: list[int] | None = None,
    target_treeids: list[int] | None = None,
    target_weights: list[float] | None = None,
    target_weights_as_tensor: View | None = None,
) -> list[Any]:
    """A regressor, or a classifier, which has names of classes. Weights for class 0 alone of two are those of the
    second: it is the label above 0.5 where no weight is negative, else above 0."""
    classes = label_count(classlabels_int64s, classlabels_strings)
    ids = listed(target_ids if class_ids is None else class_ids)
    is_single = classes == 2 and max([0, *ids]) == 0
    targets = n_targets if classes == 0 else 1 if is_single else classes
    base = _numbers(g, base_values, base_values_as_tensor)
    if len(base) not in [0, targets]:
        raise AttributeValueError('base_values', f'are {len(base)} for {targets} targets')
    weights = _numbers(g, class_weights, class_weights_as_tensor)
    if target_ids is not None:
        weights = _numbers(g, target_weights, target_weights_as_tensor)
    values = _numbers(g, nodes_values, nodes_values_as_tensor)
    tensors = [x, nodes_values_as_tensor, class_weights_as_tensor, target_weights_as_tensor]
    is_wide = any(each is not None and each.dtype == 'float64' for each in tensors)
    dtype = 'float64' if is_wide else 'float32'
    aggregate = AGGREGATES.index(one_of('aggregate_function', AGGREGATES, aggregate_function))
    nodes = [nodes_treeids, nodes_nodeids, nodes_featureids, values, nodes_modes, nodes_truenodeids, nodes_falsenodeids]
    weighed = [target_treeids if class_treeids is None else class_treeids,
               target_nodeids if class_nodeids is None else class_nodeids]  # fmt: skip
    ensemble = g.once(lambda: Ensemble(g, forest_of_names(
        [listed(each) for each in nodes], listed(nodes_missing_value_tracks_true),
        [*[listed(each) for each in weighed], ids, weights], targets, NOTHING[aggregate],
    ), dtype))  # fmt: skip
    summed = ensemble.scores(g, x, aggregate, None if len(base) == 0 else g.constant(dtype, [len(base)], base))
    scores = g.map(cast(summed, 'float32'))
    if classes == 0:
        return [transformed(g, scores, post_transform)]
    if is_single:
        least = 0.5 if all(weight >= 0.0 for weight in weights) else 0.0
        best = above(g, scores, least)
        final: Any = both_classes(g, scores, post_transform, 2 * least)
    else:
        best = best_of(g, scores)
        final = transformed(g, scores, post_transform)
    return [labelled(g, best, classlabels_int64s, classlabels_strings), final]


operator('ai.onnx.ml.TreeEnsembleClassifier', 1)(trees_of_names)
operator('ai.onnx.ml.TreeEnsembleRegressor', 1)(trees_of_names)


@operator('ai.onnx.ml.TreeEnsemble', 5)
def tree_ensemble(
    g: Lowering,
    x: View,
    *,
    aggregate_function: int = 1,
    leaf_targetids: list[int] | None = None,
    leaf_weights: View | None = None,
    membership_values: View | None = None,
    n_targets: int | None = None,
    nodes_falseleafs: list[int] | None = None,
    nodes_falsenodeids: list[int] | None = None,
    nodes_featureids: list[int] | None = None,
    nodes_hitrates: View | None = None,
    nodes_missing_value_tracks_true: list[int] | None = None,
    nodes_modes: View | None = None,
    nodes_splits: View | None = None,
    nodes_trueleafs: list[int] | None = None,
    nodes_truenodeids: list[int] | None = None,
    post_transform: int = 0,
    tree_roots: list[int] | None = None,
) -> Any:
    if not 0 <= aggregate_function < len(AGGREGATES) or not 0 <= post_transform < len(TRANSFORMS):
        raise AttributeValueError('aggregate_function', 'and post_transform must be numbers that ONNX knows')
    nodes = [
        tree_roots, nodes_featureids, _numbers(g, None, nodes_splits), _numbers(g, None, nodes_modes),
        nodes_truenodeids, nodes_trueleafs, nodes_falsenodeids, nodes_falseleafs,
    ]  # fmt: skip
    ensemble = g.once(lambda: Ensemble(g, forest_of_numbers(
        [listed(each) for each in nodes], listed(nodes_missing_value_tracks_true), _numbers(g, None, membership_values),
        [listed(leaf_targetids), _numbers(g, None, leaf_weights)], required('n_targets', n_targets),
        NOTHING[aggregate_function],
    ), 'float64' if x.dtype == 'float64' else 'float32'))  # fmt: skip
    scores = ensemble.scores(g, x, aggregate_function, None)
    return cast(transformed(g, scores, TRANSFORMS[post_transform]), x.dtype)
