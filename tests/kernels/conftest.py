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


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every backend; of products also the other way in which WebGPU computes them."""
    if metafunc.module.__name__.endswith('test_page'):
        return  # which is of the page itself
    labels = [label for label in ['wasm', *DEVICES]
              if label != 'webgpu tiles' or metafunc.module.__name__.endswith('test_contract')]
    metafunc.parametrize('backend', labels, indirect=True, scope='module')


@pytest.fixture(autouse=True, scope='module')
def backend(request: pytest.FixtureRequest) -> Iterator[str]:
    """The name of the backend under test."""
    label = request.param
    RUNNERS.append(WasmRunner() if label == 'wasm' else DeviceRunner(request.getfixturevalue('page'), label))
    yield label
    RUNNERS.pop()
