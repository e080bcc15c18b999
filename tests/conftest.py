"""Fixtures that every folder of tests may use: the browser and the server start once per run, when asked for."""
from collections.abc import Iterator

import pytest

from tools import ROOT, browser
from tools.server import Server, serving


@pytest.fixture(scope='session')
def chromium() -> Iterator[browser.Chromium]:
    """Headless Chromium; `with chromium.page(url) as page` gives a fresh page with its console."""
    with browser.chromium() as running:
        yield running


@pytest.fixture(scope='session')
def server() -> Iterator[Server]:
    """The repository under `server.address`, the built package (whoever tests it, builds it) under /alula/ there."""
    with serving({'/': ROOT, '/alula/': ROOT / 'transpiled'}) as running:
        yield running
