"""A small classifier of pictures and a model with every kind of input, written with the onnx package."""
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
