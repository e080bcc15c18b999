"""Whole models agree with onnxruntime on every host and backend."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from tests import oracle
from tests.models import weights
from tools import inference

# Relative to the output's greatest magnitude.
TOLERANCE = 1e-4
# Host, and the one backend that may answer there. What computes on graphics devices; the browser's own software takes
# the place of one.
PLACES = [('cpython', 'numpy'), ('cpython', 'wasm'), ('node', 'wasm'), ('chromium', 'wasm'),
          ('chromium', 'webgpu'), ('chromium', 'webgl'), ('node', 'script')]
DEVICES = ['webgpu', 'webgl']
# Hundreds of megabytes of weights.
LARGE = {'light_bvlc_alexnet', 'light_vgg19', 'light_zfnet512'}


def sizes(name: str) -> dict[str, int]:
    return {'batch': 2 if name.endswith('.opset17') else 1, 'sequence': 9}


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
    feeds = oracle.random_feeds(model, 0, sizes(name))
    return Prepared(path, feeds, oracle.expected(model, feeds))


@pytest.fixture(scope='module')
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp('models')


def cases() -> Iterator[object]:
    """Each model in each place, one model after the other, so that all places share the filled weights.

    Exports at opset 17 and the nine light models go everywhere, but that plain loops would take minutes for the latter.
    What a graph means is decided before a JavaScript host is met, so exports at other opsets run in CPython and, by
    turns, on one of the devices."""
    for turn, name in enumerate([*weights.names(), *weights.light_names()]):
        is_main = name.endswith('.opset17')
        is_light = name.startswith('light_')
        for host, backend in PLACES:
            is_device = backend in DEVICES
            is_turn = backend == DEVICES[turn % 2]
            if is_main or host == 'cpython' or is_turn or is_light and backend != 'script':
                is_slow = name in LARGE or backend == 'script' or is_device and not is_main
                yield pytest.param(name, host, backend, marks=pytest.mark.slow if is_slow else ())


@pytest.mark.timeout(900)
@pytest.mark.parametrize(('name', 'host', 'backend'), [*cases()])
def test_a_model_agrees_with_onnxruntime(name: str, host: str, backend: str, folder: Path) -> None:
    """On the backend that was asked for, with every node: no note says that one is elsewhere."""
    case = prepared(name, folder)
    run = inference.run(host, case.path, case.feeds, sizes(name), [backend])
    assert run.backend == backend, run.tried
    assert run.notes == []
    for output, wanted in case.expected.items():
        assert oracle.error(run.outputs[output], wanted) <= TOLERANCE
