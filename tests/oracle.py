"""What a model's outputs ought to be: onnxruntime's answer, the feeds to ask with, and how near is near enough."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import onnx
import onnxruntime
from onnx import GraphProto, TensorProto, helper, numpy_helper

from tests.models.weights import LIGHT, light_names

ERRORS_ONLY = 3


class Case(NamedTuple):
    """A model with feeds and the outputs that they must give."""

    name: str
    model: bytes
    feeds: dict[str, np.ndarray]
    expected: dict[str, np.ndarray]


def expected(model: bytes, feeds: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """All outputs of the model as onnxruntime computes them on the CPU, without its approximate rewrites."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = ERRORS_ONLY
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    session = onnxruntime.InferenceSession(model, options, providers=['CPUExecutionProvider'])
    outputs = [value.name for value in session.get_outputs()]
    return dict(zip(outputs, session.run(outputs, dict(feeds))))


def random_feeds(model: bytes, seed: int = 0, sizes: Mapping[str, int] | None = None) -> dict[str, np.ndarray]:
    """A random value for each input; `sizes` gives the symbolic dimensions, as in {'batch': 2, 'sequence': 9}.

    Pictures vary slowly with some noise upon them; masks end in zeros, differently in each row; other integers are
    below the number of rows of the table that they index. Raises KeyError for a symbolic dimension without a size.
    """
    graph = onnx.load_from_string(model).graph
    initializers = {tensor.name for tensor in graph.initializer}
    generator = np.random.default_rng(seed)
    feeds = {}
    for value in graph.input:
        if value.name not in initializers:
            tensor_type = value.type.tensor_type
            dims = tensor_type.shape.dim
            shape = tuple((sizes or {})[dim.dim_param] if dim.dim_param else dim.dim_value for dim in dims)
            dtype = helper.tensor_dtype_to_np_dtype(tensor_type.elem_type)
            feeds[value.name] = _random(generator, graph, value.name, shape).astype(dtype)
    return feeds


def error(actual: np.ndarray, wanted: np.ndarray) -> float:
    """The greatest absolute difference, relative to the greatest magnitude wanted; infinite where either is not finite
    and the other differs, where shapes or types differ, and for integers that are not equal."""
    if actual.shape != wanted.shape or actual.dtype != wanted.dtype:
        return np.inf
    if wanted.dtype.kind != 'f':
        return 0.0 if np.array_equal(actual, wanted) else np.inf
    finite = np.isfinite(wanted) & np.isfinite(actual)
    if not np.array_equal(actual[~finite], wanted[~finite], equal_nan=True):
        return np.inf
    wanted, actual = wanted[finite].astype(np.float64), actual[finite].astype(np.float64)
    difference = np.max(np.abs(actual - wanted), initial=0.0)
    return float(difference / np.max(np.abs(wanted), initial=np.finfo(np.float32).tiny))


def close(actual: Mapping[str, np.ndarray], wanted: Mapping[str, np.ndarray], rtol: float = 1e-4) -> bool:
    """Whether both have the same outputs, each with an `error` of at most `rtol`."""
    return actual.keys() == wanted.keys() and all(error(actual[name], wanted[name]) <= rtol for name in wanted)


def light_case(name: str) -> Case:
    """The light model of that name with the input that the onnx package tests it with and the output that it stores.

    All its weights are equal, and so are all its outputs: it tests that a graph runs. `weights.filled(name)` has the
    same graph with weights that tell.
    """
    content = (LIGHT / f'{name}.onnx').read_bytes()
    graph = onnx.load_from_string(content).graph
    initializers = {tensor.name for tensor in graph.initializer}
    feeds = {}
    for value in graph.input:
        if value.name not in initializers:
            shape = tuple(dim.dim_value for dim in value.type.tensor_type.shape.dim)
            size = int(np.prod(shape))
            feeds[value.name] = (np.arange(size).reshape(shape) / size).astype(np.float32)
    outputs = [_stored_tensor(LIGHT / f'{name}_output_{i}.pb') for i in range(len(graph.output))]
    return Case(name, content, feeds, {value.name: array for value, array in zip(graph.output, outputs)})


def light_models() -> Iterator[Case]:
    """`light_case` of all nine, one at a time."""
    return (light_case(name) for name in light_names())


def _stored_tensor(path: Path) -> np.ndarray:
    return numpy_helper.to_array(TensorProto.FromString(path.read_bytes()))


def _random(generator: np.random.Generator, graph: GraphProto, name: str, shape: tuple[int, ...]) -> np.ndarray:
    elem_type = next(value.type.tensor_type.elem_type for value in graph.input if value.name == name)
    if elem_type in (TensorProto.FLOAT, TensorProto.FLOAT16, TensorProto.DOUBLE):
        return _picture(generator, shape) if len(shape) == 4 else generator.standard_normal(shape)
    if 'mask' in name:
        return np.arange(shape[-1]) < generator.integers(1, shape[-1], (*shape[:-1], 1), endpoint=True)
    return generator.integers(0, _rows_indexed(graph, name), shape)


def _picture(generator: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Random tiles with noise, of variance 1: white noise alone would look the same to a network wherever it looks."""
    tile = 32
    coarse = generator.standard_normal((*shape[:2], *(-(-size // tile) for size in shape[2:])))
    tiles = coarse.repeat(tile, axis=2).repeat(tile, axis=3)[:, :, :shape[2], :shape[3]]
    return 0.9 * tiles + np.sqrt(1.0 - 0.9 ** 2) * generator.standard_normal(shape)


def _rows_indexed(graph: GraphProto, indices: str) -> int:
    """Rows of the smallest table that a Gather reads at these indices; 2 where there is none."""
    rows = {tensor.name: tensor.dims[0] for tensor in graph.initializer if len(tensor.dims) > 0}
    tables = [node.input[0] for node in graph.node if node.op_type == 'Gather' and node.input[1] == indices]
    return min((rows[table] for table in tables if table in rows), default=2)
