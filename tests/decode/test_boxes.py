"""Boxes against onnxruntime's NonMaxSuppression, scores against NumPy."""
import numpy as np
from alula.boxes import suppressed
from alula.decode.boxes import candidates
from alula.decode.scores import activated
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper

from tests import oracle

COORDINATES = st.integers(0, 40)


def non_max_suppression() -> bytes:
    names = {'boxes': [1, 'n', 4], 'scores': [1, 'classes', 'n'], 'most': [1], 'iou': [1], 'score': [1]}
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64 if name == 'most' else TensorProto.FLOAT, shape)
              for name, shape in names.items()]
    output = helper.make_tensor_value_info('selected', TensorProto.INT64, ['kept', 3])
    node = helper.make_node('NonMaxSuppression', list(names), ['selected'], center_point_box=1)
    graph = helper.make_graph([node], 'nms', inputs, [output])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid('', 17)], ir_version=8)
    return bytes(model.SerializeToString())


MODEL = non_max_suppression()


@st.composite
def outputs(draw) -> np.ndarray:
    """float32 [4 + classes, anchors]: boxes of whole pixels, and scores that are all different, of which the class that
    a box is of has the greatest."""
    anchors, classes = draw(st.integers(1, 24)), draw(st.integers(1, 4))
    boxes = draw(st.lists(st.tuples(COORDINATES, COORDINATES, st.integers(2, 30), st.integers(2, 30)),
                          min_size=anchors, max_size=anchors))
    best = draw(st.lists(st.integers(0, classes - 1), min_size=anchors, max_size=anchors))
    order = draw(st.permutations(range(anchors)))
    scores = np.zeros((classes, anchors), np.float32)
    scores[best, range(anchors)] = 0.1 + 0.8 * np.array(order) / anchors
    return np.concatenate([np.array(boxes, np.float32).T, scores])


@settings(max_examples=200, deadline=None)
@given(outputs(), st.sampled_from([0.1875, 0.4375, 0.5, 0.75]), st.sampled_from([0.125, 0.25, 0.625]), st.booleans())
def test_onnxruntime_keeps_the_same(output: np.ndarray, iou: float, threshold: float, agnostic: bool) -> None:
    boxes, scores = output[:4], output[4:]
    if agnostic:
        scores = scores.max(axis=0, keepdims=True)
    selected = oracle.expected(MODEL, {
        'boxes': boxes.T[None].copy(), 'scores': scores[None].copy(), 'most': np.array([1000], np.int64),
        'iou': np.array([iou], np.float32), 'score': np.array([threshold], np.float32),
    })['selected']
    classes, anchors = output.shape[0] - 4, output.shape[1]
    found = candidates(memoryview(output.reshape(-1)), 0, classes, anchors, threshold)
    kept = suppressed(found, iou, agnostic, 1000)
    assert [box.score for box in kept] == sorted((box.score for box in kept), reverse=True)
    expected = {float(scores[label, anchor]): (label, *boxes[:, anchor]) for _, label, anchor in selected}
    assert {box.score for box in kept} == set(expected)
    for box in kept:
        label, x, y, width, height = expected[box.score]
        assert agnostic or box.label == label
        np.testing.assert_allclose([box.left, box.top, box.right, box.bottom],
                                   [x - width / 2, y - height / 2, x + width / 2, y + height / 2])


@settings(deadline=None)
@given(st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=20))
def test_softmax(logits: list[float]) -> None:
    powers = np.exp(np.array(logits) - max(logits))
    np.testing.assert_allclose(activated(logits, 'softmax'), powers / powers.sum(), rtol=1e-9, atol=1e-300)
