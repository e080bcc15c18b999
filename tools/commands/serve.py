"""`build.py serve`: a static server over the repository, with the built package under /alula/."""
import argparse

from tools import ROOT


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('--port', type=int, default=8000, help='a free one is taken where this is not (8000)')
    parser.add_argument('--isolated', action='store_true', help='send the headers that give pages SharedArrayBuffer')


def execute(options: argparse.Namespace) -> int:
    from tools import bundle
    from tools.server import ISOLATION, serve_until_interrupted
    bundle.build()
    return serve_until_interrupted({'/': ROOT, '/alula/': ROOT / 'transpiled'}, options.port,
                                   ISOLATION if options.isolated else {})
