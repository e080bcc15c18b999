"""Whole models agree with onnxruntime on every host: NumPy and wasmtime in CPython, WASM in Node and Chromium."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from tests import oracle
from tests.models import weights
from tools import inference

SIZES = {'batch': 2, 'sequence': 9}
# Relative to the output's greatest magnitude.
TOLERANCE = 1e-4
# Host, and the one backend that may answer there.
HOSTS = [('cpython', 'numpy'), ('cpython', 'wasm'), ('node', 'wasm'), ('chromium', 'wasm')]
# What computes on graphics devices; the browser's own software takes the place of one.
DEVICES = ['webgpu', 'webgl']
# Hundreds of megabytes of weights.
LARGE = {'light_bvlc_alexnet', 'light_vgg19', 'light_zfnet512'}


class Prepared(NamedTuple):
    """A model with real weights in a file, what to feed it and what it must give."""

    path: Path
    feeds: dict[str, np.ndarray]
    expected: dict[str, np.ndarray]


@lru_cache(maxsize=1)
def prepared(name: str, folder: Path) -> Prepared:
    """One model at a time is kept: the largest has 550 MB of weights."""
    for old in folder.glob('*.onnx'):
        old.unlink()
    model = weights.filled(name)
    path = folder / f'{name}.onnx'
    path.write_bytes(model)
    feeds = oracle.random_feeds(model, 0, SIZES)
    return Prepared(path, feeds, oracle.expected(model, feeds))


@pytest.fixture(scope='module')
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp('models')


def check(name: str, folder: Path, host: str, backend: str) -> None:
    case = prepared(name, folder)
    run = inference.run(host, case.path, case.feeds, SIZES, [backend])
    assert run.backend == backend, run.tried
    assert run.notes == []
    for output, wanted in case.expected.items():
        assert oracle.error(run.outputs[output], wanted) <= TOLERANCE


def models() -> list[object]:
    """The nine light models, and each export at one opset, so that the hosts share the filled weights."""
    light = [pytest.param(n, marks=pytest.mark.slow if n in LARGE else ()) for n in weights.light_names()]
    return [n for n in weights.names() if n.endswith('.opset17')] + light


@pytest.mark.timeout(900)
@pytest.mark.parametrize('name', models())
@pytest.mark.parametrize(('host', 'backend'), HOSTS)
def test_a_model_agrees_with_onnxruntime(name: str, host: str, backend: str, folder: Path) -> None:
    check(name, folder, host, backend)


@pytest.mark.timeout(900)
@pytest.mark.parametrize('name', [n for n in weights.names() if n.endswith('.opset17')])
@pytest.mark.parametrize('backend', DEVICES)
def test_a_model_is_computed_by_a_device_alone(name: str, backend: str, folder: Path) -> None:
    """No note says that a node is elsewhere."""
    check(name, folder, 'chromium', backend)


@pytest.mark.parametrize('name', [n for n in weights.names() if not n.endswith('.opset17')])
@pytest.mark.parametrize('backend', ['numpy', 'wasm'])
def test_an_export_agrees_at_every_opset(name: str, backend: str, folder: Path) -> None:
    check(name, folder, 'cpython', backend)
