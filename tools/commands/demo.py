"""`build.py demo`: builds the package and serves `examples/demo`, or checks it in headless Chromium."""
import argparse

from tools import ROOT

DEMO = ROOT / 'examples/demo'


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('--port', type=int, default=8000, help='a free one is taken where this is not (8000)')
    parser.add_argument('--check', action='store_true', help='without a person: classify pictures in headless Chromium')


def execute(options: argparse.Namespace) -> int:
    from tools import bundle
    from tools.server import serve_until_interrupted
    bundle.build()
    roots = {'/': DEMO, '/alula/': ROOT / 'transpiled'}
    if not options.check:
        return serve_until_interrupted(roots, options.port)
    from examples.demo import check
    return check.main(roots)
