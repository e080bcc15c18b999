"""The steps of this folder run on every backend that generates code: WebAssembly under CPython, devices in a page."""

from collections.abc import Iterator

import pytest

from tests.kernels.cases import RUNNERS
from tests.kernels.page import DEVICES, DeviceRunner, KernelPage, kernel_page
from tests.wasm.cases import WasmRunner


@pytest.fixture(scope='session')
def page() -> Iterator[KernelPage]:
    with kernel_page() as opened:
        yield opened


@pytest.fixture(autouse=True, scope='module', params=['wasm', *DEVICES])
def backend(request: pytest.FixtureRequest) -> Iterator[str]:
    """The name of the backend under test."""
    label = request.param
    RUNNERS.append(WasmRunner() if label == 'wasm' else DeviceRunner(request.getfixturevalue('page'), label))
    yield label
    RUNNERS.pop()
