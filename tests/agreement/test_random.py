"""Operators that draw at random: what is drawn is distributed as it must be, and anew or not as `seed` says."""

from typing import Any

import alula
import numpy as np
import pytest
from onnx import TensorProto

from tests.agreement.operators import BACKENDS, node_model, typed

SHAPE = [80, 120]
COUNT = 80 * 120


def session_of(backend: str, op: str, inputs: dict[str, np.ndarray], **attributes: Any) -> alula.InferenceSession:
    model = node_model(op, inputs, [], opset=22, **attributes)
    return alula.InferenceSession.create_sync(typed(model), execution_providers=[backend])


def drawn(backend: str, op: str, inputs: dict[str, np.ndarray], **attributes: Any) -> np.ndarray:
    session = session_of(backend, op, inputs, **attributes)
    result: np.ndarray = session.run_sync(dict(inputs))['out0']
    assert session.report().backend == backend
    return result


def largest_gap(values: np.ndarray, cumulative: Any) -> float:
    """Kolmogorov and Smirnov's: the greatest difference between the empirical distribution and one, times √n. It is
    beyond 2.6 once in a million."""
    ordered = np.sort(values.reshape(-1).astype(np.float64))
    wanted = np.array([cumulative(x) for x in ordered])
    steps = np.arange(len(ordered) + 1) / len(ordered)
    return float(max(np.max(steps[1:] - wanted), np.max(wanted - steps[:-1])) * np.sqrt(len(ordered)))


def normal(x: float) -> float:
    from math import erf, sqrt
    return 0.5 + 0.5 * erf(x / sqrt(2))


@pytest.mark.parametrize('backend', BACKENDS)
def test_uniform(backend: str) -> None:
    values = drawn(backend, 'RandomUniform', {}, shape=SHAPE, low=-1.0, high=3.0)
    assert values.dtype == np.float32 and values.shape == tuple(SHAPE)
    assert values.min() >= -1 and values.max() <= 3
    assert largest_gap(values, lambda x: (x + 1) / 4) < 2.6
    like = drawn(backend, 'RandomUniformLike', {'x': np.zeros(SHAPE)})
    assert like.dtype == np.float64 and largest_gap(like, lambda x: x) < 2.6
    # Neighbours, in either direction, don't hang together.
    for a, b in [(like[1:], like[:-1]), (like[:, 1:], like[:, :-1])]:
        assert abs(np.corrcoef(a.reshape(-1), b.reshape(-1))[0, 1]) < 5 / np.sqrt(COUNT)


@pytest.mark.parametrize('backend', BACKENDS)
def test_normal(backend: str) -> None:
    values = drawn(backend, 'RandomNormal', {}, shape=SHAPE, mean=1.0, scale=2.0)
    assert largest_gap((values - 1) / 2, normal) < 2.6
    like = drawn(backend, 'RandomNormalLike', {'x': np.zeros(SHAPE, np.float32)}, dtype=TensorProto.DOUBLE)
    assert like.dtype == np.float64 and largest_gap(like, normal) < 2.6


@pytest.mark.parametrize('backend', BACKENDS)
def test_bernoulli(backend: str) -> None:
    shares = np.broadcast_to(np.array([0.0, 0.1, 0.5, 1.0], np.float32), [5000, 4]).copy()
    found = drawn(backend, 'Bernoulli', {'x': shares}, dtype=TensorProto.INT32)
    assert found.dtype == np.int32 and set(np.unique(found)) == {0, 1}
    assert np.all(np.abs(found.mean(0) - shares[0]) <= 5 * np.sqrt(shares[0] * (1 - shares[0]) / 5000))


@pytest.mark.parametrize('backend', BACKENDS)
def test_multinomial(backend: str) -> None:
    shares = np.array([[0.1, 0.2, 0.7], [0.5, 0.0, 0.5]], np.float32)
    with np.errstate(divide='ignore'):
        found = drawn(backend, 'Multinomial', {'x': np.log(3 * shares)}, sample_size=4000, dtype=TensorProto.INT64)
    assert found.dtype == np.int64 and found.shape == (2, 4000)
    for row, wanted in zip(found, shares, strict=True):
        got = np.bincount(row, minlength=3) / 4000
        assert np.all(np.abs(got - wanted) <= 5 * np.sqrt(wanted * (1 - wanted) / 4000))


@pytest.mark.parametrize('backend', BACKENDS)
def test_dropout_in_training(backend: str) -> None:
    x = np.random.default_rng(0).standard_normal(SHAPE).astype(np.float32)
    inputs = {'x': x, 'ratio': np.float32(0.25), 'training': np.array(True)}
    model = node_model('Dropout', inputs, ['ratio', 'training'], 2, opset=22)
    session = alula.InferenceSession.create_sync(typed(model), execution_providers=[backend])
    found = session.run_sync({'x': x})
    kept = found['out1']
    assert abs(kept.mean() - 0.75) <= 5 * np.sqrt(0.75 * 0.25 / COUNT)
    np.testing.assert_allclose(found['out0'], np.where(kept, x / np.float32(0.75), 0), rtol=1e-6)


@pytest.mark.parametrize('backend', BACKENDS)
def test_each_run_draws_anew(backend: str) -> None:
    session = session_of(backend, 'RandomUniform', {}, shape=SHAPE)
    runs = [session.run_sync({})['out0'] for _ in range(3)]
    assert all(np.mean(runs[i] == runs[i - 1]) < 0.01 for i in range(3))


def test_a_seed_draws_the_same_everywhere() -> None:
    seeded = [drawn(backend, 'RandomUniform', {}, shape=SHAPE, seed=2.5) for backend in BACKENDS]
    session = session_of('numpy', 'RandomUniform', {}, shape=SHAPE, seed=2.5)
    for values in [*seeded, *[session.run_sync({})['out0'] for _ in range(2)]]:
        np.testing.assert_array_equal(values, seeded[0])
    other = drawn('numpy', 'RandomUniform', {}, shape=SHAPE, seed=2.0)
    assert np.mean(other == seeded[0]) < 0.01
    assert largest_gap(seeded[0], lambda x: x) < 2.6
