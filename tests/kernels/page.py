"""Single steps run by a backend in Chromium: whole buffers in, whole buffers out, so that a kernel that writes beside
its view is found out."""

import array
import base64
import contextlib
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import playwright.sync_api
from alula.backends.numpy.run_step import NUMPY_TYPES
from alula.kernels.expr import Expr
from alula.kernels.kernel import Contract, Kernel, Reduce, Step
from alula.kernels.view import Buffer, View

from tools import ROOT, shaders
from tools.browser import chromium
from tools.server import serving
from tools.transpiler import transpile

HERE = ROOT / 'tests' / 'kernels' / 'js'
WORK = ROOT / 'build' / 'kernel_page'


class Device(NamedTuple):
    """`dtypes`: steps of these alone it computes itself; `least`: the relative error that it may make; `share`: of a
    property's examples that it is asked."""

    dtypes: set[str]
    least: float
    share: float


WORDS = {'float32', 'float16', 'int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32', 'bool'}
# A kernel whose workgroups wait for each other takes SwiftShader ten times as long to compile.
DEVICES = {'webgpu': Device(WORDS, 1e-5, 0.5), 'webgpu tiles': Device(WORDS, 1e-5, 0.15),
           'webgl': Device(WORDS, 1e-5, 0.5)}

# Numbers travel as the base64 of doubles, which is what JavaScript has: playwright would make an object of each.
ASK = '''async request => {
    const { decoded, encoded } = await import('/tools/inference.mjs');
    for (const buffer of request.buffers) buffer.elements = Array.from(decoded('float64', buffer.elements));
    const [outputs, ...rest] = await window.runStep(request);
    return [outputs.map(list => encoded(Float64Array.from(list))), ...rest];
}'''


class Answer(NamedTuple):
    """The elements of each output's buffer, the backend of each step that it became, and what a user is told."""

    outputs: list[np.ndarray]
    places: list[str]
    notes: list[str]


class KernelPage:
    """A page that runs steps. `console`: what it logged, browser warnings of the graphics device among it."""

    def __init__(self, page) -> None:
        self.page = page

    def run(self, backend: str, step: Step, arrays: dict[str, np.ndarray]) -> Answer:
        """`arrays`: what each buffer holds before the step, by label."""
        buffers: dict[str, Buffer] = {view.buffer.label: view.buffer for view in [*step.inputs, *step.outputs]}
        places = list(buffers)

        def told(view: View) -> list:
            return [places.index(view.buffer.label), list(view.shape), list(view.strides), view.offset]

        request = {
            'backend': backend,
            'buffers': [{'label': label, 'dtype': each.dtype, 'constant': each.is_constant,
                         'elements': _text(arrays[label])} for label, each in buffers.items()],
            'inputs': [told(view) for view in step.inputs],
            'outputs': [told(view) for view in step.outputs],
            'kernel': _kernel(step.kernel),
        }
        outputs, where, notes = self.page.evaluate(ASK, request)
        return Answer([_array(view.dtype, values) for view, values in zip(step.outputs, outputs, strict=True)],
                      where, notes)


@contextlib.contextmanager
def kernel_page() -> Iterator[KernelPage]:
    """A page with all backends, on software devices where there are no others."""
    modules = transpile(HERE / 'kernel_page.py', [shaders.embedded(), ROOT / 'sdk' / 'js', ROOT / 'sdk'], WORK)
    (WORK / 'index.html').write_text('<!doctype html><script type=module src=kernel_page.js></script>')
    roots = {'/': modules[0].parent, '/tools/': ROOT / 'tools'}
    with serving(roots) as server, chromium(webgpu=True) as browser:
        with browser.page(f'{server.address}/index.html') as page:
            page.wait_for('typeof window.runStep === "function"')
            yield KernelPage(page)


class DeviceRunner:
    """Runs steps for tests.kernels.cases, on a backend that may leave those of some types to another."""

    def __init__(self, page: KernelPage, label: str) -> None:
        self.page = page
        self.label = label
        self.least = DEVICES[label].least
        self.share = DEVICES[label].share

    def runs(self, step: Step, arrays: dict) -> list[list[np.ndarray]]:
        dtypes = {view.dtype for view in [*step.inputs, *step.outputs]}
        try:
            answer = self.page.run(self.label, step, arrays)
        except playwright.sync_api.Error as error:
            # JavaScript has no place for results beyond 2**53, a device perhaps none beyond 2**31, and they say so.
            inexact = 'uint64' in dtypes and 'InexactIntegerError' in str(error)
            assert inexact or ('int64' in dtypes and 'has more than 32 bits' in str(error)), error
            return []
        if dtypes <= DEVICES[self.label].dtypes:
            assert set(answer.places) == {self.label.split(' ')[0]}, answer.notes
        return [answer.outputs]


def _text(elements: array.array) -> str:
    return base64.b64encode(np.array(elements, np.float64).tobytes()).decode()


def _array(dtype: str, text: str) -> np.ndarray:
    """Elements as the page has them: those of float16 are bits."""
    elements = np.frombuffer(base64.b64decode(text), np.float64)
    if dtype == 'float16':
        return elements.astype(np.uint16).view(np.float16)
    if dtype == 'int64':
        # The doubles nearest to the ends, as JavaScript writes them, are beyond.
        ends = np.iinfo(np.int64)
        return np.array([max(ends.min, min(int(element), ends.max)) for element in elements], np.int64)
    return elements.astype(NUMPY_TYPES[dtype])


def _expr(expr: Expr) -> dict:
    return {'op': expr.op, 'dtype': expr.dtype, 'value': expr.value, 'args': [_expr(arg) for arg in expr.args]}


def _kernel(kernel: Kernel) -> dict:
    told = {'kind': kernel.kind, 'exprs': [_expr(expr) for expr in kernel.exprs]}
    if isinstance(kernel, Contract):
        told |= {'batch': kernel.batch, 'rows': kernel.rows, 'cols': kernel.cols, 'depth': kernel.depth,
                 'dtype': kernel.dtype}
    if isinstance(kernel, Reduce):
        stages = [{'op': s.op, 'expr': _expr(s.expr), 'dtype': s.dtype} for s in kernel.stages]
        told |= {'rows': kernel.rows, 'scopes': kernel.scopes, 'stages': stages}
    return told
