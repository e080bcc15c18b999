"""`build.py demo`: builds the package and serves `examples/demo`, or draws on its page in headless Chromium."""
import argparse

from tools import ROOT

# What the pages find under which address.
ROOTS = {'/': ROOT / 'examples/demo', '/alula/': ROOT / 'transpiled', '/models/': ROOT / 'models',
         '/models/minilm/': ROOT / 'build/minilm'}
DRAWINGS = ROOT / 'models/digits/drawings.json'


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('--port', type=int, default=8000, help='a free one is taken where this is not (8000)')
    parser.add_argument('--check', action='store_true',
                        help='without a person: draw digits in headless Chromium; fails if one is not recognised')


def execute(options: argparse.Namespace) -> int:
    from tests.models import minilm
    from tools import bundle, demo_check
    from tools.browser import chromium
    from tools.server import ISOLATION, serve_until_interrupted
    bundle.build()
    minilm.path()
    if not options.check:
        # Alula needs no headers; an isolated page has a clock that tells microseconds.
        return serve_until_interrupted(ROOTS, options.port, ISOLATION)
    with chromium() as browser:
        return demo_check.check(browser, ROOTS, DRAWINGS)
