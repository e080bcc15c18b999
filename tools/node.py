"""Where Node.js is: the one of the pinned `nodejs-bin` package. Nothing else of Node lives here."""
from __future__ import annotations

import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path


@cache
def node_path() -> Path:
    """The Node.js executable; raises FileNotFoundError saying what to install when there is none."""
    spec = find_spec('nodejs')
    if spec is not None and spec.origin is not None:
        folder = Path(spec.origin).parent
        node = folder / 'node.exe' if sys.platform == 'win32' else folder / 'bin' / 'node'
        if node.is_file():
            return node
    raise FileNotFoundError('no Node.js in this environment: install the development dependencies (nodejs-bin)')
