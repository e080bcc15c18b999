"""What is measured: models with weights, the inputs they get, and what onnxruntime answers."""
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from tests import oracle
from tests.models import weights
from tools import BuildError

# Sizes of the free dimensions: one picture, or one text of 128 tokens.
SIZES = {'batch': 1, 'sequence': 128}


class Case(NamedTuple):
    """A model with what it is fed and what it must give."""

    name: str
    model: bytes
    sizes: Mapping[str, int]
    feeds: dict[str, np.ndarray]
    expected: dict[str, np.ndarray]


def chosen(wanted: list[str], opset: int | None) -> list[str]:
    """The models that the command line names: 'all', an architecture (at `opset`, else at its latest), or the full
    name of any model of `tests/models` or of the onnx package's light ones."""
    opsets: dict[str, list[int]] = {}
    for name in weights.names():
        architecture, _, number = name.partition('.opset')
        opsets.setdefault(architecture, []).append(int(number))
    found: list[str] = []
    for name in [*opsets] if wanted == ['all'] else wanted:
        if name in weights.names() or name in weights.light_names():
            found.append(name)
        elif name not in opsets:
            raise BuildError(f'there is no model {name}; there are {", ".join([*opsets, *weights.light_names()])}')
        elif opset is not None and opset not in opsets[name]:
            raise BuildError(f'{name} was exported at the opsets {", ".join(map(str, sorted(opsets[name])))}')
        else:
            found.append(f'{name}.opset{opset or max(opsets[name])}')
    return found


def case(name: str) -> Case:
    """The model of that full name with seeded weights and inputs."""
    model = weights.filled(name)
    feeds = oracle.random_feeds(model, 0, SIZES)
    return Case(name, model, SIZES, feeds, oracle.expected(model, feeds))


def error(actual: Mapping[str, np.ndarray], expected: Mapping[str, np.ndarray]) -> float:
    """The greatest error of any output, relative to its magnitude; infinite where outputs are missing."""
    if actual.keys() != expected.keys():
        return float(np.inf)
    return max(oracle.error(actual[name], expected[name]) for name in expected)
