"""Values that only a run knows: an index beyond its axis is an error, never another element."""

from __future__ import annotations

import alula
import numpy as np
import onnx
import pytest


def gather(indices: onnx.TensorProto | None = None) -> bytes:
    x = onnx.helper.make_tensor_value_info('x', 1, [4, 3])
    y = onnx.helper.make_tensor_value_info('y', 1, None)
    inputs = [x] if indices is not None else [x, onnx.helper.make_tensor_value_info('i', 7, ['n'])]
    node = onnx.helper.make_node('Gather', ['x', 'i'], ['y'], name='pick', axis=0)
    graph = onnx.helper.make_graph([node], 'g', inputs, [y], [] if indices is None else [indices])
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid('', 17)])
    return model.SerializeToString()


@pytest.mark.parametrize('backend', ['numpy', 'script', 'wasm'])
@pytest.mark.parametrize('bad', [4, -5, 2**32, -(2**40)])
def test_an_index_out_of_range_is_an_error(backend: str, bad: int) -> None:
    session = alula.InferenceSession.create_sync(gather(), execution_providers=[backend])
    x = np.arange(12, dtype=np.float32).reshape(4, 3)
    np.testing.assert_array_equal(session.run_sync({'x': x, 'i': np.array([3, -4])})['y'], x[[3, 0]])
    with pytest.raises(alula.ValueCheckError, match='pick .*axis of size 4'):
        session.run_sync({'x': x, 'i': np.array([1, bad])})
    np.testing.assert_array_equal(session.run_sync({'x': x, 'i': np.array([-1, 2])})['y'], x[[3, 2]])


def test_a_constant_index_out_of_range_is_found_before_the_run() -> None:
    indices = onnx.numpy_helper.from_array(np.array([0, 9]), 'i')
    with pytest.raises(alula.ValueCheckError, match='pick'):
        alula.InferenceSession.create_sync(gather(indices))
