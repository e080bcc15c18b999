"""Imports (S02), and what belongs to other modules and classes (S22)."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

from ..index import Class, ModuleName
from ..rule import Found, Place, rule
from ..source import Source

SHADOWS = Path(__file__).resolve().parents[2] / 'transpiler' / 'modules'
"""What stands in for the standard library in JS."""


def _shadow(module: str) -> Path | None:
    """The module that stands in for one of the standard library."""
    stem = SHADOWS.joinpath(*module.split('.'))
    return next((path for path in (stem.with_suffix('.py'), stem / '__init__.py') if path.is_file()), None)


@cache
def _offered(path: Path) -> frozenset[str]:
    return frozenset(Source(path, path.stem, platform=True).module_scope.bindings)


def _known(module: str, at: Place) -> bool:
    """Whether the compiler finds the module: in the package, or one of the few of the standard library."""
    return _shadow(module) is not None or module in at.index.transpiled


@rule('S02', ast.ImportFrom, harm='it does not compile', write='the full name of the module')
def relative_import(node: ast.ImportFrom, at: Place) -> Found:
    """relative import"""
    return [node] if node.level > 0 else []


@rule('S02', ast.Import, harm='it does not compile', write='`import a.b as b` or `from a.b import name`')
def dotted_import(node: ast.Import, at: Place) -> Found:
    """dotted import without `as`"""
    return [node for alias in node.names if '.' in alias.name and alias.asname is None][:1]


@rule(
    'S02',
    ast.ImportFrom,
    harm='only packages pass on what they import: the module does not load',
    write='the module that defines it',
)
def passed_on_name(node: ast.ImportFrom, at: Place) -> Found:
    """import of a name from a module that only imports it"""
    source = at.index.modules.get(node.module or '')
    if source is None or source.path.name == '__init__.py':
        return []
    places = (source.module_scope.bindings.get(alias.name, []) for alias in node.names)
    return [node] if any(len(b) > 0 and all(isinstance(one.value, ast.alias) for one in b) for b in places) else []


@rule('S02', ast.ImportFrom, harm='it does not compile', write='the names')
def star_import(node: ast.ImportFrom, at: Place) -> Found:
    """star import"""
    return [node] if node.names[0].name == '*' else []


@rule('S02', ast.Import, ast.ImportFrom, harm='it does not compile', write='it at the top of the module')
def nested_import(node: ast.Import | ast.ImportFrom, at: Place) -> Found:
    """import below the top level"""
    return [] if isinstance(at.source.parents[node], ast.Module) else [node]


@rule('S02', ast.Import, ast.ImportFrom, harm='it does not compile', write='`math`, or a function of host')
def unknown_module(node: ast.Import | ast.ImportFrom, at: Place) -> Found:
    """import of a module that JS lacks"""
    if isinstance(node, ast.ImportFrom):
        return [] if node.level > 0 or _known(node.module or '', at) else [node]
    return [node for alias in node.names if not _known(alias.name, at)][:1]


@rule(
    'S02',
    ast.ImportFrom,
    ast.Attribute,
    harm='its stand-in does not have it',
    write='plain code, or add it to the stand-in in tools/transpiler/modules',
)
def missing_member(node: ast.ImportFrom | ast.Attribute, at: Place) -> Found:
    """name of the standard library that JS lacks"""
    if isinstance(node, ast.ImportFrom):
        shadow = _shadow(node.module) if node.module and node.level == 0 and node.module != '__future__' else None
        return [node] if shadow and any(a.name not in _offered(shadow) | {'*'} for a in node.names) else []
    place = at.scope(node).find(node.value.id) if isinstance(node.value, ast.Name) else None
    imported = place[1][-1] if place is not None else None
    if imported is None or not isinstance(imported.node, ast.Import) or not isinstance(imported.value, ast.alias):
        return []
    shadow = _shadow(imported.value.name)
    return [node] if shadow and node.attr not in _offered(shadow) else []


@rule(
    'S22',
    ast.Attribute,
    harm='the names of a module are read-only from outside',
    write='a function of that module that sets it',
)
def module_assignment(node: ast.Attribute, at: Place) -> Found:
    """assignment to a name of another module"""
    return [node] if isinstance(node.ctx, ast.Store) and isinstance(at.resolve(node.value), ModuleName) else []


@rule(
    'S22',
    ast.ImportFrom,
    harm='the import follows each change; in Python it keeps the first value',
    write='a function of that module that returns it',
)
def rebound_import(node: ast.ImportFrom, at: Place) -> Found:
    """import of a name that its module changes"""
    source = at.index.modules.get(node.module or '')
    changed = source.rebound if source is not None else set()
    return [node] if any(alias.name in changed for alias in node.names) else []


@rule(
    'S22',
    ast.Attribute,
    harm='instances keep the old value: they have a copy, made with the class',
    write='a module variable with a function that sets it, or an attribute of the object',
)
def class_assignment(node: ast.Attribute, at: Place) -> Found:
    """assignment to an attribute of a class"""
    return [node] if isinstance(node.ctx, ast.Store) and isinstance(at.resolve(node.value), Class) else []
