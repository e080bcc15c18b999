"""A page of a browser whose graphics devices are software, and what the digits model gives there on WebAssembly."""

from collections.abc import Iterator

import pytest

from tests.browser.digits import ran
from tools import ROOT, browser, bundle
from tools.browser import Page
from tools.server import serving


@pytest.fixture(scope='module')
def page() -> Iterator[Page]:
    """A page of a browser whose graphics devices are software."""
    bundle.build()
    (ROOT / 'build' / 'empty.html').write_text('<!doctype html><title>page</title>')
    with (serving({'/': ROOT / 'build', '/alula/': ROOT / 'transpiled'}) as server,
          browser.chromium(webgpu=True) as chromium, chromium.page() as opened):
        opened.address = f'{server.address}/empty.html'  # type: ignore[attr-defined]
        yield opened


@pytest.fixture(scope='module')
def expected(page: Page) -> list[float]:
    return ran(page, ['wasm'])['first']
