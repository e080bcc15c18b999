"""Modules: imports in their order, the exports, and the place of every error. The whole generator is assembled here."""
from __future__ import annotations

import ast
import re
from typing import NoReturn

from .definitions import Definitions
from .errors import TranspileError

RUNTIME = 'runtime'
INSTEAD = {
    'NamedExpr': 'an assignment expression; assign first, then test', 'Match': '`match`; use if and elif',
    'With': '`with`; use try and finally', 'AsyncWith': '`async with`; use try and finally',
    'AsyncFor': '`async for`; loop over awaited values', 'TryStar': '`except*`; use except',
    'Slice': 'a slice inside a tuple', 'TypeAlias': '`type X = ...`; annotate the names',
}


class Generator(Definitions):
    """The code generator of the house build: `Unit` runs it on one module."""

    def __init__(self, unit, checked: bool) -> None:
        # Arrows are the shorter functions, but know no `arguments`, which the checked build asks for.
        self.is_arrow = not checked
        self.checked = checked          # whether assertions are kept, and errors of the checked build pass every except
        self.at_line_start = True
        self.loops: list[str | None] = []
        self.receiver: str | None = None    # the name of `this`, if it is no variable
        self.maker: str | None = None       # the name of the class in a class method
        self.modules: dict[str, str] = {}   # the modules that names stand for
        self.late_exports: set[str] = set()
        super().__init__(unit)

    def fail(self, node: ast.AST, message: str) -> NoReturn:
        raise TranspileError(self.module.sourcePath, getattr(node, 'lineno', self.lineNr), message)

    def generic_visit(self, node: ast.AST) -> NoReturn:
        kind = type(node).__name__
        self.fail(node, 'no JavaScript for ' + INSTEAD.get(kind, f'the syntax {kind}'))

    # What Transcrypt makes of these is not what Python means.
    visit_With = visit_Slice = generic_visit  # noqa: N815

    def visit(self, node: ast.AST):
        try:
            return super().visit(node)
        except (TranspileError, RecursionError):
            raise
        except Exception as error:
            self.fail(node, f'Transcrypt fails here: {type(error).__name__}: {error}')

    def visit_Module(self, node: ast.Module) -> None:
        self.adaptLineNrString(node)
        self.inscope(node)
        if re.search(r'(?<![.\w])__name__', self.module.source):
            self.line(f"export var __name__ = '{self.module.__name__}';")
        self.emitBody(node.body)
        exports = sorted(self.late_exports | (self.allImportedNames if self.module.is_package else set()))
        if exports:
            self.line(f"export {{{', '.join(self.filterId(name) for name in exports)}}};")
        self.descope()

    def declaration(self, name: str) -> str:
        word = super().declaration(name)
        if word == 'var ' and isinstance(self.getScope().node, ast.Module):
            self.late_exports.add(name)
        return word

    # Imports, emitted where they stand: modules run in the order in which they are named, as in Python

    def visit_Import(self, node: ast.Import) -> None:
        self.at_top(node)
        for alias in node.names:
            if '.' in alias.name and not alias.asname:
                self.fail(node, f'`import {alias.name}`; write `from ... import` or `import ... as`')
            self.import_module(alias.name, alias.asname or alias.name, node)

    def import_module(self, module: str, name: str, node: ast.stmt) -> None:
        self.allImportedNames.add(name)
        self.modules[name] = module
        self.line(f"import * as {self.filterId(name)} from './{self.module.require(module, node)}.js';")

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        self.at_top(node)
        if node.level or node.module is None:
            self.fail(node, 'a relative import; name the package')
        facilities = []
        for alias in node.names:
            if alias.name == '*':
                self.fail(node, '`import *`; name what you need')
            if node.module == '__future__':
                continue
            if self.module.find(f'{node.module}.{alias.name}'):
                self.import_module(f'{node.module}.{alias.name}', alias.asname or alias.name, node)
            else:
                facilities.append(alias)
        if facilities:
            self.allImportedNames.update(alias.asname or alias.name for alias in facilities)
            names = [self.filterId(a.name) + (f' as {self.filterId(a.asname)}' if a.asname else '') for a in facilities]
            self.line(f"import {{{', '.join(names)}}} from './{self.module.require(node.module, node)}.js';")

    def at_top(self, node: ast.stmt) -> None:
        if self.indentLevel or not isinstance(self.getScope().node, ast.Module):
            self.fail(node, 'an import below the top of the module')


def identifiers(code: str) -> set[str]:
    """The words of JavaScript text that may be identifiers."""
    return set(re.findall(r'[A-Za-z_$][\w$]*', code))
