"""Where the cases run: a backend under CPython, or one in Chromium. Each host tells what became of every case.

A backend yet to come is one more line of HOSTS."""

import base64
import json
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import alula
import numpy as np
from alula.dtypes import storage_of
from alula.host.arrays import FORMATS

from tests.conformance.cases import Case, Value, all_cases, difference
from tools import ROOT, bundle
from tools.browser import Page, chromium
from tools.inference import DEVICES
from tools.server import serving

PASSED = 'PASSED'
WRONG = 'WRONG'
# Cases that a page runs before it answers.
BATCH = 100


class Outcome(NamedTuple):
    """PASSED, WRONG, or the code of the error that said why not; and what there is to say of it."""

    code: str
    text: str


def compared(case: Case, backend: str, used: str, outputs: dict[str, Any]) -> Outcome:
    """What a run on `used` comes to that should have been one on `backend`."""
    if used != backend:
        return Outcome(WRONG, f'it ran on {used}')
    wrong = [f'{name}: {found}' for name, wanted in case.expected.items()
             if (found := difference(outputs[name], wanted, case.rtol, case.atol))]
    return Outcome(WRONG if wrong else PASSED, '; '.join(wrong))


class CPython:
    """A backend of CPython."""

    def __init__(self, backend: str) -> None:
        self.backend = backend

    def outcomes(self, cases: list[Case]) -> Iterator[Outcome]:
        for case in cases:
            try:
                yield self._run(case)
            except alula.AlulaError as error:
                yield Outcome(error.code, error.message)
            except Exception as error:    # what a user would see as a crash
                yield Outcome(WRONG, f'{type(error).__name__}: {error}')

    def _run(self, case: Case) -> Outcome:
        session = alula.InferenceSession.create_sync(case.model, execution_providers=[self.backend])
        arrays = session.run_sync({name: _fed(value) for name, value in case.feeds.items()})
        dtypes = {info.label: info.dtype for info in session.output_metadata}
        outputs = {name: _result(dtypes[name], value) for name, value in arrays.items()}
        return compared(case, self.backend, session.report().backend, outputs)


def _fed(value: Any) -> Any:
    if isinstance(value, list):
        return [_fed(each) for each in value]
    return value and alula.Tensor(value.dtype, value.elements, list(value.elements.shape))


def _result(dtype: str, value: Any) -> Any:
    if isinstance(value, list):
        return [_result(dtype, each) for each in value]
    return None if value is None else Value(dtype, np.asarray(value))


class Chromium:
    """A backend of the built package in a page, which gets all cases as one file."""

    def __init__(self, backend: str) -> None:
        self.backend = backend

    def outcomes(self, cases: list[Case]) -> Iterator[Outcome]:
        bundle.build()
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / 'cases.bin').write_bytes(packed(cases))
            (Path(folder) / 'index.html').write_text('<!doctype html><script type=module src=/here/page.mjs></script>')
            roots = {'/': Path(folder), '/here/': Path(__file__).parent, '/alula/': ROOT / 'transpiled',
                     '/tools/': ROOT / 'tools'}
            with (serving(roots) as server, chromium(webgpu=self.backend in DEVICES) as browser,
                  browser.page(f'{server.address}/index.html') as page):
                page.wait_for('typeof window.runCases === "function"')
                for first in range(0, len(cases), BATCH):
                    yield from self._batch(page, cases[first:first + BATCH], first)

    def _batch(self, page: Page, cases: list[Case], first: int) -> Iterator[Outcome]:
        answers = page.evaluate('request => window.runCases(...request)', [self.backend, first, first + len(cases)])
        for case, answer in zip(cases, answers, strict=True):
            if 'error' in answer:
                yield Outcome(answer['code'] or WRONG, answer['error'])
            else:
                outputs = {name: _decoded(tensor) for name, tensor in answer['outputs'].items()}
                yield compared(case, self.backend, answer['backend'], outputs)


def packed(cases: list[Case]) -> bytes:
    """One file: the length of a JSON text (8 digits), the text, then the bytes that it names by offset and length."""
    parts: list[bytes] = []
    size = 0

    def place(content: bytes) -> list[int]:
        nonlocal size
        begin = size
        parts.append(content + bytes(-len(content) % 8))
        size += len(parts[-1])
        return [begin, len(content)]

    def told(value: Any) -> Any:
        if isinstance(value, list):
            return [told(each) for each in value]
        if value is None:
            return None
        elements = value.elements
        data: Any = list(elements.reshape(-1)) if value.dtype == 'string' else place(elements.tobytes())
        return {'type': value.dtype, 'dims': elements.shape, 'data': data}

    rows = [{'model': place(case.model), 'feeds': {name: told(value) for name, value in case.feeds.items()}}
            for case in cases]
    text = json.dumps(rows, default=str).encode()
    text += b' ' * (-len(text) % 8)
    return f'{len(text):8}'.encode() + text + b''.join(parts)


def _decoded(tensor: Any) -> Any:
    if isinstance(tensor, list):
        return [_decoded(each) for each in tensor]
    if tensor is None:
        return None
    dtype, dims, data = tensor['type'], tensor['dims'], tensor['data']
    if dtype == 'string':
        return Value(dtype, np.array(data, dtype=object).reshape(dims))
    format_ = {'float16': np.float16, 'bool': np.bool_}.get(dtype, f'<{FORMATS[storage_of(dtype)]}')
    return Value(dtype, np.frombuffer(base64.b64decode(data), dtype=format_).reshape(dims))


HOSTS: dict[str, CPython | Chromium] = {
    'numpy': CPython('numpy'),
    'script': CPython('script'),
    'wasm': CPython('wasm'),
    'script in Chromium': Chromium('script'),
    'wasm in Chromium': Chromium('wasm'),
}


@cache
def outcomes(host: str) -> list[Outcome]:
    """What became of each of `all_cases()`, asked once per process."""
    return list(HOSTS[host].outcomes(all_cases()))
