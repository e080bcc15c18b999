"""Fixtures that every folder of tests may use: the browser and the server start once per run, when asked for."""
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools import ROOT, browser
from tools.server import Server, serving

# What `--quick` leaves out besides single tests that are marked slow: whole models, and what installs something or
# starts a browser; files and folders, and words among a test's parameters.
SLOW_PLACES = ('agreement/test_element_types', 'agreement/test_microsoft', 'agreement/test_models',
               'agreement/test_stages', 'agreement/test_text', 'browser', 'models', 'package',
               'store/test_page', 'tools')
SLOW_WORDS = ('chromium', 'webgl', 'webgpu')


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        place = item.path.relative_to(Path(__file__).parent).as_posix()
        parameters = item.name.partition('[')[2].lower()
        if place.startswith(SLOW_PLACES) or any(word in parameters for word in SLOW_WORDS):
            item.add_marker(pytest.mark.slow)


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
