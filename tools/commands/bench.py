"""`build.py bench`: hands its arguments to the benchmarks in `bench/`."""
import argparse
import subprocess
import sys

from tools import ROOT


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('arguments', nargs=argparse.REMAINDER, help='`bench -- --help` lists them')


def execute(options: argparse.Namespace) -> int:
    arguments = options.arguments[1:] if options.arguments[:1] == ['--'] else options.arguments
    return subprocess.run([sys.executable, '-m', 'bench', *arguments], cwd=ROOT).returncode
