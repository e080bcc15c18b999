"""The steps of this folder run on every backend that generates code: WebAssembly under CPython, devices in a page."""

from collections.abc import Iterator

import pytest

from tests.kernels.cases import RUNNERS
from tests.kernels.page import DEVICES, DeviceRunner, KernelPage, kernel_page
from tests.wasm.cases import WasmRunner

# By file, where it is not for all of them: products have two ways on WebGPU; WebAssembly has no float16.
LABELS = {'test_contract': ['wasm', *DEVICES], 'test_float16': [*DEVICES], 'test_page': []}


@pytest.fixture(scope='session')
def page() -> Iterator[KernelPage]:
    with kernel_page() as opened:
        yield opened


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every backend that a file is for."""
    labels = LABELS.get(metafunc.module.__name__.rpartition('.')[2], ['wasm', 'webgpu', 'webgl'])
    if len(labels) > 0:
        metafunc.parametrize('backend', labels, indirect=True, scope='module')


@pytest.fixture(autouse=True, scope='module')
def backend(request: pytest.FixtureRequest) -> Iterator[str]:
    """The name of the backend under test."""
    label = request.param
    RUNNERS.append(WasmRunner() if label == 'wasm' else DeviceRunner(request.getfixturevalue('page'), label))
    yield label
    RUNNERS.pop()
