"""Operators that ONNX's own suite has little or nothing of, against onnxruntime: com.microsoft and quantised ones."""

from typing import Any, NamedTuple

import alula
import numpy as np
import pytest
from onnx import ValueInfoProto, helper, numpy_helper

from tests import oracle

RNG = np.random.default_rng(11)


def floats(*shape: int) -> np.ndarray:
    return RNG.standard_normal(shape).astype(np.float32)


def whole(dtype: type, *shape: int) -> np.ndarray:
    ends = np.iinfo(dtype)
    return RNG.integers(max(ends.min, -100), min(ends.max, 200), shape).astype(dtype)


class Node(NamedTuple):
    """A node with its inputs (None: left out; constants from the second on, but for those of `fed`)."""

    op: str
    inputs: list[np.ndarray | None]
    attributes: dict[str, Any] = {}
    fed: int = 1
    outputs: list[str] = ['y']


SCALES = RNG.uniform(0.01, 0.1, 6).astype(np.float32)
SCALE, ZERO = np.float32(0.05), np.uint8(120)
IMAGE, FILTERS = whole(np.uint8, 2, 4, 9, 8), whole(np.int8, 6, 4, 3, 3)
SKIP = [floats(2, 5, 16), floats(2, 5, 16), floats(16)]

NODES = {
    'Gelu': Node('com.microsoft.Gelu', [floats(3, 17)]),
    'BiasGelu': Node('com.microsoft.BiasGelu', [floats(3, 17), floats(17)]),
    'FastGelu': Node('com.microsoft.FastGelu', [floats(3, 17)]),
    'FastGelu with bias': Node('com.microsoft.FastGelu', [floats(3, 17), floats(17)]),
    'QuickGelu': Node('com.microsoft.QuickGelu', [floats(3, 17)], {'alpha': 1.5}),
    'FusedMatMul': Node('com.microsoft.FusedMatMul', [floats(2, 5, 7), floats(2, 6, 7)],
                        {'transB': 1, 'alpha': 0.5}, 2),
    'FusedMatMul transposed': Node('com.microsoft.FusedMatMul', [floats(2, 7, 5), floats(7, 6)], {'transA': 1}),
    'FusedMatMul batches': Node('com.microsoft.FusedMatMul', [floats(5, 2, 7), floats(2, 7, 6)], {'transBatchA': 1}, 2),
    **{f'FusedConv {name}': Node('com.microsoft.FusedConv', [floats(1, 3, 9, 9), floats(5, 3, 3, 3), floats(5)],
                                 {'activation': name, 'activation_params': numbers, 'pads': [1, 1, 1, 1]})
       for name, numbers in [('Relu', []), ('Tanh', []), ('Sigmoid', []), ('LeakyRelu', [0.2]), ('Clip', [-0.5, 0.5]),
                             ('HardSigmoid', [0.3, 0.4])]},
    'FusedConv with summand': Node('com.microsoft.FusedConv',
                                   [floats(1, 3, 5, 5), floats(4, 3, 3, 3), None, floats(1, 4, 3, 3)],
                                   {'activation': 'Relu'}),
    'SkipLayerNormalization': Node('com.microsoft.SkipLayerNormalization', [*SKIP, floats(16), floats(16)],
                                   {'epsilon': 1e-6}, 2, ['y', '', '', 'sum']),
    'SkipLayerNormalization alone': Node('com.microsoft.SkipLayerNormalization', SKIP, {}, 2),
    'SkipSimplifiedLayerNormalization': Node('com.microsoft.SkipSimplifiedLayerNormalization', SKIP, {'epsilon': 1e-6},
                                             2, ['y', '', '', 'sum']),
    'SimplifiedLayerNormalization': Node('SimplifiedLayerNormalization', [floats(3, 16), floats(16)], {'axis': -1}),
    'QuantizeLinear': Node('QuantizeLinear', [10 * floats(3, 50), SCALE, ZERO]),
    'QuantizeLinear per axis': Node('QuantizeLinear', [floats(3, 6, 5), SCALES, whole(np.int8, 6)], {'axis': 1}),
    'DequantizeLinear per axis': Node('DequantizeLinear', [whole(np.uint8, 3, 5, 6), SCALES, whole(np.uint8, 6)],
                                      {'axis': -1}),
    'DequantizeLinear of int32': Node('DequantizeLinear', [whole(np.int32, 3, 5), SCALE]),
    'DynamicQuantizeLinear': Node('DynamicQuantizeLinear', [floats(7, 9)], outputs=['y', 'scale', 'zero']),
    'DynamicQuantizeLinear of positives': Node('DynamicQuantizeLinear', [np.abs(floats(7, 9)) + 1],
                                               outputs=['y', 'scale', 'zero']),
    'MatMulInteger': Node('MatMulInteger', [whole(np.uint8, 2, 5, 33), whole(np.int8, 33, 6), ZERO, np.int8(3)]),
    'MatMulInteger per column': Node('MatMulInteger', [whole(np.uint8, 5, 33), whole(np.int8, 33, 6), ZERO,
                                                       whole(np.int8, 6)]),
    'ConvInteger': Node('ConvInteger', [IMAGE, whole(np.uint8, 6, 4, 3, 3), ZERO, ZERO], {'pads': [1, 0, 2, 1]}),
    'QLinearConv': Node('QLinearConv', [IMAGE, SCALE, ZERO, FILTERS, SCALES, np.zeros(6, np.int8), np.float32(0.3),
                                        ZERO, whole(np.int32, 6)], {'pads': [1, 1, 1, 1], 'strides': [2, 1]}),
    'QLinearConv in groups': Node('QLinearConv', [IMAGE, SCALE, ZERO, whole(np.int8, 4, 1, 3, 3), SCALE, np.int8(0),
                                                  np.float32(0.2), ZERO], {'group': 4}),
    'QLinearMatMul': Node('QLinearMatMul', [whole(np.uint8, 5, 33), SCALE, ZERO, whole(np.int8, 33, 6), SCALE,
                                            np.int8(0), np.float32(0.7), ZERO]),
}


