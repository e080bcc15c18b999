"""`build.py test`: every check there is, static ones first. The tests themselves live in `tests/`."""
import argparse
import subprocess
import sys
import time

from tools import ROOT

STATIC = {
    'subset linter': ['-m', 'tools.lint'],
    'ruff': ['-m', 'ruff', 'check', '--quiet', '--output-format=concise', '.'],
    'mypy --strict': ['-m', 'mypy', '--no-error-summary'],
}


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('paths', nargs='*', help='test files or folders; with any, the static checks are left out')
    parser.add_argument('-k', metavar='EXPRESSION', help='only the tests whose name matches; no static checks')
    parser.add_argument('--quick', action='store_true', help='leave out the tests marked slow')
    parser.add_argument('--no-static', action='store_true', help='leave out the linter, ruff and mypy')
    parser.add_argument('-x', action='store_true', help='stop at the first failing test')


def execute(options: argparse.Namespace) -> int:
    failed = []
    if not (options.no_static or options.k or options.paths):
        failed = [name for name, command in STATIC.items() if not _check(name, command)]
    if failed:
        print(f'static checks failed: {", ".join(failed)}; the tests follow', flush=True)
    command = [sys.executable, '-m', 'pytest', '--durations=20', *options.paths]
    if options.quick:
        command += ['-m', 'not slow']
    if options.k:
        command += ['-k', options.k]
    if options.x:
        command.append('-x')
    tests = subprocess.run(command, cwd=ROOT).returncode
    if failed:
        print(f'failed: {", ".join(failed)}', file=sys.stderr)
    return tests or len(failed)


def _check(name: str, command: list[str]) -> bool:
    start = time.perf_counter()
    passed = subprocess.run([sys.executable, *command], cwd=ROOT).returncode == 0
    print(f'{name}: {"ok" if passed else "FAILED"} ({time.perf_counter() - start:.1f} s)', flush=True)
    return passed
