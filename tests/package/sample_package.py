"""The small package in `sample/`, which has a little of everything that a public surface can have, and its build."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from tools.bundle import Project, build
from tools.bundle.modules import Layout

SAMPLE = Path(__file__).parent / 'sample'


def project(root: Path = SAMPLE, budget: dict[str, int] | None = None) -> Project:
    layout = Layout('sample', root / 'shared', root / 'js')
    return Project(layout, root, root / 'js' / 'sample_entry.py', ('sample.errors', 'ArgumentTypeError'), budget or {})


@dataclass(frozen=True)
class Copy:
    """The sample's sources in a folder of their own, with what is built from them in `out`."""

    root: Path

    @staticmethod
    def of_sample(folder: Path) -> Copy:
        shutil.copytree(SAMPLE, folder)
        return Copy(folder)

    @property
    def out(self) -> Path:
        return self.root / 'package'

    def build(self) -> None:
        build(self.out, project(self.root), self.root / 'work')

    def results(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.out.iterdir()}

    def module(self, name: str) -> Path:
        return self.root / 'shared' / 'sample' / f'{name}.py'
