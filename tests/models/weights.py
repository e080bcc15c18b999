"""Weightless models: taking the weights out of a model, and filling it with seeded random ones of sane scale.

A weightless model is an ordinary ONNX file whose learned parameters (float initializers of more than one element) keep
name, type and shape, and claim their data to lie in an external file called `WEIGHTLESS`. The light models inside the
`onnx` package say the same with ConstantOfShape nodes; `fill` understands both. Needs numpy and onnx alone.

The scale of each weight comes from one walk over the graph that estimates the moments of every value, so that each
convolution and matrix product gives an output of variance near 1 whatever stands before it: an analytic form of LSUV
initialization (Mishkin and Matas 2016).
"""

import math
import zlib
from pathlib import Path

import numpy as np
import onnx
from onnx import GraphProto, ModelProto, NodeProto, TensorProto, numpy_helper

from tests.models.moments import UNIT, Moments, attribute, moments_of, output_moments

HERE = Path(__file__).parent
LIGHT = Path(onnx.__file__).parent / 'backend' / 'test' / 'data' / 'light'
WEIGHTLESS = 'weightless'


def names() -> list[str]:
    """The committed models, as 'mobilenet_v2.opset17', sorted."""
    return sorted(path.stem for path in HERE.glob('*.onnx'))


def light_names() -> list[str]:
    """The nine light models of the onnx package, as 'light_resnet50', sorted."""
    return sorted(path.stem for path in LIGHT.glob('*.onnx'))


def weightless(name: str) -> ModelProto:
    """The model of that name from `names()` or `light_names()`, without its weights."""
    folder = LIGHT if name.startswith('light_') else HERE
    return onnx.load(folder / f'{name}.onnx', load_external_data=False)


def filled(name: str, seed: int = 0) -> bytes:
    """The bytes of the model of that name with random weights: the same on every platform for the same seed."""
    model = weightless(name)
    fill(model, seed)
    return model.SerializeToString(deterministic=True)


def strip(model: ModelProto) -> None:
    """Takes out, in place, the weights and what tools left behind (source lines, inferred shapes of inner values)."""
    graph = model.graph
    for tensor in graph.initializer:
        if _is_weight(tensor):
            tensor.CopyFrom(_weightless_tensor(tensor.name, tensor.dims))
    for owner in [model, graph, *graph.node, *graph.input, *graph.output, *graph.initializer]:
        owner.ClearField('metadata_props')
        owner.ClearField('doc_string')
    graph.ClearField('value_info')


def fill(model: ModelProto, seed: int) -> None:
    """Gives, in place, every weight of a weightless model random values fit for the operator that reads it."""
    _replace_constant_nodes(model)
    graph = model.graph
    weights = {t.name: t for t in graph.initializer if _is_weight(t)}
    moments = {t.name: moments_of(numpy_helper.to_array(t)) for t in graph.initializer if t.name not in weights}
    readers = _readers(graph, weights)
    for n, node in enumerate(_with_silu(graph)):
        inputs = [moments.get(name, UNIT) for name in node.input]
        for name, i in readers.get(n, []):
            shape = tuple(weights[name].dims)
            inputs[i] = _distribution(node, i, shape, inputs[0])
            mean, deviation = _rounded(inputs[i].mean), _rounded(math.sqrt(inputs[i].variance))
            values = mean + deviation * _uniform(f'{seed}/{name}', shape)
            weights[name].CopyFrom(numpy_helper.from_array(values, name))
        for name in node.output:
            moments[name] = output_moments(node, inputs)


# --- which initializers are weights, and where they are read ----------------------------------------------------------

_TRANSPARENT = ('Identity', 'Cast', 'Unsqueeze', 'Squeeze', 'Reshape', 'Transpose')


def _is_weight(tensor: TensorProto) -> bool:
    return tensor.data_type == TensorProto.FLOAT and math.prod(tensor.dims) > 1


def _weightless_tensor(name: str, dims: list[int]) -> TensorProto:
    tensor = TensorProto(name=name, dims=dims, data_type=TensorProto.FLOAT, data_location=TensorProto.EXTERNAL)
    tensor.external_data.add(key='location', value=WEIGHTLESS)
    return tensor


