"""What was compiled from what: finds the file of a module, and tells whether an output folder is still fresh."""
from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
FILE = '.transpiled.json'


def find_module(name: str, search: list[Path]) -> Path | None:
    """The file of a dotted module name, in the first folder of `search` that has it."""
    for folder in search:
        stem = folder.joinpath(*name.split('.'))
        for path in (stem / '__init__.py', stem.with_name(stem.name + '.py')):
            if path.is_file():
                return path
    return None


def stamp(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def tool_stamp() -> str:
    """Changes with the transpiler itself and with the Python that runs it."""
    digest = hashlib.sha256(sys.version.encode())
    for path in sorted([*HERE.rglob('*'), *HERE.with_name('lint').glob('*.py')]):
        if path.suffix in ('.py', '.js'):
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


@dataclass
class Compiled:
    """One module as it was compiled: its file, the modules it imports, and the names it looked up in vain."""

    path: str
    stamp: str
    needs: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)

    def is_fresh(self, name: str, search: list[Path], out: Path) -> bool:
        path = find_module(name, search)
        return (path is not None and str(path) == self.path and (out / f'{name}.js').is_file()
                and stamp(path) == self.stamp and not any(find_module(other, search) for other in self.absent))


@dataclass
class Record:
    """Everything that an output folder was made from."""

    key: str
    modules: dict[str, Compiled] = field(default_factory=dict)

    @staticmethod
    def load(out: Path) -> Record | None:
        try:
            data = json.loads((out / FILE).read_text(encoding='utf-8'))
            return Record(data['key'], {name: Compiled(**module) for name, module in data['modules'].items()})
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def save(self, out: Path) -> None:
        (out / FILE).write_text(json.dumps(asdict(self), indent=1), encoding='utf-8')
