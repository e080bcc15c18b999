"""Operators whose answers have sizes that only a run knows agree with onnxruntime, over random inputs."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, helper

from tests import oracle
from tests.agreement.operators import check_model, check_node, typed
from tests.agreement.test_operators import examples, floats, seeds, shapes

NUMBERS = [np.float32, np.int64, np.int32]


@examples(24)
@given(seed=seeds, batch=st.integers(1, 2), classes=st.integers(1, 3), count=st.integers(0, 24),
       most=st.integers(0, 6), centre=st.booleans(), opset=st.sampled_from([10, 11]), given_inputs=st.integers(3, 5))
def test_non_max_suppression(seed, batch, classes, count, most, centre, opset, given_inputs):
    rng = np.random.default_rng(seed)
    boxes = rng.random((batch, count, 4)).astype(np.float32)
    scores = rng.random((batch, classes, count)).astype(np.float32)
    inputs = {'boxes': boxes, 'scores': scores, 'most': np.array([most]),
              'iou': np.array([rng.random()], np.float32), 'least': np.array([rng.random() / 2], np.float32)}
    fed = dict(list(inputs.items())[:given_inputs])
    check_node('NonMaxSuppression', fed, opset=opset, center_point_box=int(centre))


@examples(16)
@given(shape=shapes(1, 3), seed=seeds, dtype=st.sampled_from([*NUMBERS, np.bool_, np.uint8]))
def test_non_zero(shape, seed, dtype):
    """Of a scalar onnxruntime gives a row, where ONNX says that there is none."""
    check_node('NonZero', {'x': np.random.default_rng(seed).integers(0, 2, shape).astype(dtype)})


@examples(16)
@given(data=st.data(), shape=shapes(1, 3), seed=seeds, dtype=st.sampled_from(NUMBERS))
def test_compress(data, shape, seed, dtype):
    axis = data.draw(st.none() | st.integers(-len(shape), len(shape) - 1))
    whole = np.prod(shape) if axis is None else shape[axis]
    condition = np.random.default_rng(seed).random(data.draw(st.integers(1, int(whole)))) < 0.5
    check_node('Compress', {'x': (floats(seed, shape) * 9).astype(dtype), 'condition': condition}, axis=axis)


@examples(16)
@given(data=st.data(), shape=shapes(1, 3), seed=seeds, dtype=st.sampled_from([np.float32, np.int64, np.int8]),
       is_sorted=st.integers(0, 1))
def test_unique(data, shape, seed, dtype, is_sorted):
    axis = data.draw(st.none() | st.integers(-len(shape), len(shape) - 1))
    x = np.random.default_rng(seed).integers(-1, 2, shape).astype(dtype)
    check_node('Unique', {'x': x}, outputs=4, axis=axis, sorted=is_sorted)


@examples(16)
@given(data=st.data(), shape=shapes(1, 3), seed=seeds)
def test_a_tensor_is_split_and_joined(data, shape, seed):
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    x = floats(seed, shape)
    way = data.draw(st.sampled_from(['ones', 'entries', 'size', 'sizes']))
    size = shape[axis]
    split = {'size': np.array(data.draw(st.integers(1, size))), 'sizes': np.array([1, size - 1]),
             'ones': None, 'entries': None}[way]
    model = typed(_split_and_joined(x, split, axis, int(way != 'entries')))
    feeds = {'x': x} if split is None else {'x': x, 'split': split}
    wanted = oracle.expected(model, feeds)
    assert wanted['whole'].size == x.size
    check_model(model, feeds)


def _split_and_joined(x, split, axis, keepdims):
    inputs = ['x'] if split is None else ['x', 'split']
    nodes = [helper.make_node('SplitToSequence', inputs, ['parts'], axis=axis, keepdims=keepdims),
             helper.make_node('ConcatFromSequence', ['parts'], ['whole'], axis=axis, new_axis=1 - keepdims),
             helper.make_node('SequenceLength', ['parts'], ['count'])]
    infos = [helper.make_tensor_value_info('x', TensorProto.FLOAT, x.shape)]
    if split is not None:
        infos.append(helper.make_tensor_value_info('split', TensorProto.INT64, split.shape))
    outputs = [helper.make_tensor_value_info('whole', TensorProto.FLOAT, [None] * x.ndim),
               helper.make_tensor_value_info('count', TensorProto.INT64, [])]
    graph = helper.make_graph(nodes, 'g', infos, outputs)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid('', 18)], ir_version=10).SerializeToString()
