"""Transpiled code on a page of others: what it adds, what it leaves alone, how classes and errors look to JS."""
import json
import re
import subprocess
from pathlib import Path

import pytest

from tools.node import node_path
from tools.transpiler import transpile

HERE = Path(__file__).parent
CHECKS = [name.replace('\\', '').strip('\'"') for name in
          re.findall(r"^    (?:async )?('[^']+'|\"[^\"]+\")\(\) \{", (HERE / 'hygiene.mjs').read_text(), re.MULTILINE)]


@pytest.fixture(scope='module')
def errors(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str | None]:
    work = tmp_path_factory.mktemp('hygiene')
    for copy in ('one', 'two'):
        transpile(HERE / 'hygiene.py', [], work / copy)
    command = [node_path(), HERE / 'hygiene.mjs', work / 'one', work / 'two']
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(line) for line in done.stdout.splitlines())


@pytest.mark.parametrize('check', CHECKS)
def test_in_node(errors: dict[str, str | None], check: str) -> None:
    assert errors[check] is None, errors[check]


def test_the_runtime_evaluates_no_text(tmp_path: Path) -> None:
    for file in transpile(HERE / 'hygiene.py', [], tmp_path):
        assert not re.search(r'\beval\s*\(|\bFunction\s*\(', file.read_text())
