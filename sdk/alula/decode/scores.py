"""Scores of classes: what activation they still need, and the best of them."""

from __future__ import annotations

import math

from alula.errors import OutputError, SettingError
from alula.graph.graph import Graph
from alula.host.pixels import has_nan
from alula.tensor import Tensor

# Operators that hand the scores on as they are.
MOVES = ['Cast', 'Flatten', 'Identity', 'Reshape', 'Squeeze', 'Transpose', 'Unsqueeze']


def missing_activation(graph: Graph) -> str:
    """'none' if the graph's first output comes out of a Softmax or a Sigmoid, else 'softmax': these are logits then."""
    name = graph.outputs[0].name
    for node in reversed(graph.nodes):
        if name in node.outputs:
            if node.op_type not in MOVES:
                return 'none' if node.op_type in ['Softmax', 'Sigmoid'] else 'softmax'
            name = node.inputs[0]
    return 'softmax'


def activated(values: list[float], activation: str) -> list[float]:
    """The values after 'softmax' (over all), 'sigmoid' (of each) or 'none'."""
    if activation == 'none':
        return values
    if activation == 'sigmoid':
        return [sigmoid(x) for x in values]
    if activation != 'softmax':
        raise SettingError('activation', f"must be softmax, sigmoid or none, not '{activation}'")
    greatest = max(values)
    powers = [math.exp(x - greatest) for x in values]
    total = sum(powers)
    return [x / total for x in powers]


def sigmoid(x: float) -> float:
    """1 / (1 + exp(-x)), without overflow."""
    power = math.exp(-abs(x))
    return (power if x < 0 else 1.0) / (1.0 + power)


def top(scores: list[float], k: int) -> list[int]:
    """The indices of the k greatest scores, greatest first; of equals the first."""
    return sorted(range(len(scores)), key=lambda i: -scores[i])[:k]


def checked_output(output: Tensor, label: str, rank: int, dims: str) -> None:
    """OutputError unless the output is a float32 tensor of that rank without NaN. `dims`: how the error calls it."""
    if output.dtype != 'float32' or len(output.dims) != rank:
        raise OutputError(label, f'it must be float32[{dims}], not {output}')
    if has_nan(output.array):
        raise OutputError(label, 'it holds what is not a number (NaN)')
