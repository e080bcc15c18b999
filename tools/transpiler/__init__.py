"""The transpiler: restricted Python to ES modules, by Transcrypt's code generator and a runtime of our own.

    driver.py          the compiler process: finds, compiles and writes modules    record.py      what is still fresh
    stock.py           Transcrypt as it is, and the one version that this is built on
    modules.py         the generator: imports, errors; on definitions.py (functions, classes), calls.py,
                       statements.py and expressions.py, which emit what means in JS what it meant in Python
    checked.py         the generator of the checked build
    kinds.py           what annotations say of an expression, by the linter's inference
    names.py           Python names that JavaScript must call otherwise            source_map.py  JS to Python lines
    runtime/           the runtime, in JavaScript; runtime_module.py makes one module of it
    modules/           shadows of `typing`, `math` and `__future__`
    node_runner.mjs    runs transpiled tests in Node
"""
from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

from .errors import TranspileError
from .record import HERE, Record, tool_stamp

__all__ = ['HERE', 'RUNTIME', 'TranspileError', 'transpile']

RUNTIME = 'runtime.js'


def transpile(entry: Path, search: list[Path], out: Path, checked: bool = False) -> list[Path]:
    """Compile `entry` and every module it imports into `out`, and return the .js files, the runtime first.

    A module is looked up beside `entry`, then in the folders of `search`, then among the shadow modules of the
    transpiler (`typing`, `math`). `checked` builds what tests run: assertions, and operations that throw where
    JavaScript would silently differ; modules of a search folder named `js` are written for JavaScript, and only keep
    their assertions. Nothing is compiled where nothing changed. Raises TranspileError with file and line.
    """
    entry, out = entry.resolve(), out.resolve()
    folders = [entry.parent, *(folder.resolve() for folder in search), HERE / 'modules']
    request = {'entry': entry.stem, 'search': [str(folder) for folder in folders], 'out': str(out), 'checked': checked}
    request['key'] = hashlib.sha256((json.dumps(request) + tool_stamp()).encode()).hexdigest()
    record = Record.load(out)
    if record is None or record.key != request['key'] or not all(
            module.is_fresh(name, folders, out) for name, module in record.modules.items()):
        _compile(request)
        record = Record.load(out)
        assert record is not None
    return [out / RUNTIME, *(out / f'{name}.js' for name in record.modules)]


def _compile(request: dict[str, object]) -> None:
    """Run the driver in a Python of its own: Transcrypt changes sys.path and keeps its state in modules."""
    root = str(HERE.parent.parent)
    environment = {**os.environ, 'PYTHONHASHSEED': '0', 'PYTHONPATH': root}
    done = subprocess.run([sys.executable, '-W', 'ignore', '-m', 'tools.transpiler.driver'], input=json.dumps(request),
                          capture_output=True, text=True, encoding='utf-8', env=environment, cwd=root)
    if done.returncode == 0:
        return
    try:
        error = json.loads(done.stdout)
    except ValueError:
        raise RuntimeError(f'the transpiler failed:\n{done.stderr}') from None
    raise TranspileError(error['path'], error['line'], error['message'])
