"""One node of any domain, of numbers, texts or maps, against onnxruntime on every backend that CPython has."""

from typing import Any

import alula
import numpy as np
from onnx import TensorProto, ValueInfoProto, helper

from tests import oracle
from tests.agreement.operators import BACKENDS

FLOAT, INT64, STRING = TensorProto.FLOAT, TensorProto.INT64, TensorProto.STRING


def texts(*values: Any) -> np.ndarray:
    return np.array(values, object)


def listed(array: np.ndarray) -> list[float]:
    return [float(x) for x in array.ravel()]


def code_of(array: np.ndarray) -> int:
    return STRING if array.dtype == object else helper.np_dtype_to_tensor_dtype(array.dtype)


def one_node(op: str, inputs: list[Any], outputs: list[Any], ml: int, opset: int, **attributes: Any) -> bytes:
    """A model of a node of ai.onnx.ml, or where `ml` is 0 of ONNX's own; inputs and outputs as ValueInfos."""
    node = helper.make_node(op, [info.name for info in inputs], [info.name for info in outputs],
                            domain='ai.onnx.ml' if ml else '', **attributes)
    opsets = [helper.make_opsetid('', opset), helper.make_opsetid('ai.onnx.ml', ml or 3)]
    graph = helper.make_graph([node], 'one', inputs, outputs)
    return helper.make_model(graph, opset_imports=opsets, ir_version=10).SerializeToString()


def check(op: str, inputs: list[np.ndarray], outputs: str = 'y', ml: int = 3, opset: int = 18, rtol: float = 1e-4,
          **attributes: Any) -> None:
    """Assert that every backend makes of a node what onnxruntime does."""
    infos = [helper.make_tensor_value_info(f'x{i}', code_of(x), x.shape) for i, x in enumerate(inputs)]
    model = one_node(op, infos, [ValueInfoProto(name=name) for name in outputs], ml, opset, **attributes)
    feeds = {f'x{i}': x for i, x in enumerate(inputs)}
    wanted = oracle.expected(model, feeds)
    for backend in BACKENDS:
        session = alula.InferenceSession.create_sync(model, execution_providers=[backend])
        found = session.run_sync(feeds)
        assert session.report().backend == backend
        for name, value in wanted.items():
            assert found[name].shape == np.shape(value), (backend, name)
            if np.asarray(value).dtype.kind == 'f':
                np.testing.assert_allclose(found[name], value, rtol, 1e-5, err_msg=f'{backend} {name}')
            else:
                assert found[name].tolist() == np.asarray(value).tolist(), (backend, name)
