"""Makes the npm package: Python → modules → one ES module, its minified twin, source maps and declarations.

    reader.py       the public names, read from the annotated Python (modules.py, annotations.py) into surface.py
    facade.py       index.js: JS classes, options objects and camelCase before the transpiled code (facade.js)
    typescript.py   index.d.ts
    assemble.py     what is compiled and generated → esbuild, source maps (prune.py, mangle.py)
    sizes.py        where the bytes come from
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from tools import ROOT, BuildError, shaders
from tools.transpiler import TranspileError, transpile

from . import assemble
from .facade import Facade
from .mangle import mangled
from .modules import Layout
from .reader import read_surface
from .sizes import table
from .surface import Surface
from .typescript import Declarations

__all__ = ['ALULA', 'Project', 'build', 'report_sizes', 'size_table']


@dataclass(frozen=True)
class Entry:
    """One ES module of a package, `stem`.js, and its declarations. `without`: packages whose public names it has not;
    `replaced`: modules that it has another body of, by file name, in JavaScript."""

    stem: str
    without: tuple[str, ...] = ()
    replaced: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Project:
    """A package to build. `root`: the folder that source maps name files by; `entry`: imports all that is compiled;
    `argument_error`: module and name of the error for arguments that no signature takes, made of (argument, what);
    `called_by_text`: the package whose functions get keywords from data; `has_shaders`: whether it embeds those."""

    layout: Layout
    root: Path
    entry: Path
    argument_error: tuple[str, str]
    budget: dict[str, int]
    called_by_text: str = ''
    has_shaders: bool = False
    entries: tuple[Entry, ...] = (Entry('index'),)

    @property
    def stems(self) -> list[str]:
        return [entry.stem for entry in self.entries]

    @property
    def inputs(self) -> list[Path]:
        """Every file that the result depends on."""
        folders = {self.layout.sources: '.py', self.layout.platform: '.py*', ROOT / 'tools' / 'bundle': '.*',
                   ROOT / 'tools' / 'transpiler': '.*', ROOT / 'tools' / 'lint': '.*'}
        if self.has_shaders:
            folders[shaders.FOLDER] = '.*'
        found = {path for folder, suffix in folders.items() for path in folder.rglob('*' + suffix)
                 if '__pycache__' not in path.parts}
        return sorted({*found, self.entry, ROOT / 'package-lock.json', ROOT / 'tools' / 'shaders.py'})


# The engine alone, for a page that has its own way with pictures and texts and wants no graphics device: the smallest.
WASM = Entry('wasm', ('alula.tasks', 'alula.media', 'alula.decode'), {
    'alula.backends.device_names.js': 'export const DEVICES = [];\n',
    'alula.backends.devices.js': 'export const device_backend = () => null;\n',
})
ALULA = Project(
    layout=Layout('alula', ROOT / 'sdk', ROOT / 'sdk' / 'js'),
    root=ROOT,
    entry=ROOT / 'sdk' / 'js' / 'alula_entry.py',
    argument_error=('alula.errors', 'ArgumentTypeError'),
    called_by_text='alula.ops',         # attributes of nodes, as the model names them
    has_shaders=True,
    entries=(Entry('index'), WASM),
    # bytes after gzip: the engine with all its backends, its store and tasks; the engine with its WebAssembly backend
    budget={'index.min.js': 140_000, 'wasm.min.js': 105_000},
)


def build(out: Path = ROOT / 'transpiled', project: Project = ALULA, work: Path = ROOT / 'build' / 'package') -> None:
    """Write each entry's module, minified twin, their maps and declarations into `out`; at once if nothing changed.

    `work` keeps what is compiled in between. Raises BuildError with file and line."""
    stamp = assemble.Stamp(work / 'stamp.json', assemble.digest(project.inputs, project.root), out, project.stems)
    if stamp.is_fresh():
        return
    try:
        surface = read_surface(project.layout)
        search = [shaders.embedded()] if project.has_shaders else []
        compiled = transpile(project.entry, [*search, project.layout.sources], work / 'modules')
    except TranspileError as error:
        raise BuildError(str(error)) from error
    out.mkdir(parents=True, exist_ok=True)
    # In a folder of its own, so that nobody who reads or builds at the same time meets half a package
    with tempfile.TemporaryDirectory(dir=work) as made:
        for entry in project.entries:
            _build_entry(entry, project, surface.without(entry.without), compiled, Path(made))
        for path in Path(made).iterdir():
            shutil.move(path, out / path.name)
    stamp.save()


def _build_entry(entry: Entry, project: Project, surface: Surface, compiled: list[Path], results: Path) -> None:
    facade = Facade(surface, project.argument_error)
    written = {'index.js': facade.index(), 'facade.js': facade.border(), **entry.replaced}
    with tempfile.TemporaryDirectory(dir=results.parent) as folder:
        generated = Path(folder)
        assemble.gather(generated, compiled, written)
        (results / f'{entry.stem}.d.ts').write_text(Declarations(surface).text(), encoding='utf-8')
        sources = {path: project.layout.shared_source(path.stem) for path in compiled}
        foreign = [path.read_text(encoding='utf-8') for path, source in sources.items() if source is None]
        by_text = {source for path, source in sources.items()
                   if project.called_by_text and path.stem.startswith(project.called_by_text)}
        short = mangled([source for source in sources.values() if source], surface, [*foreign, *written.values()],
                        by_text)
        for name, minified in ((f'{entry.stem}.js', None), (f'{entry.stem}.min.js', short)):
            assemble.bundle(generated, results / name, minified)
            assemble.name_sources(results / (name + '.map'), generated, project.root)


def size_table(out: Path = ROOT / 'transpiled') -> str:
    """What the rooms and modules add to index.min.js: bytes, and an estimate of those after gzip."""
    return table(out / 'index.min.js')


def report_sizes(out: Path = ROOT / 'transpiled', project: Project = ALULA) -> None:
    """Print the sizes of what was built; BuildError if a file exceeds its budget."""
    assemble.report_sizes(out, project.stems, project.budget)
