"""Every rule is worth its place: a program that breaks it differs between the hosts, its rewrite doesn't."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lint.hosts import Outcome, run_node, run_python, write
from tests.lint.programs import PROGRAMS
from tools.lint import lint
from tools.lint.rule import TABLE

Outcomes = dict[str, Outcome]


@pytest.fixture(scope='session')
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp('programs')


@pytest.fixture(scope='session')
def files(folder: Path) -> dict[str, list[Path]]:
    """The files of each program; those of rule x are called x_breaks and x_keeps."""
    texts = {f'{name}_{kind}': text for name, pair in PROGRAMS.items() for kind, text in zip(('breaks', 'keeps'), pair)}
    return {program: write(folder, program, text) for program, text in texts.items()}


@pytest.fixture(scope='session')
def outcomes(folder: Path, files: dict[str, list[Path]]) -> tuple[Outcomes, Outcomes]:
    """Of all programs, under CPython and under Node."""
    return run_python(folder, list(files)), run_node(folder, folder / 'js', list(files))


def findings(files: list[Path]) -> set[tuple[str, str]]:
    """The rules that a program breaks, as (code, message)."""
    return {(finding.code, finding.message) for finding in lint(files, [])}


def test_every_rule_has_its_programs() -> None:
    assert sorted(PROGRAMS) == sorted(TABLE)


@pytest.mark.parametrize('name', PROGRAMS)
def test_breaking_differs(name: str, outcomes: tuple[Outcomes, Outcomes]) -> None:
    python, node = (host[f'{name}_breaks'] for host in outcomes)
    assert not python.agrees(node), f'the hosts agree, the rule is needless: {python}'
    assert python.end == 'done', f'the program itself is wrong: {python.end}'


@pytest.mark.parametrize('name', PROGRAMS)
def test_keeping_agrees(name: str, outcomes: tuple[Outcomes, Outcomes]) -> None:
    python, node = (host[f'{name}_keeps'] for host in outcomes)
    assert python.agrees(node) and python.end == 'done', (python, node)


@pytest.mark.parametrize('name', PROGRAMS)
def test_linter_tells_them_apart(name: str, files: dict[str, list[Path]]) -> None:
    rule = TABLE[name]
    assert (rule.code, rule.message) in findings(files[f'{name}_breaks'])
    assert findings(files[f'{name}_keeps']) == set()
