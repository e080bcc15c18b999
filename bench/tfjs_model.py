"""ONNX convolutional networks as tfjs runs them best: channels last, activations fused into what precedes them, as
tfjs's own converter does. The file is a header of JSON, its length before it, and the weights (float32) behind it.

    steps      {op, inputs, output, …} in order; ops are those of engines/tfjs-wasm.mjs
    weights    name → {shape, at}; `at` in bytes from the end of the header
"""
import json
from collections import Counter
from typing import Any

import numpy as np
import onnx
from onnx import NodeProto, numpy_helper

from tools import BuildError

FUSING = ('conv2d', 'depthwiseConv2d', 'matMul')
PLAIN = {'Add': 'add', 'Mul': 'mul', 'Sigmoid': 'sigmoid'}
SPATIAL = [2, 3]


def tfjs_model(model: bytes) -> bytes:
    """The model for engines/tfjs-wasm.mjs. Raises BuildError for operators that this does not translate."""
    translation = Translation(onnx.load_from_string(model))
    header: dict[str, Any] = {'inputs': translation.inputs, 'outputs': translation.outputs, 'weights': {}}
    header['steps'] = translation.steps
    content = b''
    for name, array in translation.weights.items():
        header['weights'][name] = {'shape': array.shape, 'at': len(content)}
        content += np.ascontiguousarray(array, dtype='<f4').tobytes()
    text = json.dumps(header).encode()
    text += b' ' * (-len(text) % 4)     # so that the weights lie aligned
    return len(text).to_bytes(4, 'little') + text + content


class Translation:
    """One graph, node by node. Pictures have their channels last from the first step on."""

    def __init__(self, model: onnx.ModelProto) -> None:
        graph = onnx.shape_inference.infer_shapes(model).graph
        self.rank = {value.name: len(value.type.tensor_type.shape.dim)
                     for value in [*graph.input, *graph.value_info, *graph.output]}
        self.constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
        self.inputs = [value.name for value in graph.input if value.name not in self.constants]
        self.outputs = [value.name for value in graph.output]
        self.uses = Counter([name for node in graph.node for name in node.input] + self.outputs)
        self.steps: list[dict[str, Any]] = []
        self.weights: dict[str, np.ndarray] = {}
        for node in graph.node:
            attributes = {each.name: onnx.helper.get_attribute_value(each) for each in node.attribute}
            translate = getattr(self, node.op_type.lower(), None)
            if node.op_type in PLAIN and not any(name in self.constants for name in node.input):
                self.step(PLAIN[node.op_type], node)
            elif translate is None or not translate(node, attributes):
                raise BuildError(f'this benchmark has no translation to tfjs of {node.op_type} ({node.name})')

    def step(self, op: str, node: NodeProto, inputs: list[str] | None = None, **details: Any) -> bool:
        self.steps.append({'op': op, 'inputs': inputs or list(node.input), 'output': node.output[0], **details})
        return True

    def conv(self, node: NodeProto, attributes: dict[str, Any]) -> bool:
        weight = self.constants[node.input[1]]
        group = attributes.get('group', 1)
        depthwise = group == weight.shape[0] and weight.shape[1] == 1 and group > 1
        if attributes.get('auto_pad', b'NOTSET') != b'NOTSET' or not (group == 1 or depthwise):
            return False
        self.weights[node.input[1]] = weight.transpose(2, 3, 0, 1) if depthwise else weight.transpose(2, 3, 1, 0)
        for name in node.input[2:]:
            self.weights[name] = self.constants[name]
        return self.step('depthwiseConv2d' if depthwise else 'conv2d', node, **_window(attributes),
                         dilations=attributes.get('dilations', [1, 1]))

    def maxpool(self, node: NodeProto, attributes: dict[str, Any]) -> bool:
        return self.pool('maxPool', node, attributes)

    def averagepool(self, node: NodeProto, attributes: dict[str, Any]) -> bool:
        # tfjs never counts what pads.
        return not any(attributes.get('pads', [0])) and self.pool('avgPool', node, attributes)

    def pool(self, op: str, node: NodeProto, attributes: dict[str, Any]) -> bool:
        if attributes.get('dilations', [1, 1]) != [1, 1] or attributes.get('auto_pad', b'NOTSET') != b'NOTSET':
            return False
        return self.step(op, node, size=attributes['kernel_shape'], **_window(attributes))

    def gemm(self, node: NodeProto, attributes: dict[str, Any]) -> bool:
        if attributes.get('alpha', 1) != 1 or attributes.get('beta', 1) != 1 or attributes.get('transA', 0):
            return False
        weight = self.constants[node.input[1]]
        self.weights[node.input[1]] = weight.T if attributes.get('transB', 0) else weight
        for name in node.input[2:]:
            self.weights[name] = self.constants[name]
        return self.step('matMul', node)

    def relu(self, node: NodeProto, _: dict[str, Any]) -> bool:
        return self.activation('relu', node)

    def clip(self, node: NodeProto, _: dict[str, Any]) -> bool:
        bounds = [float(self.constants[name]) for name in node.input[1:] if name in self.constants]
        return bounds == [0, 6] and self.activation('relu6', node)

    def activation(self, op: str, node: NodeProto) -> bool:
        source = node.input[0]
        before = next(step for step in reversed(self.steps) if step['output'] == source)
        if before['op'] not in FUSING or 'activation' in before or self.uses[source] > 1:
            return self.step(op, node, [source])
        before.update(activation=op, output=node.output[0])
        return True

    def globalaveragepool(self, node: NodeProto, _: dict[str, Any]) -> bool:
        return self.step('mean', node)

    def reducemean(self, node: NodeProto, attributes: dict[str, Any]) -> bool:
        axes = attributes.get('axes') or self.constants[node.input[1]].tolist()
        return sorted(axis % 4 for axis in axes) == SPATIAL and attributes.get('keepdims', 1) == 1 \
            and self.step('mean', node, [node.input[0]])

    def concat(self, node: NodeProto, attributes: dict[str, Any]) -> bool:
        return attributes['axis'] == 1 and self.step('concat', node)

    def flatten(self, node: NodeProto, attributes: dict[str, Any]) -> bool:
        ranks = [self.rank[name] for name in (node.input[0], node.output[0])]
        return ranks == [4, 2] and attributes.get('axis', 1) == 1 and self.step('flatten', node, [node.input[0]])

    reshape = flatten

    def softmax(self, node: NodeProto, attributes: dict[str, Any]) -> bool:
        return self.rank[node.input[0]] == 2 and attributes.get('axis', 1) in (-1, 1) \
            and self.step('softmax', node)


def _window(attributes: dict[str, Any]) -> dict[str, Any]:
    top, left, bottom, right = attributes.get('pads', [0, 0, 0, 0])
    return {'strides': attributes.get('strides', [1, 1]), 'pad': [[0, 0], [top, bottom], [left, right], [0, 0]]}
