"""Compiles a program: the child process that `transpile` starts. Reads one request on stdin, writes the modules."""
from __future__ import annotations

import ast
import json
import os
import sys
import tokenize
from pathlib import Path

from .checked import CheckedGenerator
from .errors import TranspileError
from .modules import Generator, identifiers
from .record import Compiled, Record, find_module, stamp
from .runtime_module import runtime
from .source_map import source_map
from .stock import compiler, environment, sourcemaps


class Unit:
    """One module under compilation, as Transcrypt's generator wants to see it."""

    def __init__(self, program: Program, name: str, path: Path) -> None:
        self.program = program
        self.name = name
        self.__name__ = '__main__' if name == program.entry else name
        self.path = path
        self.sourcePath = os.path.relpath(path, Path.cwd()) if path.is_relative_to(Path.cwd()) else str(path)
        self.is_package = path.name == '__init__.py'
        self.compiled = Compiled(str(path), stamp(path))

    def find(self, module: str) -> bool:
        """Whether there is such a module; remembers that there is none."""
        if find_module(module, self.program.search) is None:
            self.compiled.absent.append(module)
            return False
        return True

    def require(self, module: str, node: ast.stmt) -> str:
        if not self.find(module):
            raise TranspileError(self.sourcePath, node.lineno, f"no module '{module}' for JavaScript")
        if module not in self.compiled.needs:
            self.compiled.needs.append(module)
        return module

    def parse(self) -> ast.Module:
        with tokenize.open(self.path) as file:
            self.source = file.read()
        try:
            if '__pragma__' in self.source:
                compiler.Module.parse(self)
                return self.parseTree
            return ast.parse(self.source)
        except SyntaxError as error:
            raise TranspileError(self.sourcePath, error.lineno or 1, f'SyntaxError: {error.msg}') from None

    def compile(self, exports: set[str], out: Path) -> dict[Path, str]:
        """The module and its map, by path. The first line imports from the runtime what the module names."""
        self.parseTree = self.parse()
        generator = self.program.generator(self)
        code, lines = [], []
        for line in ''.join(generator.targetFragments).split('\n'):
            text, number = line[:-sourcemaps.lineNrLength], line[-sourcemaps.lineNrLength:]
            if text.strip() not in ('', ';'):
                code.append(text)
                lines.append(int(number))
        own = {generator.filterId(name) for name in generator.allOwnNames | generator.allImportedNames}
        used = sorted((identifiers('\n'.join(code)) & exports) - own)
        code.insert(0, f"import {{{', '.join(used)}}} from './runtime.js';")
        lines.insert(0, 1)
        target = out / f'{self.name}.js'
        origin = Path(os.path.relpath(self.path, out)).as_posix()
        return {target: '\n'.join([*code, f'//# sourceMappingURL={target.name}.map', '']),
                out / f'{target.name}.map': source_map(target.name, origin, self.source, lines)}


class Program:
    """All modules that the entry reaches, in the order in which they are met."""

    def __init__(self, request: dict) -> None:
        self.entry = request['entry']
        self.search = [Path(folder) for folder in request['search']]
        self.out = Path(request['out'])
        self.checked = request['checked']
        self.record = Record(request['key'])
        # What Transcrypt's generator asks of a program
        self.envir, self.symbols, self.moduleSearchDirs = environment, [], request['search']

    def generator(self, unit: Unit) -> Generator:
        platform = find_module(unit.name, [folder for folder in self.search if folder.name == 'js']) == unit.path
        return (CheckedGenerator if self.checked and not platform else Generator)(unit, self.checked)

    def compile(self) -> None:
        """Compile what changed, and write nothing unless all of it compiles."""
        before = Record.load(self.out)
        kept = before.modules if before is not None and before.key == self.record.key else {}
        code, exports = runtime(self.checked)
        files = {self.out / 'runtime.js': code, self.out / 'package.json': '{"type": "module"}\n'}
        waiting = [self.entry]
        while waiting:
            name = waiting.pop(0)
            if name in self.record.modules:
                continue
            if name in kept and kept[name].is_fresh(name, self.search, self.out):
                self.record.modules[name] = kept[name]
            else:
                path = find_module(name, self.search)
                assert path is not None, name
                unit = Unit(self, name, path)
                files.update(unit.compile(exports, self.out))
                self.record.modules[name] = unit.compiled
            waiting.extend(self.record.modules[name].needs)
        self.out.mkdir(parents=True, exist_ok=True)
        for path, text in files.items():
            path.write_text(text, encoding='utf-8')
        for name in set(before.modules if before else ()) - set(self.record.modules):
            for suffix in ('.js', '.js.map'):
                (self.out / (name + suffix)).unlink(missing_ok=True)
        self.record.save(self.out)


def main() -> int:
    try:
        Program(json.load(sys.stdin)).compile()
    except TranspileError as error:
        print(json.dumps({'path': str(error.path), 'line': error.line, 'message': error.message}))
        return 1
    return 0


if __name__ == '__main__':
    sys.setrecursionlimit(10_000)
    sys.exit(main())
