"""Runs a model once on any host: CPython, Node or headless Chromium. The JS side is `inference.mjs`."""
import base64
import json
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np

from tools import ROOT, BuildError

Feeds = Mapping[str, np.ndarray]
Sizes = Mapping[str, int]

PACKAGE = ROOT / 'transpiled'
# Backends for which Chromium is started with software devices, where it has no others.
DEVICES = ('webgpu', 'webgl')


@dataclass
class Run:
    """What a run gave: outputs by name, the backend that computed them, and the milliseconds of `create` and `run`."""

    outputs: dict[str, np.ndarray]
    host: str
    backend: str
    create_ms: float
    run_ms: float
    tried: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def run(host: str, model: Path, feeds: Feeds, sizes: Sizes, providers: list[str]) -> Run:
    """Run `model` on a host of HOSTS; BuildError with Alula's own message where it cannot."""
    return HOSTS[host](model, feeds, sizes, providers)


def _run_cpython(model: Path, feeds: Feeds, sizes: Sizes, providers: list[str]) -> Run:
    import platform

    import alula
    start = time.perf_counter()
    try:
        session = alula.InferenceSession.create_sync(str(model), execution_providers=providers or None,
                                                     free_dimension_overrides=dict(sizes))
        created = time.perf_counter()
        outputs = session.run_sync(dict(feeds))
    except alula.AlulaError as error:
        raise BuildError(f'{error.code}: {error.message}') from error
    ended = time.perf_counter()
    report = session.report()
    return Run(outputs, f'CPython {platform.python_version()}', report.backend, (created - start) * 1000,
               (ended - created) * 1000, report.tried, report.notes)


def _run_node(model: Path, feeds: Feeds, sizes: Sizes, providers: list[str]) -> Run:
    from tools.node import node_path
    script = str(Path(__file__).with_suffix('.mjs'))
    command = [str(node_path()), '--enable-source-maps', script, '--package', str(_package())]
    request = _request(str(model.resolve()), feeds, sizes, providers)
    done = subprocess.run(command, input=json.dumps(request), text=True, capture_output=True)
    if done.returncode != 0 or done.stdout == '':
        raise BuildError(f'Node ended with {done.returncode}\n{done.stderr.strip()}')
    version = subprocess.run([command[0], '--version'], capture_output=True, text=True).stdout.strip().lstrip('v')
    return _answer(json.loads(done.stdout), f'Node {version}')


def _run_chromium(model: Path, feeds: Feeds, sizes: Sizes, providers: list[str]) -> Run:
    from tools.browser import chromium
    from tools.server import serving
    roots = {'/tools/': Path(__file__).parent, '/alula/': _package().parent, '/model/': model.resolve().parent}
    request = _request(f'/model/{quote(model.name)}', feeds, sizes, providers)
    device = any(provider in DEVICES for provider in providers)
    with serving(roots) as server, chromium(webgpu=device) as browser, browser.page() as page:
        page.goto(f'{server.address}/tools/inference.html')
        answer = page.evaluate('request => window.runModel(request)', request)
        return _answer(answer, f'Chromium {browser.version}')


HOSTS = {'cpython': _run_cpython, 'node': _run_node, 'chromium': _run_chromium}


def _package() -> Path:
    """The ES module, built anew if its sources changed."""
    from tools import bundle
    bundle.build()
    return PACKAGE / 'index.js'


def _request(model: str, feeds: Feeds, sizes: Sizes, providers: list[str]) -> dict[str, Any]:
    return {'model': model, 'providers': providers, 'sizes': dict(sizes),
            'feeds': {name: encoded(array) for name, array in feeds.items()}}


def _answer(answer: dict[str, Any], host: str) -> Run:
    if 'error' in answer:
        raise BuildError(f'{answer["code"]}: {answer["error"]}')
    outputs = {name: decoded(tensor) for name, tensor in answer['outputs'].items()}
    return Run(outputs, host, answer['backend'], answer['createMs'], answer['runMs'], answer['tried'],
               answer['notes'])


def encoded(array: np.ndarray) -> dict[str, Any]:
    """A tensor as `inference.mjs` takes it."""
    if array.dtype.kind in 'OU':
        return {'type': 'string', 'dims': list(array.shape), 'data': [str(text) for text in array.reshape(-1)]}
    little = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder('<'))
    data = base64.b64encode(little.tobytes()).decode()
    return {'type': array.dtype.name, 'dims': list(array.shape), 'data': data}


def decoded(tensor: dict[str, Any]) -> np.ndarray:
    """A tensor that `inference.mjs` gave."""
    if tensor['type'] == 'string':
        return np.array(tensor['data'], dtype=object).reshape(tensor['dims'])
    dtype = np.dtype(tensor['type']).newbyteorder('<')
    return np.frombuffer(base64.b64decode(tensor['data']), dtype=dtype).reshape(tensor['dims'])
