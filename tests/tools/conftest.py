"""Small models of every kind, written with the onnx package."""
import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper


def saved(path: Path, nodes: list, inputs: list, outputs: list, weights: dict[str, np.ndarray]) -> Path:
    initializers = [numpy_helper.from_array(array, name) for name, array in weights.items()]
    graph = helper.make_graph(nodes, 'test', inputs, outputs, initializers)
    opsets = [helper.make_opsetid('', 17)]
    onnx.save(helper.make_model(graph, opset_imports=opsets, producer_name='tests', ir_version=8), path)
    return path


@pytest.fixture(scope='session')
def classifier(tmp_path_factory) -> Path:
    """Mean of each colour channel → three logits: the greatest is the colour of the picture."""
    image = helper.make_tensor_value_info('image', TensorProto.FLOAT, ['batch', 3, 8, 8])
    logits = helper.make_tensor_value_info('logits', TensorProto.FLOAT, ['batch', 3])
    nodes = [helper.make_node('GlobalAveragePool', ['image'], ['pooled']),
             helper.make_node('Flatten', ['pooled'], ['flat']),
             helper.make_node('MatMul', ['flat', 'weight'], ['logits'])]
    return saved(tmp_path_factory.mktemp('models') / 'colour.onnx', nodes, [image], [logits],
                 {'weight': np.eye(3, dtype=np.float32)})


@pytest.fixture(scope='session')
def sums(tmp_path_factory) -> Path:
    """total = a + b over float32 and int64, with a free dimension."""
    values = {'a': TensorProto.FLOAT, 'b': TensorProto.FLOAT, 'i': TensorProto.INT64, 'j': TensorProto.INT64}
    inputs = [helper.make_tensor_value_info(name, kind, ['n']) for name, kind in values.items()]
    outputs = [helper.make_tensor_value_info('total', TensorProto.FLOAT, ['n']),
               helper.make_tensor_value_info('count', TensorProto.INT64, ['n'])]
    nodes = [helper.make_node('Add', ['a', 'b'], ['total']), helper.make_node('Add', ['i', 'j'], ['count'])]
    return saved(tmp_path_factory.mktemp('models') / 'sums.onnx', nodes, inputs, outputs, {})


def constant(values: np.ndarray, described: dict) -> bytes:
    """Writes `values` whatever the picture (32 × 32) is, and says of itself what is `described`."""
    image = helper.make_tensor_value_info('image', TensorProto.FLOAT, [1, 3, 32, 32])
    output = helper.make_tensor_value_info('output', TensorProto.FLOAT, list(values.shape))
    nodes = [helper.make_node('ReduceMean', ['image'], ['mean'], keepdims=0),
             helper.make_node('Mul', ['mean', 'zero'], ['nothing']),
             helper.make_node('Add', ['values', 'nothing'], ['output'])]
    weights = [numpy_helper.from_array(np.zeros((), np.float32), 'zero'),
               numpy_helper.from_array(values.astype(np.float32), 'values')]
    graph = helper.make_graph(nodes, 'constant', [image], [output], weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid('', 17)], ir_version=8)
    helper.set_model_props(model, {'alula': json.dumps(described)})
    return bytes(model.SerializeToString())


@pytest.fixture(scope='session')
def detector() -> bytes:
    """Finds a disc, and a bar that it is less sure of."""
    boxes = np.array([[10, 13, 4, 2, 0.75, 0.25], [20, 20, 4, 4, 0.25, 0.375]]).T[None]
    return constant(boxes, {'task': 'object-detection', 'labels': ['disc', 'bar']})


@pytest.fixture(scope='session')
def poser() -> bytes:
    """Finds a head and a foot: heatmaps of 16 × 16."""
    heat = np.zeros((1, 2, 16, 16))
    heat[0, 0, 8, 6], heat[0, 1, 10, 7] = 0.5, 1
    return constant(heat, {'task': 'pose-estimation', 'keypoints': ['head', 'foot'], 'skeleton': [[0, 1]]})
