"""What `env` says is done, or said not to be."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import alula
import numpy as np
import pytest

DIGITS = Path(__file__).parents[2] / 'models' / 'digits' / 'digits.onnx'
IMAGE = {'image': np.zeros((1, 1, 32, 32), np.float32)}


@pytest.fixture(autouse=True)
def settings() -> Iterator[None]:
    yield
    alula.env.wasm.num_threads = 1
    alula.env.wasm.relaxed_simd = True


def digits() -> alula.InferenceSession:
    session = alula.InferenceSession.create_sync(str(DIGITS), execution_providers=['wasm'])
    session.run_sync(IMAGE)
    return session


def test_threads_that_are_not_there_are_noted() -> None:
    assert digits().report().notes == []
    alula.env.wasm.num_threads = 4
    assert any('numThreads is 4' in note for note in digits().report().notes)


def test_relaxed_simd_can_be_forbidden() -> None:
    """Its fused products differ in the last bits from those of two roundings."""
    relaxed = digits()
    alula.env.wasm.relaxed_simd = False
    plain = digits()
    rng = np.random.default_rng(0)
    feeds = {'image': rng.random((1, 1, 32, 32), np.float32)}
    a, b = relaxed.run_sync(feeds)['probabilities'], plain.run_sync(feeds)['probabilities']
    np.testing.assert_allclose(a, b, rtol=1e-4)
    assert not np.array_equal(a, b)


def test_an_unknown_log_level_is_refused() -> None:
    with pytest.raises(alula.ArgumentRangeError, match='loud'):
        alula.env.log_level = 'loud'
