"""`build.py build`: makes the npm package. What it makes, and how large it may be, is decided in `tools/bundle`."""
import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('--sizes', action='store_true', help='tell what each room and module adds to index.min.js')


def execute(options: argparse.Namespace) -> int:
    from tools import bundle
    bundle.build()
    if options.sizes:
        print(bundle.size_table(), end='\n\n')
    bundle.report_sizes()
    return 0
