"""A package written from texts, and the linter run over it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from tools.lint import Finding, lint


@pytest.fixture
def linted(tmp_path: Path) -> Callable[..., list[Finding]]:
    """`linted('x = 1')`, or several files: `linted({'a.py': ...}, js={'b.py': ...})`. Gives the findings."""

    def run(files: str | dict[str, str], js: dict[str, str] | None = None) -> list[Finding]:
        trees = {'shared': {'program.py': files} if isinstance(files, str) else files, 'js': js or {}}
        for tree, texts in trees.items():
            (tmp_path / tree).mkdir(exist_ok=True)
            for name, text in texts.items():
                path = tmp_path / tree / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(dedent(text), encoding='utf-8')
        return lint([tmp_path / 'shared'], [tmp_path / 'js'])

    return run
