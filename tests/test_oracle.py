"""The oracle: it agrees with the outputs that the onnx package stores, and its measure of error misses nothing."""

import numpy as np
import pytest

from tests import oracle
from tests.models import weights

NAMES = [pytest.param(name, marks=[pytest.mark.slow] if name in ('light_vgg19', 'light_zfnet512') else [])
         for name in weights.light_names()]


@pytest.mark.parametrize('name', NAMES)
def test_onnxruntime_agrees_with_the_outputs_stored_in_the_onnx_package(name):
    case = oracle.light_case(name)
    assert oracle.close(oracle.expected(case.model, case.feeds), case.expected, rtol=1e-5)


def test_feeds_fit_the_model():
    model = weights.filled('minilm_l6.opset18')
    feeds = oracle.random_feeds(model, seed=1, sizes={'batch': 4, 'sequence': 11})
    assert {name: (array.shape, array.dtype.name) for name, array in feeds.items()} == dict.fromkeys(
        ('input_ids', 'attention_mask', 'token_type_ids'), ((4, 11), 'int64'))
    assert 1000 < feeds['input_ids'].max() < 30522
    assert set(np.unique(feeds['token_type_ids'])) == {0, 1}
    mask = feeds['attention_mask']
    assert (np.diff(mask, axis=1) <= 0).all() and (mask[:, 0] == 1).all() and not mask.all()


def test_a_symbolic_dimension_needs_a_size():
    with pytest.raises(KeyError, match='batch'):
        oracle.random_feeds(weights.filled('squeezenet1_1.opset11'))


@pytest.mark.parametrize(('actual', 'wanted', 'error'), [
    (np.float32([1, -4]), np.float32([1, -4]), 0.0),
    (np.float32([1, -3]), np.float32([1, -4]), 0.25),
    (np.float32([1, np.nan]), np.float32([1, 2]), np.inf),
    (np.float32([1, 2]), np.float32([1, np.inf]), np.inf),
    (np.float32([1, np.nan, -np.inf]), np.float32([1, np.nan, -np.inf]), 0.0),
    (np.float32([[1, 2]]), np.float32([1, 2]), np.inf),
    (np.float64([1, 2]), np.float32([1, 2]), np.inf),
    (np.int64([1, 2]), np.int64([1, 3]), np.inf),
    (np.array(['a']), np.array(['a']), 0.0),
])
def test_error(actual, wanted, error):
    assert oracle.error(actual, wanted) == error


def test_close_wants_all_outputs():
    x = np.float32([1, 2])
    assert oracle.close({'a': x, 'b': x}, {'a': x, 'b': x})
    assert not oracle.close({'a': x}, {'a': x, 'b': x})
    assert not oracle.close({'a': x * np.float32(1.01)}, {'a': x})
