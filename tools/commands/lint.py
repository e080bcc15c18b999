"""`build.py lint`: the subset linter over the SDK. Its rules live in `tools/lint`."""
import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('paths', nargs='*', help='files or folders (the whole SDK)')
    parser.add_argument('--json', action='store_true', help='print the findings as JSON')
    parser.add_argument('--explain', metavar='CODE', help='tell what a rule is about')


def execute(options: argparse.Namespace) -> int:
    from tools.lint.__main__ import main
    arguments = [*options.paths]
    if options.json:
        arguments.append('--json')
    if options.explain:
        arguments += ['--explain', options.explain]
    return main(arguments)
