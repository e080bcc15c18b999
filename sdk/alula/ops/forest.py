"""Decision trees as tables: nodes in one numbering, leaves first, and what each leaf adds to each target."""

from __future__ import annotations

import math
from typing import Any

from alula.errors import AttributeValueError
from alula.host.table import Table

# Comparisons with a node's value, by their numbers in TreeEnsemble. What follows is a leaf (before version 5) or
# membership of a set (from then on).
TESTS = ['le', 'lt', 'ge', 'gt', 'eq', 'ne']
BRANCHES = ['BRANCH_LEQ', 'BRANCH_LT', 'BRANCH_GTE', 'BRANCH_GT', 'BRANCH_EQ', 'BRANCH_NEQ', 'LEAF']
BEYOND = len(TESTS)


class Forest:
    """`features`, `values`, `tests` and `misses` (whether a NaN takes the yes-branch) per node; `yes` and `no`: the
    node to go on with, of a leaf itself. Leaves come first: `weights` has a row per leaf with a column per target.
    `depth`: the most tests on a way."""

    def __init__(self, targets: int) -> None:
        self.targets = targets
        self.leaves = 0
        self.roots: list[int] = []
        self.features: list[int] = []
        self.values: list[float] = []
        self.tests: list[int] = []
        self.misses: list[int] = []
        self.yes: list[int] = []
        self.no: list[int] = []
        self.weights: list[float] = []
        self.depth = 0

    def add_leaves(self, count: int, nothing: float) -> None:
        """`count` leaves, whose weights are `nothing`."""
        self.leaves = count
        for i in range(count):
            self.add(0, 0.0, 0, 0, i, i)
        self.weights = [nothing for _ in range(count * self.targets)]

    def add(self, feature: int, value: float, test: int, miss: int, yes: int, no: int) -> None:
        self.features.append(feature)
        self.values.append(value)
        self.tests.append(test)
        self.misses.append(miss)
        self.yes.append(yes)
        self.no.append(no)

    def weigh(self, leaf: int, target: int, weight: float, nothing: float) -> None:
        """A leaf's weight for a target; several add up."""
        if target < 0 or target >= self.targets:
            raise AttributeValueError('n_targets', f'is {self.targets}, but there are weights for target {target}')
        at = leaf * self.targets + target
        self.weights[at] = weight if self.weights[at] == nothing else self.weights[at] + weight

    def finish(self, roots: list[int]) -> Forest:
        """With these roots; AttributeValueError where a way has no end."""
        self.roots = roots
        level = roots
        while True:
            below: Table[int, bool] = Table()
            for node in level:
                if node >= self.leaves:
                    below.put(self.yes[node], True)
                    below.put(self.no[node], True)
            if below.count() == 0:
                return self
            level = below.keys_list()
            self.depth += 1
            if self.depth > len(self.values):
                raise AttributeValueError('nodes_truenodeids', 'lead in a circle')


def forest_of_lists(
    nodes: list[Any], misses: list[int], leaves: list[Any], targets: int, nothing: float
) -> Forest:
    """The trees of TreeEnsembleClassifier and -Regressor. `nodes`: their attributes nodes_treeids, nodeids, featureids,
    values, modes, truenodeids and falsenodeids; `leaves`: treeids, nodeids, target ids and weights; `nothing`: what a
    leaf adds to a target that it has no weight for. A tree begins with its first node."""
    trees, ids, features, values, modes, yes, no = nodes
    count = len(trees)
    if any(len(each) != count for each in nodes):
        raise AttributeValueError('nodes_nodeids', 'and the other lists of nodes must be of one length')
    stride = max([0, *ids]) + 1
    order = [i for i in range(count) if modes[i] == 'LEAF']
    forest = Forest(targets)
    forest.add_leaves(len(order), nothing)
    order.extend([i for i in range(count) if modes[i] != 'LEAF'])
    places: Table[int, int] = Table()
    for place, i in enumerate(order):
        places.put(trees[i] * stride + ids[i], place)
    firsts: Table[int, int] = Table()
    for i in range(count):
        if not firsts.has(trees[i]):
            firsts.put(trees[i], places.at(trees[i] * stride + ids[i]))
    for i in order[forest.leaves :]:
        if modes[i] not in BRANCHES:
            raise AttributeValueError('nodes_modes', f"has the unknown '{modes[i]}'")
        miss = misses[i] if i < len(misses) else 0
        ends = [_place(places, trees[i], end[i], stride) for end in [yes, no]]
        forest.add(features[i], values[i], BRANCHES.index(modes[i]), miss, ends[0], ends[1])
    for i, tree in enumerate(leaves[0]):
        leaf = _place(places, tree, leaves[1][i], stride)
        if leaf < forest.leaves:
            forest.weigh(leaf, leaves[2][i], leaves[3][i], nothing)
    return forest.finish(firsts.values_list())


def _place(places: Table[int, int], tree: int, node: int, stride: int) -> int:
    place = places.find(tree * stride + node)
    if place is None or node >= stride:
        raise AttributeValueError('nodes_nodeids', f'has no node {node} of tree {tree}')
    return place


def forest_of_arrays(
    nodes: list[Any], misses: list[int], members: list[float], leaves: list[Any], roots: list[int], targets: int,
    nothing: float,
) -> Forest:  # fmt: skip
    """The trees of TreeEnsemble. `nodes`: its attributes nodes_featureids, splits, modes, truenodeids, trueleafs,
    falsenodeids and falseleafs; `members`: sets one after the other, each with a NaN behind it; `leaves`: target ids
    and weights. A test for membership becomes a chain of tests for equality."""
    features, splits, modes, yes, yes_leaves, no, no_leaves = nodes
    forest = Forest(targets)
    forest.add_leaves(len(leaves[0]), nothing)
    for leaf, target in enumerate(leaves[0]):
        forest.weigh(leaf, target, leaves[1][leaf], nothing)
    chains: list[list[float]] = []
    at = 0
    for i in range(len(features)):
        chain = [splits[i]]
        if modes[i] == BEYOND:
            begin = at
            while at < len(members) and members[at] == members[at]:
                at += 1
            # Nothing is equal to NaN, as nothing is in an empty set.
            chain = members[begin:at] if at > begin else [math.nan]
            at += 1
        chains.append(chain)
    places: list[int] = []
    end = forest.leaves
    for chain in chains:
        places.append(end)
        end += len(chain)
    for i, chain in enumerate(chains):
        then = yes[i] if yes_leaves[i] != 0 else places[yes[i]]
        other = no[i] if no_leaves[i] != 0 else places[no[i]]
        test = TESTS.index('eq') if modes[i] == BEYOND else modes[i]
        miss = misses[i] if i < len(misses) else 0
        for k, value in enumerate(chain):
            last = k == len(chain) - 1
            forest.add(features[i], value, test, miss, then, other if last else places[i] + k + 1)
    return forest.finish([places[root] for root in roots])
