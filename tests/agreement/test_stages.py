"""Models in several parts: what onnxruntime makes of them, and what Alula does on every backend."""

from typing import Any

import alula
import numpy as np
import pytest

from tests import oracle
from tests.agreement.operators import BACKENDS
from tests.conformance.cases import Case, Value
from tests.conformance.hosts import PASSED, Chromium
from tests.models.stages import MODELS


def agree(got: Any, wanted: Any) -> None:
    if isinstance(wanted, list):
        assert len(got) == len(wanted)
        for pair in zip(got, wanted, strict=True):
            agree(*pair)
    else:
        assert got.shape == wanted.shape and got.dtype == wanted.dtype
        np.testing.assert_allclose(got, wanted, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize('backend', BACKENDS)
@pytest.mark.parametrize('name', MODELS)
def test_agrees_with_onnxruntime(name: str, backend: str) -> None:
    model, runs = MODELS[name]
    session = alula.InferenceSession.create_sync(model, execution_providers=[backend])
    for feeds in runs:
        wanted = oracle.expected(model, feeds)
        got = session.run_sync(feeds)
        assert got.keys() == wanted.keys() and session.report().backend == backend
        for output, value in wanted.items():
            agree(got[output], value)


def value(given: Any) -> Any:
    return [value(each) for each in given] if isinstance(given, list) else Value(given.dtype.name, given)


@pytest.mark.parametrize('backend', ['script', 'wasm', 'webgpu', 'webgl'])
def test_agrees_in_a_page(backend: str) -> None:
    """On devices too: each part runs there, and values between them go over the host."""
    cases = []
    for name, (model, runs) in MODELS.items():
        for feeds in runs:
            wanted = oracle.expected(model, feeds)
            both = [{key: value(each) for key, each in values.items()} for values in (feeds, wanted)]
            cases.append(Case('', name, model, *both, 1e-4, 1e-5, None))
    found = list(Chromium(backend).outcomes(cases))
    assert [(case.name, each.text) for case, each in zip(cases, found, strict=True) if each.code != PASSED] == []
