"""Runs the rules: reads the files of both trees, indexes them, checks each, and takes out what is suppressed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from .index import Index
from .inference import Inference
from .rule import Place, Rule
from .rules import RULES
from .source import Source
from .suppress import Suppression, suppressions
from .twins import Demand, disagreements

CPYTHON_ONLY = ('alula.host', 'alula.backends.numpy')
"""Packages that are never transpiled. H01 holds their modules to their JS bodies, as it does any with two bodies."""

PYTEST_OWN = 'conftest.py'


class Finding(NamedTuple):
    path: Path
    line: int
    column: int
    code: str
    message: str

    def __str__(self) -> str:
        return f'{self.path}:{self.line}:{self.column}: {self.code} {self.message}'


def lint(paths: list[Path], js_paths: list[Path]) -> list[Finding]:
    """Check shared code (`paths`) and the platform tree (`js_paths`): files, or folders read whole.

    The package is what all of them hold together. The findings come sorted. A file that does not parse is one finding,
    E01, and unknown to the rest.
    """
    findings: list[Finding] = []
    sources = [s for s in (_read(*place, findings) for place in _files(paths, js_paths)) if s is not None]
    bodies = {source.name: source for source in sources if source.platform}
    for source in sources:
        source.transpiled = source.platform or not (source.name in bodies or _within(source.name, CPYTHON_ONLY))
    index = Index(sources)
    inference = Inference(index)
    found: dict[Path, list[Finding]] = {source.path: [] for source in sources}
    demand = Demand([source for source in sources if source.transpiled and not source.platform])
    for source in sources:
        if source.transpiled:
            found[source.path] += _check(Place(source, index, inference))
        elif source.name in bodies:
            for owner, node, what in disagreements(source, bodies[source.name], demand):
                found[owner.path].append(_finding(owner, node, 'H01', what))
        elif _within(source.name, CPYTHON_ONLY[:1]) and source.path.name != '__init__.py':
            found[source.path].append(
                _finding(source, source.tree, 'H01', 'the module has no JS body; add one to the platform tree')
            )
    for source in sources:
        findings += _unsuppressed(source, found[source.path])
    return sorted(set(findings))


def _within(module: str, packages: tuple[str, ...]) -> bool:
    return any(module == package or module.startswith(f'{package}.') for package in packages)


def _files(paths: list[Path], js_paths: list[Path]) -> Iterator[tuple[Path, str, bool]]:
    """Every Python file with its module's name, and whether it belongs to the platform tree."""
    for platform, given in ((False, paths), (True, js_paths)):
        for path in given:
            top = path if path.is_dir() else path.parent
            while (top / '__init__.py').exists():
                top = top.parent
            found = (
                [file for file in sorted(path.rglob('*.py')) if file.name != PYTEST_OWN] if path.is_dir() else [path]
            )
            for file in found:
                parts = file.relative_to(top).with_suffix('').parts
                yield file, '.'.join(parts[:-1] if parts[-1] == '__init__' else parts), platform


def _read(path: Path, name: str, platform: bool, findings: list[Finding]) -> Source | None:
    try:
        return Source(path, name, platform)
    except SyntaxError as error:
        findings.append(Finding(path, error.lineno or 1, error.offset or 1, 'E01', f'does not parse: {error.msg}'))
        return None


def _check(place: Place) -> Iterator[Finding]:
    for node in place.source.compiled():
        for rule in BY_NODE.get(type(node), ()):
            if rule.platform or not place.source.platform:
                for found in rule.check(node, place):
                    yield _finding(place.source, found, rule.code, rule.message)


def _finding(source: Source, node: ast.AST, code: str, message: str) -> Finding:
    return Finding(source.path, getattr(node, 'lineno', 1), getattr(node, 'col_offset', 0) + 1, code, message)


def _unsuppressed(source: Source, findings: list[Finding]) -> Iterator[Finding]:
    excuses = suppressions(source.text)
    for finding in findings:
        matching = [excuse for excuse in excuses if (excuse.line, excuse.code) == (finding.line, finding.code)]
        for excuse in matching:
            excuse.used = True
        if not matching:
            yield finding
    for excuse in excuses:
        complaint = _complaint(excuse)
        if complaint:
            yield Finding(source.path, excuse.at, excuse.column + 1, 'L01', complaint)


def _complaint(excuse: Suppression) -> str:
    if excuse.code == '':
        return 'suppression without a code: write `# lint: S05 reason`'
    if excuse.reason == '':
        return f'suppression of {excuse.code} without a reason: write `# lint: {excuse.code} reason`'
    return '' if excuse.used else f'suppression of {excuse.code} that nothing needs: remove it'


def _by_node() -> dict[type[ast.AST], list[Rule]]:
    table: dict[type[ast.AST], list[Rule]] = {}
    for rule in RULES:
        for node in rule.nodes:
            table.setdefault(node, []).append(rule)
    return table


BY_NODE = _by_node()
