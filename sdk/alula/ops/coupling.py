"""Probabilities of classes from those of pairs of them, which support vector machines give.

Wu, Lin & Weng, "Probability estimates for multi-class classification by pairwise coupling" (2004), the second approach,
with libsvm's iteration and its end, so that the same numbers come out.
"""

from __future__ import annotations

from typing import Any

from alula.graph.graph import Graph, Node
from alula.host.arrays import array_from_list
from alula.host.table import Table
from alula.kernels.view import View
from alula.ops.attributes import listed
from alula.ops.registry import host_operator, operator
from alula.ops.scores import transformed
from alula.plan.lower import Lowering
from alula.tensor import Tensor, wrapped

CLASSIFIER = 'SVMClassifier'
COUPLING = 'SVMClassifier of pairs'
TRANSFORM = 'SVMClassifier of scores'
DOMAIN = 'ai.onnx.ml'
# libsvm's: sweeps, and how far from balanced the last may be, times the number of classes.
MOST_SWEEPS = 100
BALANCED = 0.005


@operator(f'{DOMAIN}.{TRANSFORM}', 1)
def transform_scores(g: Lowering, scores: View, *, post_transform: str = 'NONE') -> Any:
    return transformed(g, scores, post_transform)


def split_classifiers(graph: Graph) -> None:
    """Each SVMClassifier that has probabilities gives those of the pairs; what makes of them those of classes, by loops
    until they are good enough, is a node of the host."""
    nodes: list[Node] = []
    for node in graph.nodes:
        nodes.append(node)
        given = [len(listed(node.attributes.find(name))) for name in ['prob_a', 'vectors_per_class']]
        if node.op_type == CLASSIFIER and min(given) > 0 and len(node.outputs) > 1:
            scores = node.outputs[1]
            node.outputs[1] = scores + ' of pairs'
            parts = [Node(COUPLING, DOMAIN, '', [node.outputs[1]], [scores + ' of classes'], Table())]
            parts.append(Node(TRANSFORM, DOMAIN, '', parts[0].outputs, [scores], Table()))
            transform = node.attributes.find('post_transform')
            parts[1].attributes.put('post_transform', 'NONE' if transform is None else transform)
            nodes.extend(parts)
        for subgraph in node.subgraphs:
            split_classifiers(subgraph)
    graph.nodes = nodes


@host_operator(f'{DOMAIN}.{COUPLING}', 1)
def coupling(pairs: Tensor) -> list[Any]:
    """[rows, classes] of [rows, pairs]: how likely the first class of each pair (0 1, 0 2, … 1 2, …) is, if it is one
    of the two."""
    rows, count = pairs.dims
    classes = 2
    while classes * (classes - 1) // 2 < count:
        classes += 1
    found: list[float] = []
    for row in range(rows):
        found.extend(_coupled([pairs.array[row * count + k] for k in range(count)], classes))
    return [wrapped('float32', array_from_list('float32', found), [rows, classes])]


def _coupled(pairs: list[float], classes: int) -> list[float]:
    likely = [[0.0 for _ in range(classes)] for _ in range(classes)]
    at = 0
    for i in range(classes):
        for j in range(i + 1, classes):
            likely[i][j] = pairs[at]
            likely[j][i] = 1 - pairs[at]
            at += 1
    # What is to be least is p' q p.
    q = [[-likely[j][i] * likely[i][j] for j in range(classes)] for i in range(classes)]
    for i in range(classes):
        q[i][i] = sum([likely[j][i] * likely[j][i] for j in range(classes)])
    p = [1 / classes for _ in range(classes)]
    for _ in range(MOST_SWEEPS):
        slope = [sum([q[i][j] * p[j] for j in range(classes)]) for i in range(classes)]
        mean = sum([p[i] * slope[i] for i in range(classes)])
        if max([abs(each - mean) for each in slope]) < BALANCED / classes:
            break
        for i in range(classes):
            step = (mean - slope[i]) / q[i][i]
            mean = (mean + step * (step * q[i][i] + 2 * slope[i])) / (1 + step) ** 2
            slope = [(slope[j] + step * q[i][j]) / (1 + step) for j in range(classes)]
            p[i] += step
            p = [each / (1 + step) for each in p]
    return p
