"""Decision trees as lists: one numbering of the nodes of all trees, and what each adds to each target."""

from __future__ import annotations

import math
from typing import Any

from alula.errors import AttributeValueError
from alula.host.table import Table

# Comparisons with a node's value, by their numbers in TreeEnsemble; then membership of a set.
TESTS = ['le', 'lt', 'ge', 'gt', 'eq', 'ne']
MEMBER = len(TESTS)
BRANCHES = ['BRANCH_LEQ', 'BRANCH_LT', 'BRANCH_GTE', 'BRANCH_GT', 'BRANCH_EQ', 'BRANCH_NEQ']


class Forest:
    """`features`, `values`, `tests`, `misses` (whether a NaN takes the yes-branch), `yes` and `no` (the node to go on
    with) of each node; a leaf, whose test is MEMBER, goes on with itself. `weights`: a row per node, a column per
    target."""

    def __init__(self, roots: list[int], columns: list[list[Any]]) -> None:
        self.roots = roots
        self.features, self.values, self.tests, self.misses, self.yes, self.no = columns
        self.targets = 0
        self.weights: list[float] = []

    def weighed(self, nodes: list[int], rows: list[list[Any]], targets: int, nothing: float) -> Forest:
        """With weights: that of `nodes[i]` for target `rows[0][i]` is `rows[1][i]`, several are added up, `nothing`
        where there is none."""
        self.targets = targets
        found: list[Any] = [None for _ in range(len(self.yes) * targets)]
        for i, target in enumerate(rows[0]):
            if target < 0 or target >= targets:
                raise AttributeValueError('target_ids', f'has {target} among {targets}')
            at = nodes[i] * targets + target
            found[at] = rows[1][i] + (0 if found[at] is None else found[at])
        self.weights = [nothing if weight is None else weight for weight in found]
        return self

    def depth(self) -> int:
        """The most tests on a way. AttributeValueError for one without end."""
        level = self.roots
        for depth in range(len(self.yes) + 1):
            below: Table[int, bool] = Table()
            for node in level:
                if self.tests[node] < MEMBER:
                    below.put(self.yes[node], True)
                    below.put(self.no[node], True)
            if below.count() == 0:
                return depth
            level = below.keys_list()
        raise AttributeValueError('nodes_truenodeids', 'leads in a circle')


def forest_of_names(nodes: list[Any], misses: list[int], weights: list[Any], targets: int, nothing: float) -> Forest:
    """The trees of TreeEnsembleClassifier and -Regressor, whose first nodes are the roots. `nodes`: nodes_treeids,
    nodeids, featureids, values, modes, truenodeids, falsenodeids; `weights`: treeids, nodeids, targets, weights."""
    trees, ids, features, values, modes, yes, no = nodes
    places: Table[str, int] = Table()
    roots: Table[int, int] = Table()
    for i, tree in enumerate(trees):
        places.put(f'{tree} {ids[i]}', i)
        if not roots.has(tree):
            roots.put(tree, i)
    tests = [BRANCHES.index(mode) if mode in BRANCHES else MEMBER for mode in modes]
    if any(len(each) != len(trees) for each in nodes) or any(
        mode != 'LEAF' and tests[i] == MEMBER for i, mode in enumerate(modes)
    ):
        raise AttributeValueError('nodes_modes', 'has one that is unknown, or the lists of nodes differ in length')
    ends = [
        [i if test == MEMBER else _place(places, trees[i], side[i]) for i, test in enumerate(tests)]
        for side in [yes, no]
    ]
    weighed = [_place(places, tree, weights[1][i]) for i, tree in enumerate(weights[0])]
    forest = Forest(roots.values_list(), [features, values, tests, misses, *ends])
    return forest.weighed(weighed, weights[2:], targets, nothing)


def _place(places: Table[str, int], tree: int, node: int) -> int:
    found = places.find(f'{tree} {node}')
    if found is None:
        raise AttributeValueError('nodes_nodeids', f'has no {node} of tree {tree}')
    return found


def forest_of_numbers(
    nodes: list[Any], misses: list[int], members: list[float], weights: list[Any], targets: int, nothing: float
) -> Forest:
    """The trees of TreeEnsemble. `nodes`: its tree_roots, nodes_featureids, splits, modes, truenodeids, trueleafs,
    falsenodeids, falseleafs; `members`: sets, each with a NaN behind it; `weights`: leaf_targetids, leaf_weights.
    Leaves come first; a test for membership becomes a chain of tests for equality."""
    roots, features, splits, modes, yes, yes_leaves, no, no_leaves = nodes
    leaves = list(range(len(weights[0])))
    places: list[int] = []
    # Of each link of a chain the node that it belongs to, and its value.
    owners: list[int] = []
    values: list[float] = []
    at = 0
    for i, split in enumerate(splits):
        places.append(len(leaves) + len(owners))
        chain = [split]
        if modes[i] == MEMBER:
            begin = at
            while at < len(members) and members[at] == members[at]:
                at += 1
            # Nothing is equal to NaN, as nothing is in an empty set.
            chain = members[begin:at] if at > begin else [math.nan]
            at += 1
        owners.extend([i for _ in chain])
        values.extend(chain)
    then = [yes[i] if yes_leaves[i] != 0 else places[yes[i]] for i in owners]
    other = [no[i] if no_leaves[i] != 0 else places[no[i]] for i in owners]
    for k in range(len(owners) - 1):
        if owners[k] == owners[k + 1]:
            other[k] = len(leaves) + k + 1
    nothings = [0 for _ in leaves]
    columns = [
        [*nothings, *[features[i] for i in owners]],
        [*nothings, *values],
        [*[MEMBER for _ in leaves], *[TESTS.index('eq') if modes[i] == MEMBER else modes[i] for i in owners]],
        [] if len(misses) == 0 else [*nothings, *[misses[i] for i in owners]],
        [*leaves, *then],
        [*leaves, *other],
    ]
    return Forest([places[root] for root in roots], columns).weighed(leaves, weights, targets, nothing)
