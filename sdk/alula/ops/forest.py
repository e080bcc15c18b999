"""Decision trees as lists: one numbering of the nodes of all trees, and what each adds to each target."""

from __future__ import annotations

import math
from typing import Any

from alula.errors import AttributeValueError
from alula.host.table import Table

# Comparisons with a node's value, by their numbers in TreeEnsemble; then membership of a set.
TESTS = ['le', 'lt', 'ge', 'gt', 'eq', 'ne']
MEMBER = len(TESTS)
BRANCHES = ['BRANCH_LEQ', 'BRANCH_LT', 'BRANCH_GTE', 'BRANCH_GT', 'BRANCH_EQ', 'BRANCH_NEQ', 'LEAF']


class Forest:
    """`features`, `values`, `tests`, `misses` (whether a NaN takes the yes-branch), `yes` and `no` (the node to go on
    with) of each node; a leaf goes on with itself. `weights`: a row per node, a column per target."""

    def __init__(self, targets: int) -> None:
        self.targets = targets
        self.roots: list[int] = []
        self.features: list[int] = []
        self.values: list[float] = []
        self.tests: list[int] = []
        self.misses: list[int] = []
        self.yes: list[int] = []
        self.no: list[int] = []
        self.weights: list[float] = []

    def add(self, feature: int, value: float, test: int, misses: list[int], index: int, yes: int, no: int) -> None:
        """A node; whether it misses is at `index` of `misses`, which may be empty."""
        self.features.append(feature)
        self.values.append(value)
        self.tests.append(test)
        self.misses.append(misses[index] if index < len(misses) else 0)
        self.yes.append(yes)
        self.no.append(no)

    def weigh(self, nodes: list[int], targets: list[int], weights: list[float], nothing: float) -> None:
        """The weights that some nodes have for some targets, several added up; those not named are `nothing`."""
        self.weights = [nothing for _ in range(len(self.yes) * self.targets)]
        for i, target in enumerate(targets):
            if target < 0 or target >= self.targets:
                raise AttributeValueError('target_ids', f'has {target} among {self.targets}')
            at = nodes[i] * self.targets + target
            self.weights[at] = weights[i] + (0 if self.weights[at] == nothing else self.weights[at])

    def depth(self) -> int:
        """The most tests on a way. AttributeValueError for one without end."""
        level = self.roots
        for depth in range(len(self.yes) + 1):
            below: Table[int, bool] = Table()
            for node in level:
                if self.yes[node] != node:
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
    if any(len(each) != len(trees) for each in nodes):
        raise AttributeValueError('nodes_nodeids', 'and the like are of different lengths')
    places: Table[str, int] = Table()
    roots: Table[int, int] = Table()
    for i, tree in enumerate(trees):
        places.put(f'{tree} {ids[i]}', i)
        if not roots.has(tree):
            roots.put(tree, i)
    forest = Forest(targets)
    forest.roots = roots.values_list()
    for i, tree in enumerate(trees):
        if modes[i] not in BRANCHES:
            raise AttributeValueError('nodes_modes', f"has '{modes[i]}'")
        test = BRANCHES.index(modes[i])
        ends = [i, i] if test == MEMBER else [_place(places, tree, yes[i]), _place(places, tree, no[i])]
        forest.add(features[i], values[i], test, misses, i, ends[0], ends[1])
    weighed = [_place(places, tree, weights[1][i]) for i, tree in enumerate(weights[0])]
    forest.weigh(weighed, weights[2], weights[3], nothing)
    return forest


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
    forest = Forest(targets)
    leaves = list(range(len(weights[0])))
    for leaf in leaves:
        forest.add(0, 0.0, MEMBER, [], 0, leaf, leaf)
    chains: list[list[float]] = []
    places: list[int] = []
    end = len(leaves)
    at = 0
    for i, split in enumerate(splits):
        chain = [split]
        if modes[i] == MEMBER:
            begin = at
            while at < len(members) and members[at] == members[at]:
                at += 1
            # Nothing is equal to NaN, as nothing is in an empty set.
            chain = members[begin:at] if at > begin else [math.nan]
            at += 1
        chains.append(chain)
        places.append(end)
        end += len(chain)
    for i, chain in enumerate(chains):
        then = yes[i] if yes_leaves[i] != 0 else places[yes[i]]
        other = no[i] if no_leaves[i] != 0 else places[no[i]]
        test = TESTS.index('eq') if modes[i] == MEMBER else modes[i]
        for k, value in enumerate(chain):
            further = other if k == len(chain) - 1 else places[i] + k + 1
            forest.add(features[i], value, test, misses, i, then, further)
    forest.roots = [places[root] for root in roots]
    forest.weigh(leaves, weights[0], weights[1], nothing)
    return forest
