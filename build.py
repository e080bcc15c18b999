#!/usr/bin/env python3
"""The one door to Alula: builds it, tests it, runs models and the demo. `python3 build.py --help` lists the commands.

Needs Python 3.11 to 3.13 and nothing else; the first command makes `.venv` and `node_modules` from the lock files.
Each command is one module of `tools/commands/`, with `configure(parser)` and `execute(arguments) -> exit status`.
"""
import sys

# Transcrypt's parser uses parts of `ast` that Python 3.14 dropped. The built package and the SDK know no upper bound.
if not (3, 11) <= sys.version_info < (3, 14):  # noqa: UP036 - whoever runs this may have an older one
    sys.exit(f'build.py needs Python 3.11, 3.12 or 3.13; this is {sys.version.split()[0]}')

import argparse  # noqa: E402 - the version is checked before anything that an older Python could stumble over
import importlib  # noqa: E402

from tools import BuildError, environment  # noqa: E402

COMMANDS = {
    'build': 'make the npm package in transpiled/ and report its size',
    'test': 'run every check and test: subset linter, ruff, mypy, CPython, Node, Chromium',
    'lint': 'check that the sources keep to the restricted subset',
    'run': 'run a model once and print its outputs',
    'info': "show a model's inputs, outputs and operators, and what would run where",
    'demo': 'serve the demo page, or check it in headless Chromium',
    'serve': 'serve the repository with the built package, for pages of your own',
    'conformance': "run ONNX's own test cases on every host",
    'bench': 'measure side by side with other runtimes',
    'lock': 'pin the development dependencies anew',
}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog='build.py', description=__doc__.splitlines()[0],
                                     epilog='build.py COMMAND --help tells what a command takes.')
    subparsers = parser.add_subparsers(dest='command', metavar='COMMAND', required=True)
    for name, purpose in COMMANDS.items():
        subparser = subparsers.add_parser(name, help=purpose, description=purpose[0].upper() + purpose[1:] + '.')
        importlib.import_module(f'tools.commands.{name}').configure(subparser)
    options = parser.parse_args(arguments)
    try:
        environment.enter(arguments)
        return importlib.import_module(f'tools.commands.{options.command}').execute(options)
    except BuildError as error:
        print(f'build.py {options.command}: {error}', file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
