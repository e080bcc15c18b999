"""Programs that print, run under CPython and, transpiled, in Node: every line must be the same."""
import asyncio
import contextlib
import io
import json
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from tools.node import node_path
from tools.transpiler import transpile

HERE = Path(__file__).parent
FOLDER = HERE / 'programs'
PROGRAMS = sorted(path.stem for path in FOLDER.glob('*.py'))


@pytest.fixture(scope='module')
def printed_by_node(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    work = tmp_path_factory.mktemp('programs')
    entry = work / 'every_program.py'
    entry.write_text(''.join(f'import {name} as {name}\n' for name in PROGRAMS))
    transpile(entry, [FOLDER], work / 'js')
    done = subprocess.run([node_path(), HERE / 'run_programs.mjs', *(work / 'js' / f'{name}.js' for name in PROGRAMS)],
                          capture_output=True, text=True, encoding='utf-8')
    assert done.returncode == 0, done.stderr
    return dict(json.loads(line) for line in done.stdout.splitlines())


def printed_by_cpython(name: str) -> list[str]:
    before = dict(sys.modules)
    sys.path.insert(0, str(FOLDER))
    try:
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            program = runpy.run_path(str(FOLDER / f'{name}.py'), run_name=name)
            if 'run' in program:
                asyncio.run(program['run']())
    finally:
        sys.path.remove(str(FOLDER))
        for module in set(sys.modules) - set(before):
            if module.split('.')[0] == 'package':
                del sys.modules[module]
    return printed.getvalue().split('\n')[:-1]


@pytest.mark.parametrize('name', PROGRAMS)
def test_both_hosts_print_the_same(printed_by_node: dict[str, list[str]], name: str) -> None:
    python, node = printed_by_cpython(name), printed_by_node[name]
    for number, (expected, actual) in enumerate(zip(python, node, strict=False), 1):
        assert actual == expected, f'line {number} printed by {name}'
    assert len(node) == len(python), '\n'.join(node[len(python):] or python[len(node):])
