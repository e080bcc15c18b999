"""From generated modules to files of the package: esbuild, the names in source maps, what is fresh, and sizes."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tools import ROOT, BuildError, npm
from tools.transpiler import RUNTIME

from .prune import pruned

# What an entry of a package consists of, after its stem.
SUFFIXES = ('.js', '.js.map', '.min.js', '.min.js.map', '.d.ts')
ESBUILD = ROOT / 'node_modules' / 'esbuild' / 'bin' / 'esbuild'
# The oldest engines that run the module: what they lack, esbuild writes out.
TARGET = 'es2022'


def gather(folder: Path, compiled: list[Path], written: dict[str, str]) -> None:
    """Put the compiled modules, with as much of the runtime as they need, and the written ones into one folder."""
    texts = {path.name: path.read_text(encoding='utf-8') for path in compiled} | written
    runtime = texts.pop(RUNTIME)
    for name, text in {**texts, RUNTIME: pruned(runtime, texts.values())}.items():
        (folder / name).write_text(text, encoding='utf-8')
    for path in compiled:
        if path.name != RUNTIME:
            shutil.copy(path.with_name(path.name + '.map'), folder)


def bundle(generated: Path, out: Path, minified: list[str] | None = None) -> None:
    """One ES module of index.js and what it imports. Paths in the output are relative to `generated`. `minified`: as
    small as it gets, with these properties under short names.

    esbuild renames properties and drops what is unused, terser then writes what is left: 2.5 % less after gzip."""
    if minified is None:
        return _esbuild(generated, out, [])
    larger = out.with_name('larger.js')         # beside it: the paths in both maps are the same
    names = f'--mangle-props=^({"|".join(map(re.escape, minified))})$'
    _esbuild(generated, larger, ['--minify', '--legal-comments=none', names])
    source_map = f"content='{larger}.map',includeSources,url='{out.name}.map'"
    compress = 'passes=3,sequences=false,conditionals=false,keep_fargs=false'
    npm.tool('terser', [str(larger), '--module', f'--compress={compress}', '--mangle', f'--ecma={TARGET[2:]}',
                        '--source-map', source_map, '--output', str(out.resolve())], generated)
    for path in (larger, larger.with_name('larger.js.map')):
        path.unlink()


def _esbuild(generated: Path, out: Path, options: list[str]) -> None:
    command = [str(ESBUILD), 'index.js', '--bundle', '--format=esm', f'--target={TARGET}', '--sourcemap',
               '--charset=utf8', '--drop-labels=MISUSE', '--log-level=warning', f'--outfile={out.resolve()}']
    if not ESBUILD.is_file():
        raise BuildError(f'{ESBUILD.relative_to(ROOT)} is missing: the development dependencies are not installed')
    done = subprocess.run([*command, *options], cwd=generated, capture_output=True, text=True)
    if done.returncode != 0 or done.stderr != '':
        raise BuildError(f'esbuild: {done.stderr.strip()}')


def name_sources(source_map: Path, generated: Path, root: Path) -> None:
    """Name the sources of a map as one sees them from the package's folder in the repository: ../sdk/alula/tensor.py.

    What the build generated has no place there; it is called generated/facade.js."""
    content = json.loads(source_map.read_text(encoding='utf-8'))
    content['sources'] = [source_name((source_map.parent / source).resolve(), generated.resolve(), root.resolve())
                          for source in content['sources']]
    source_map.write_text(json.dumps(content, ensure_ascii=False, separators=(',', ':')), encoding='utf-8')


def source_name(path: Path, generated: Path, root: Path) -> str:
    if path.is_relative_to(generated):
        return 'generated/' + path.relative_to(generated).as_posix()
    if path.is_relative_to(root):
        return '../' + path.relative_to(root).as_posix()
    return '../' + os.path.basename(path)


def digest(inputs: list[Path], root: Path) -> str:
    """Changes with the content and the names of the files."""
    total = hashlib.sha256()
    for path in inputs:
        total.update(f'{os.path.relpath(path, root)}\0'.encode() + path.read_bytes() + b'\0')
    return total.hexdigest()


@dataclass(frozen=True)
class Stamp:
    """What the entries `stems` in `out` are made from; `path` keeps it between builds."""

    path: Path
    inputs: str
    out: Path
    stems: list[str]

    def current(self) -> dict[str, str]:
        names = [stem + suffix for stem in self.stems for suffix in SUFFIXES]
        written = [self.out / name for name in names if (self.out / name).is_file()]
        outputs = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in written}
        return {'inputs': self.inputs, 'out': str(self.out.resolve()), **outputs}

    def is_fresh(self) -> bool:
        if not self.path.is_file():
            return False
        return bool(json.loads(self.path.read_text(encoding='utf-8')) == self.current())

    def save(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(json.dumps(self.current(), indent=1), encoding='utf-8')


def report_sizes(out: Path, stems: list[str], budget: dict[str, int]) -> None:
    """Print raw and gzip sizes of the entries; BuildError for a file whose gzip size is over its budget."""
    over = []
    for name in [stem + suffix for stem in stems for suffix in ('.js', '.min.js', '.d.ts')]:
        content = (out / name).read_bytes()
        packed = len(gzip.compress(content, mtime=0))
        limit = f' of {budget[name]:,}' if name in budget else ''
        print(f'{name:14} {len(content):>9,} bytes, gzip {packed:>7,}{limit}')
        if packed > budget.get(name, packed):
            over.append(f'{name} has {packed:,} bytes after gzip; its budget in tools/bundle is {budget[name]:,}')
    if over:
        raise BuildError('; '.join(over))
