"""Runs many small programs under CPython and, transpiled, under Node: one compiler and one Node process for all.

A program is a module with a `main`. What it did is its printed lines, then how it ended: 'done', or 'failed' and why.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import inspect
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from tools.node import node_path

ROOT = Path(__file__).resolve().parents[2]

# What `transpile` does, for many programs in one process, errors of one not keeping the others.
COMPILER = """
import json, sys
from pathlib import Path
from tools.transpiler.driver import Program
from tools.transpiler.errors import TranspileError

request, errors = json.load(sys.stdin), {}
for entry in request['entries']:
    try:
        Program({**request, 'entry': entry, 'out': str(Path(request['out']) / entry)}).compile()
    except TranspileError as error:
        errors[entry] = error.message
print(json.dumps(errors))
"""

RUNNER = """
const print = console.log;
for (const name of JSON.parse(process.argv[2])) {
    const lines = [];
    let end = 'done', timer;
    const late = new Promise((_, reject) => {timer = setTimeout(reject, 1000, 'it never ends');});
    console.log = (...words) => lines.push(words.join(' '));
    try {
        const program = await import(`./${name}/${name}.js`);
        await Promise.race([program.main(), late]);
    } catch (error) {
        end = `failed: ${error}`;
    }
    clearTimeout(timer);
    print(JSON.stringify([name, lines.join('\\n').split('\\n'), end]));
}
"""


class Outcome(NamedTuple):
    lines: list[str]
    end: str

    def agrees(self, other: Outcome) -> bool:
        """The same lines, and the same kind of end."""
        return self.lines == other.lines and self.end.split(':')[0] == other.end.split(':')[0]


def write(folder: Path, name: str, text: str) -> list[Path]:
    """Write a program, and the further files that its text holds after `# file:` lines; gives all of them."""
    paths = []
    for part in f'# file: {name}.py\n{text.lstrip()}'.split('# file: ')[1:]:
        file, _, body = part.partition('\n')
        path = folder / file.strip()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(body, encoding='utf-8')
        paths.append(path)
    return paths


def run_python(folder: Path, names: list[str]) -> dict[str, Outcome]:
    """Runs here: the programs are harmless, and a process for each would take minutes."""
    found = {}
    before = set(sys.modules)
    sys.path.insert(0, str(folder))
    try:
        for name in names:
            printed = io.StringIO()
            end = 'done'
            with contextlib.redirect_stdout(printed):
                try:
                    result = importlib.import_module(name).main()
                    if inspect.iscoroutine(result):
                        asyncio.run(result)
                except Exception as error:
                    end = f'failed: {error}'
            found[name] = Outcome(printed.getvalue().rstrip('\n').split('\n'), end)
    finally:
        sys.path.remove(str(folder))
        for module in set(sys.modules) - before:
            if getattr(sys.modules[module], '__file__', None) and str(folder) in str(sys.modules[module].__file__):
                del sys.modules[module]
    return found


def run_node(folder: Path, out: Path, names: list[str]) -> dict[str, Outcome]:
    out.mkdir(parents=True, exist_ok=True)
    search = [str(folder), str(ROOT / 'tools' / 'transpiler' / 'modules')]
    request = {'entries': names, 'search': search, 'out': str(out), 'checked': False, 'key': ''}
    compiled = subprocess.run(
        [sys.executable, '-W', 'ignore', '-c', COMPILER],
        input=json.dumps(request),
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert compiled.returncode == 0, compiled.stderr
    refused = json.loads(compiled.stdout)
    runnable = [name for name in names if name not in refused]
    (out / 'run.mjs').write_text(RUNNER, encoding='utf-8')
    done = subprocess.run(
        [node_path(), 'run.mjs', json.dumps(runnable)], capture_output=True, text=True, cwd=out, timeout=120
    )
    assert done.returncode == 0, done.stderr
    found = {name: Outcome([''], f'failed: {why}') for name, why in refused.items()}
    for line in done.stdout.splitlines():
        name, lines, end = json.loads(line)
        found[name] = Outcome(lines, end)
    return found
