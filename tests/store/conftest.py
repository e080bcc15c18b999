"""A server whose files fail on purpose, and a small model with weights large enough to come in many chunks."""

import hashlib
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from tools.server import Server, serving

COUNT = 2_000_000       # weights of 8 MB: four chunks


def model_bytes(seed: int) -> bytes:
    """y = x + sum(w) for float32 weights; the seed tells one version from another, at the same size."""
    weights = np.random.default_rng(seed).integers(-8, 8, COUNT).astype(np.float32)
    nodes = [helper.make_node('ReduceSum', ['w'], ['s'], keepdims=0), helper.make_node('Add', ['x', 's'], ['y'])]
    x, y = (helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in 'xy')
    graph = helper.make_graph(nodes, 'sum', [x], [y], [numpy_helper.from_array(weights, 'w')])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid('', 17)], ir_version=8).SerializeToString()


def sum_of(content: bytes) -> float:
    """What the model answers for x = 0."""
    [weights] = onnx.load_from_string(content).graph.initializer
    return float(numpy_helper.to_array(weights).sum(dtype=np.float64))


def integrity(content: bytes) -> str:
    return 'sha256-' + b64encode(hashlib.sha256(content).digest()).decode()


@pytest.fixture(scope='session')
def versions() -> tuple[bytes, bytes]:
    """Two versions of the model, of the same size."""
    return model_bytes(1), model_bytes(2)


@pytest.fixture
def site(tmp_path: Path, versions: tuple[bytes, bytes]) -> Iterator[Server]:
    """Serves /model.onnx."""
    (tmp_path / 'site').mkdir()
    (tmp_path / 'site' / 'model.onnx').write_bytes(versions[0])
    with serving({'/': tmp_path / 'site'}) as server:
        yield server
