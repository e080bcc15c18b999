"""One node as a model: what onnxruntime makes of it, and what Alula does on every backend that CPython has."""

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import alula
import numpy as np
import onnx
from alula.ops.registry import Operator
from onnx import TensorProto, helper, numpy_helper

from tests import oracle

BACKENDS = ('numpy', 'script', 'wasm')


def node_model(op_type: str, inputs: dict[str, np.ndarray | None], fixed: Sequence[str], outputs: int = 1,
               opset: int = 18, **attributes: Any) -> bytes:
    """A model of one node. Inputs named in `fixed` are initializers, None stands for one that is left out."""
    names = [f'out{i}' for i in range(outputs)]
    node = helper.make_node(op_type, [name if value is not None else '' for name, value in inputs.items()], names,
                            **{key: value for key, value in attributes.items() if value is not None})
    present = {name: value for name, value in inputs.items() if value is not None}
    fed = [helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(value.dtype), value.shape)
           for name, value in present.items() if name not in fixed]
    weights = [numpy_helper.from_array(value, name) for name, value in present.items() if name in fixed]
    results = [helper.make_tensor_value_info(name, TensorProto.UNDEFINED, None) for name in names]
    graph = helper.make_graph([node], 'node', fed, results, weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid('', opset)], ir_version=10)
    for info in model.graph.output:
        info.ClearField('type')
    return model.SerializeToString()


def typed(model: bytes) -> bytes:
    """The model with the types and shapes that ONNX infers."""
    return onnx.shape_inference.infer_shapes(onnx.load_from_string(model)).SerializeToString()


def check_node(op_type: str, inputs: dict[str, np.ndarray | None], fixed: Sequence[str] = (), outputs: int = 1,
               opset: int = 18, rtol: float = 1e-4, atol: float = 1e-5, **attributes: Any) -> None:
    """Assert that every backend makes of a node what onnxruntime does."""
    model = node_model(op_type, inputs, fixed, outputs, opset, **attributes)
    feeds = {name: value for name, value in inputs.items() if value is not None and name not in fixed}
    check_model(typed(model), feeds, rtol, atol)


def check_model(model: bytes, feeds: dict[str, np.ndarray], rtol: float = 1e-4, atol: float = 1e-5) -> None:
    """Assert that every backend gives what onnxruntime gives."""
    wanted = oracle.expected(model, feeds)
    for backend in BACKENDS:
        session = alula.InferenceSession.create_sync(model, execution_providers=[backend])
        got = session.run_sync(dict(feeds))
        assert session.report().backend == backend
        for name, value in wanted.items():
            assert got[name].shape == value.shape and got[name].dtype == value.dtype, (backend, name)
            if value.dtype.kind == 'f':
                np.testing.assert_allclose(got[name], value, rtol, atol, err_msg=backend)
            else:
                np.testing.assert_array_equal(got[name], value, err_msg=backend)


def attributes_of(operator: Operator) -> set[str]:
    """The attributes that an operator takes: those that its function names, those of a function that it passes the rest
    of its keywords on to, and those that may have one value alone."""
    words = operator.inputs.split()
    return _keywords(operator.meaning) | {word.split('=')[0] for word in words if word != '.'}


def _keywords(function: Callable[..., Any]) -> set[str]:
    parameters = inspect.signature(function).parameters.values()
    named = {p.name for p in parameters if p.kind == p.KEYWORD_ONLY}
    if any(p.kind == p.VAR_KEYWORD for p in parameters):
        used = inspect.getclosurevars(function)
        for called in [*used.globals.values(), *used.nonlocals.values()]:
            if callable(called) and called.__module__.startswith('alula.ops'):
                named |= _keywords(called.__init__ if inspect.isclass(called) else called)
    return named