def _replace_constant_nodes(model: ModelProto) -> None:
    """Turns each ConstantOfShape that stands for a weight into the weightless initializer that it stands for."""
    graph = model.graph
    shapes = {t.name: t for t in graph.initializer if t.data_type == TensorProto.INT64}
    stand_ins = [node for node in graph.node if node.op_type == 'ConstantOfShape' and node.input[0] in shapes
                 and node.attribute[0].t.data_type == TensorProto.FLOAT]
    for node in stand_ins:
        dims = numpy_helper.to_array(shapes[node.input[0]]).tolist()
        graph.initializer.append(_weightless_tensor(node.output[0], dims))
        graph.node.remove(node)
    unread = {node.input[0] for node in stand_ins} - {name for node in graph.node for name in node.input}
    for values in (graph.initializer, graph.input):
        for value in [value for value in values if value.name in unread]:
            values.remove(value)
    model.ir_version = max(model.ir_version, 4)  # since version 4 an initializer need not be declared as an input too


def _readers(graph: GraphProto, weights: dict[str, TensorProto]) -> dict[int, list[tuple[str, int]]]:
    """By number of node: the weights that it is the first to read, each with the number of the input that it is.

    Operators that only reshape are looked through.
    """
    readers: dict[int, list[tuple[str, int]]] = {}
    source = {name: name for name in weights}
    read = set()
    for n, node in enumerate(graph.node):
        for i, name in enumerate(node.input):
            weight = source.get(name)
            if weight is None or weight in read:
                continue
            if i == 0 and node.op_type in _TRANSPARENT:
                source[node.output[0]] = weight
            else:
                read.add(weight)
                readers.setdefault(n, []).append((weight, i))
    return readers


def _with_silu(graph: GraphProto) -> list[NodeProto]:
    """The nodes, with each product of x and Sigmoid(x) as one Silu: its factors are anything but independent."""
    argument = {node.output[0]: node.input[0] for node in graph.node if node.op_type == 'Sigmoid'}
    nodes = []
    for node in graph.node:
        if node.op_type == 'Mul' and argument.get(node.input[1]) == node.input[0]:
            node = NodeProto(op_type='Silu', input=node.input, output=node.output)
        nodes.append(node)
    return nodes


# --- how a weight is distributed --------------------------------------------------------------------------------------


def _distribution(node: NodeProto, i: int, shape: tuple[int, ...], x: Moments) -> Moments:
    """The moments to give to the weight that is input `i` of a node whose input 0 has moments `x`."""
    if node.op_type in ('Conv', 'Gemm', 'MatMul') and i == 1:
        return Moments(0.0, 1.0 / (_fan_in(node, shape) * x.mean_square))
    if node.op_type == 'BatchNormalization':  # scale, bias, and statistics as training would find them
        statistics = Moments(x.mean, x.variance / 100.0), Moments(x.variance, x.variance ** 2 / 100.0)
        return (Moments(1.0, 0.01), Moments(0.0, 0.01), *statistics)[i - 1]
    if node.op_type == 'LayerNormalization' and i == 1 or node.op_type == 'Mul':
        return Moments(1.0, 0.01)
    if node.op_type in ('Gather', 'Concat', 'Expand'):  # embeddings and class tokens stand alone, as an input does
        return UNIT
    return Moments(0.0, 0.01)  # a bias


def _fan_in(node: NodeProto, shape: tuple[int, ...]) -> int:
    """Terms in each sum that the node takes over a weight of that shape."""
    if node.op_type == 'Conv':
        return math.prod(shape[1:])
    return shape[-1] if attribute(node, 'transB', 0) else shape[-2]


def _rounded(x: float) -> np.float32:
    """To three digits, so that it does not matter in which last bit two platforms' exp() differ."""
    return np.float32(f'{x:.3g}')


def _uniform(key: str, shape: tuple[int, ...]) -> np.ndarray:
    """float32 of mean 0 and variance 1. NumPy promises raw PCG64 words to stay what they are, and floats not."""
    size = math.prod(shape)
    words = np.random.PCG64(zlib.crc32(key.encode())).random_raw((size + 1) // 2).astype('<u8').view('<u4')[:size]
    unit = (words >> np.uint32(8)).astype(np.float32) * np.float32(2.0 ** -24)
    return ((unit - np.float32(0.5)) * np.float32(math.sqrt(12.0))).reshape(shape)
