"""The steps of this folder run on WebAssembly."""

from collections.abc import Iterator

import pytest

from tests.kernels.cases import RUNNERS
from tests.wasm.cases import WasmRunner


@pytest.fixture(autouse=True, scope='package')
def runner() -> Iterator[None]:
    RUNNERS.append(WasmRunner())
    yield
    RUNNERS.pop()
