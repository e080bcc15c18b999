"""The weightless models: they hold no weights, fill the same everywhere, and filled they depend on their inputs."""

import math
import zlib

import numpy as np
import onnx
import pytest
from onnx import TensorProto, numpy_helper

from tests import oracle
from tests.models import operators, weights

SIZES = {'batch': 2, 'sequence': 9}


@pytest.mark.parametrize('name', weights.names())
def test_a_committed_model_has_shapes_but_no_weights(name):
    model = weights.weightless(name)
    floats = [t for t in model.graph.initializer if t.data_type == TensorProto.FLOAT and math.prod(t.dims) > 1]
    assert len(floats) > 20
    assert all(t.data_location == TensorProto.EXTERNAL and len(t.raw_data) == 0 for t in floats)
    assert operators.opset(model) == int(name.rpartition('.opset')[2])


def test_filling_gives_the_same_values_on_every_platform():
    model = onnx.load_from_string(weights.filled('efficientnet_b0.opset11', seed=3))
    values = next(numpy_helper.to_array(t) for t in model.graph.initializer if t.name == 'classifier.1.weight')
    assert values.std() == pytest.approx(0.0726, abs=1e-4)
    assert zlib.crc32(values.astype('<f4').tobytes()) == 3498941184


def test_seeds_differ():
    first, second = weights.filled('resnet18.opset11', seed=0), weights.filled('resnet18.opset11', seed=1)
    assert len(first) == len(second) and first != second


@pytest.mark.parametrize('name', weights.names())
def test_activations_neither_vanish_nor_explode(name):
    model = weights.filled(name)
    onnx.checker.check_model(model)
    feeds = oracle.random_feeds(model, sizes=SIZES)
    (output,) = oracle.expected(model, feeds).values()
    assert 0.2 < output.std() < 2.0
    assert np.abs(output[0] - output[1]).max() > 0.1 * output.std()  # it depends on the input


@pytest.mark.parametrize('name', ['light_inception_v2', 'light_resnet50', 'light_shufflenet', 'light_squeezenet'])
def test_a_filled_light_model_tells_classes_apart_without_saturating(name):
    model = weights.filled(name)
    feeds = oracle.random_feeds(model)
    (probabilities,) = oracle.expected(model, feeds).values()
    assert 2e-3 < probabilities.max() < 0.5
    assert probabilities.sum() == pytest.approx(1.0, abs=1e-4)


def test_the_readme_tells_the_operators_in_use():
    readme = operators.README.read_text(encoding='utf-8')
    assert operators.written(readme) == readme, 'run python -m tests.models.operators'
