"""Compiles a program: the child process that `transpile` starts. Reads one request on stdin, writes the modules."""
from __future__ import annotations

import ast
import functools
import json
import os
import sys
import tokenize
from pathlib import Path

from tools.lint.source import Source

from .checked import CheckedGenerator
from .errors import TranspileError
from .kinds import KindsOfProgram
from .modules import Generator, identifiers
from .record import Compiled, Record, find_module, stamp
from .runtime_module import ERRORS, runtime
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

    @functools.cached_property
    def lines(self) -> Source:
        """The module as the linter reads it."""
        platform = [folder for folder in self.program.search if folder.name == 'js']
        return Source(self.path, self.name, find_module(self.name, platform) == self.path)

    def is_any_of(self, node: ast.expr, kinds: frozenset[str]) -> bool:
        """Whether annotations say that an expression of the module is one of these kinds."""
        return self.tree is self.lines.tree and self.program.kinds.are(node, self.lines, kinds)

    @functools.cached_property
    def tree(self) -> ast.Module:
        with tokenize.open(self.path) as file:
            self.source = file.read()
        try:
            if '__pragma__' in self.source:
                compiler.Module.parse(self)
                return self.parseTree
            return self.lines.tree
        except SyntaxError as error:
            raise TranspileError(self.sourcePath, error.lineno or 1, f'SyntaxError: {error.msg}') from None

    def compile(self, exports: set[str], out: Path) -> dict[Path, str]:
        """The module and its map, by path. The first line imports from the runtime what the module names."""
        self.parseTree = self.tree
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
        self.units: dict[str, Unit] = {}
        # What Transcrypt's generator asks of a program
        self.envir, self.symbols, self.moduleSearchDirs = environment, [], request['search']

    def generator(self, unit: Unit) -> Generator:
        platform = find_module(unit.name, [folder for folder in self.search if folder.name == 'js']) == unit.path
        return (CheckedGenerator if self.checked and not platform else Generator)(unit, self.checked)

    def unit(self, name: str) -> Unit:
        if name not in self.units:
            path = find_module(name, self.search)
            assert path is not None, name
            self.units[name] = Unit(self, name, path)
        return self.units[name]

    def has_class(self, module: str, name: str) -> bool:
        """Whether `name` is a class where `module` says it: defined there, imported, or an error of Python's."""
        for statement in self.unit(module).tree.body:
            if isinstance(statement, ast.ClassDef) and statement.name == name:
                return True
            if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)) and statement.name == name:
                return False
            if isinstance(statement, ast.ImportFrom) and statement.module and not statement.level:
                for alias in statement.names:
                    if (alias.asname or alias.name) == name:
                        return bool(find_module(statement.module, self.search)) and (
                            self.has_class(statement.module, alias.name))
        return name in ERRORS

    @functools.cached_property
    def reached(self) -> set[str]:
        """The modules that the entry imports, and those that they do."""
        seen, waiting = set(), [self.entry]
        while waiting:
            name = waiting.pop()
            if name not in seen and find_module(name, self.search):
                seen.add(name)
                for node in self.unit(name).tree.body:
                    if isinstance(node, ast.Import):
                        waiting.extend(alias.name for alias in node.names)
                    elif isinstance(node, ast.ImportFrom) and node.module:
                        waiting.extend([node.module, *(f'{node.module}.{alias.name}' for alias in node.names)])
        return seen

    @functools.cached_property
    def kinds(self) -> KindsOfProgram:
        return KindsOfProgram({name: self.unit(name).lines for name in sorted(self.reached)}, self.search)

    @functools.cached_property
    def methods(self) -> frozenset[str]:
        """The names of all methods that the program's classes define."""
        return frozenset(each.name for name in self.reached for node in ast.walk(self.unit(name).tree)
                         if isinstance(node, ast.ClassDef) for each in node.body
                         if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef)))

    def compile(self) -> None:
        """Compile every module: what one calls depends on what the others define. Writes nothing unless all compile."""
        before = Record.load(self.out)
        code, exports = runtime(self.checked)
        files = {self.out / 'runtime.js': code, self.out / 'package.json': '{"type": "module"}\n'}
        waiting = [self.entry]
        while waiting:
            name = waiting.pop(0)
            if name in self.record.modules:
                continue
            unit = self.unit(name)
            files.update(unit.compile(exports, self.out))
            self.record.modules[name] = unit.compiled
            waiting.extend(unit.compiled.needs)
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
