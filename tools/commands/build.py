"""`build.py build`: makes the npm package. What it makes, and how large it may be, is decided in `tools/bundle`."""
import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    pass


def execute(options: argparse.Namespace) -> int:
    from tools import bundle
    bundle.build()
    bundle.report_sizes()
    return 0
