"""Modules: imports (S02) and names of other modules (S22)."""

from __future__ import annotations

import ast

from ..index import ModuleName
from ..rule import Place, rule

HOST_FREE = {'math', 'typing', '__future__'}


def _known(module: str, at: Place) -> bool:
    """Whether the compiler finds the module: in the package, or one of the few of the standard library."""
    return module in HOST_FREE or module in at.index.transpiled


@rule('S02', ast.ImportFrom, harm='it does not compile', write='the full name of the module')
def relative_import(node: ast.ImportFrom, at: Place) -> list[ast.AST]:
    """relative import"""
    return [node] if node.level > 0 else []


@rule('S02', ast.Import, harm='each use goes through nested objects that are copied', write='`import a.b as b` or `from a.b import name`')
def dotted_import(node: ast.Import, at: Place) -> list[ast.AST]:
    """dotted import without `as`"""
    return [node for alias in node.names if '.' in alias.name and alias.asname is None][:1]


@rule('S02', ast.ImportFrom, harm='what it brings depends on how the other module was compiled', write='the names')
def star_import(node: ast.ImportFrom, at: Place) -> list[ast.AST]:
    """star import"""
    return [node] if node.names[0].name == '*' else []


@rule('S02', ast.Import, ast.ImportFrom, harm='it is hoisted: it runs first and always', write='it at the top of the module')
def nested_import(node: ast.Import | ast.ImportFrom, at: Place) -> list[ast.AST]:
    """import below the top level"""
    return [] if isinstance(at.source.parents[node], ast.Module) else [node]


@rule('S02', ast.Import, ast.ImportFrom, harm="the compiler tries to compile CPython's own source", write='`math`, or a function of host')
def unknown_module(node: ast.Import | ast.ImportFrom, at: Place) -> list[ast.AST]:
    """import of a module that JS lacks"""
    if isinstance(node, ast.ImportFrom):
        return [] if node.level > 0 or _known(node.module or '', at) else [node]
    return [node for alias in node.names if not _known(alias.name, at)][:1]


@rule('S22', ast.Attribute, harm='the names of a module are read-only from outside', write='a function of that module that sets it')
def module_assignment(node: ast.Attribute, at: Place) -> list[ast.AST]:
    """assignment to a name of another module"""
    return [node] if isinstance(node.ctx, ast.Store) and isinstance(at.resolve(node.value), ModuleName) else []


@rule('S22', ast.ImportFrom, harm='the import follows each change; in Python it keeps the first value', write='a function of that module that returns it')
def rebound_import(node: ast.ImportFrom, at: Place) -> list[ast.AST]:
    """import of a name that its module changes"""
    source = at.index.modules.get(node.module or '')
    if source is None:
        return []
    changed = {name for n in ast.walk(source.tree) if isinstance(n, ast.Global) for name in n.names}
    return [node] if any(alias.name in changed for alias in node.names) else []