def model_of(node: Node) -> tuple[bytes, dict[str, np.ndarray]]:
    """The node as a model, and its feeds."""
    domain, _, op = node.op.rpartition('.')
    names = ['' if array is None else f'x{i}' for i, array in enumerate(node.inputs)]
    made = helper.make_node(op, names, node.outputs, domain=domain,
                            **{key: value for key, value in node.attributes.items() if value != []})
    arrays = {name: np.asarray(array) for name, array in zip(names, node.inputs, strict=True) if name}
    fed = {name: array for name, array in arrays.items() if name in names[:node.fed]}
    inputs = [helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(array.dtype), array.shape)
              for name, array in fed.items()]
    outputs = [ValueInfoProto(name=name) for name in node.outputs if name]
    constants = [numpy_helper.from_array(array, name) for name, array in arrays.items() if name not in fed]
    opsets = [helper.make_opsetid('', 17), helper.make_opsetid('com.microsoft', 1)]
    graph = helper.make_graph([made], 'one', inputs, outputs, constants)
    return helper.make_model(graph, opset_imports=opsets, ir_version=8).SerializeToString(), fed


@pytest.mark.parametrize('backend', ['numpy', 'script', 'wasm'])
@pytest.mark.parametrize('name', NODES)
def test_an_operator_agrees_with_onnxruntime(name: str, backend: str) -> None:
    model, feeds = model_of(NODES[name])
    session = alula.InferenceSession.create_sync(model, execution_providers=[backend])
    outputs = session.run_sync(feeds)
    assert session.report().backend == backend
    for output, wanted in oracle.expected(model, feeds).items():
        assert oracle.error(outputs[output], wanted) <= 1e-5, output
