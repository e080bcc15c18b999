"""`python -m tools.lint [PATHS]`: check the subset; `--explain CODE` tells what a rule is about."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from . import lint
from .rules import RULES

ROOT = Path(__file__).resolve().parents[2]
SHARED = ['sdk/alula', 'tests/shared']
PLATFORM = ['sdk/js']
OTHER_CODES = {
    'E01': 'The file does not parse.',
    'H01': 'A module with a CPython and a JS body declares a public name differently in the two, or in one only.',
    'L01': 'A suppression without a code, without a reason, or without anything to suppress.',
}


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog='python -m tools.lint', description=__doc__)
    parser.add_argument(
        'paths', nargs='*', type=Path, help=f'files or folders (default: {" ".join(SHARED + PLATFORM)})'
    )
    parser.add_argument('--json', action='store_true', help='print the findings as a JSON list')
    parser.add_argument('--explain', metavar='CODE', help='print what a code stands for')
    options = parser.parse_args(argv)
    if options.explain:
        return explain(options.explain.upper())
    findings = [f._replace(path=_short(f.path)) for f in lint(*_trees(options.paths)) if _asked(f.path, options.paths)]
    if options.json:
        print(json.dumps([{**f._asdict(), 'path': str(f.path)} for f in findings], indent=1))
    else:
        for finding in findings:
            print(finding)
        print(f'{len(findings)} finding{"" if len(findings) == 1 else "s"}', file=sys.stderr)
    return 1 if findings else 0


def explain(code: str) -> int:
    rules = [rule for rule in RULES if rule.code == code]
    if code in OTHER_CODES:
        print(f'{code}  {OTHER_CODES[code]}')
    for rule in rules:
        print(f'{code} {rule.name}: {rule.title}\n    in JS: {rule.harm}\n    write: {rule.write}')
    if not rules and code not in OTHER_CODES:
        print(
            f'no rule {code}; there are {" ".join(sorted({r.code for r in RULES} | OTHER_CODES.keys()))}',
            file=sys.stderr,
        )
        return 2
    return 0


def _trees(asked: list[Path]) -> tuple[list[Path], list[Path]]:
    """Both trees whole, since the rules need the package around a file, and whatever else was asked for."""
    shared, platform = [ROOT / p for p in SHARED], [ROOT / p for p in PLATFORM]
    known = [path for path in shared + platform if path.exists()]
    others = [path.resolve() for path in asked if not any(path.resolve().is_relative_to(tree) for tree in known)]
    return [p for p in shared if p.exists()] + others, [p for p in platform if p.exists()]


def _asked(path: Path, asked: list[Path]) -> bool:
    return not asked or any(path.is_relative_to(given.resolve()) for given in asked)


def _short(path: Path) -> Path:
    return path.relative_to(ROOT) if path.is_relative_to(ROOT) else path


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
