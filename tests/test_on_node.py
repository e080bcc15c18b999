"""The tests of `tests/shared`, transpiled by the checked build and run in Node: one item per function."""
import ast
import json
import subprocess
from pathlib import Path

import pytest

from tools import ROOT, shaders
from tools.node import node_path
from tools.transpiler import HERE, transpile

SHARED = Path(__file__).parent / 'shared'
WORK = ROOT / 'build' / 'node_tests'


def functions(path: Path) -> list[str]:
    return [node.name for node in ast.parse(path.read_text(encoding='utf-8')).body
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name.startswith('test_')]


FILES = sorted(SHARED.glob('test_*.py'))
CASES = [(path.stem, name) for path in FILES for name in functions(path)]


@pytest.fixture(scope='session')
def results() -> dict[tuple[str, str], str | None]:
    """The error of each test, None where it passed; a module that does not load fails all of its tests."""
    WORK.mkdir(parents=True, exist_ok=True)
    entry = WORK / 'shared_tests.py'
    source = ''.join(f'import {path.stem} as {path.stem}\n' for path in FILES)
    if not entry.exists() or entry.read_text(encoding='utf-8') != source:
        entry.write_text(source, encoding='utf-8')
    out = WORK / 'js'
    transpile(entry, [SHARED, shaders.embedded(), ROOT / 'sdk' / 'js', ROOT / 'sdk'], out, checked=True)
    command = [node_path(), '--enable-source-maps', '--stack-trace-limit=30', HERE / 'node_runner.mjs',
               *(out / f'{path.stem}.js' for path in FILES)]
    done = subprocess.run(command, capture_output=True, text=True, encoding='utf-8', cwd=ROOT)
    found: dict[tuple[str, str], str | None] = {}
    for line in map(json.loads, done.stdout.splitlines()):
        names = [line['name']] if line['name'] else [name for module, name in CASES if module == line['module']]
        found.update({(line['module'], name): line['error'] for name in names})
    ended = f'Node ended before this test (exit {done.returncode}):\n{done.stderr[-4000:]}'
    return {case: found.get(case, ended) for case in CASES}


@pytest.mark.parametrize(('module', 'name'), CASES, ids=[f'{module}::{name}' for module, name in CASES])
def test_on_node(results: dict[tuple[str, str], str | None], module: str, name: str) -> None:
    error = results[module, name]
    if error is not None:
        pytest.fail(error.replace(f'file://{ROOT}/', '').replace(f'{ROOT}/', ''), pytrace=False)
