"""The error of the transpiler: a place in a Python file, what is wrong there, and what to write instead."""
from __future__ import annotations

from pathlib import Path


class TranspileError(Exception):
    """A Python file cannot become JavaScript. `path` and `line` say where; the text says what to write instead."""

    def __init__(self, path: Path | str, line: int, message: str) -> None:
        super().__init__(f'{path}:{line}: {message}')
        self.path = Path(path)
        self.line = line
        self.message = message
