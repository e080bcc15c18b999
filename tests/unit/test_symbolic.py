"""Shapes with symbols are found by asking twice: the exports' own declarations are taken away and must come back."""

from __future__ import annotations

import alula
import onnx
import pytest

from tests.models import weights


@pytest.mark.parametrize('name', [n for n in weights.names() if n.endswith(('.opset11', '.opset25'))])
def test_output_shapes_that_a_model_does_not_declare_are_inferred(name: str) -> None:
    model = onnx.load_from_string(weights.filled(name))
    declared = [str(v) for v in alula.InferenceSession.create_sync(model.SerializeToString()).output_metadata]
    for output in model.graph.output:
        output.type.tensor_type.ClearField('shape')
    inferred = [str(v) for v in alula.InferenceSession.create_sync(model.SerializeToString()).output_metadata]
    assert inferred == declared


def test_a_dim_that_is_no_symbol_stays_open() -> None:
    x = onnx.helper.make_tensor_value_info('x', 1, ['n', 3])
    y = onnx.helper.make_tensor_value_info('y', 1, None)
    node = onnx.helper.make_node('Concat', ['x', 'x'], ['y'], axis=0)
    graph = onnx.helper.make_graph([node], 'g', [x], [y])
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid('', 17)])
    session = alula.InferenceSession.create_sync(model.SerializeToString())
    assert [v.shape for v in session.output_metadata] == [['', 3]]
