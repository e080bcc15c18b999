"""H01: a module that exists in both trees offers the same functions and classes on both hosts, called the same way.

A name that only one body has is that body's own affair, unless shared code asks for it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .index import decorators
from .source import FUNCTIONS, Function, Source

Members = dict[str, tuple[ast.stmt, str]]


class Demand:
    """What shared code asks for: names of modules, and names of attributes of anything."""

    def __init__(self, sources: list[Source]) -> None:
        self.names: dict[str, set[str]] = {}
        self.attributes: set[str] = set()
        for source in sources:
            self._add(source)

    def _add(self, source: Source) -> None:
        modules: dict[str, str] = {}
        attributes = []
        for node in source.nodes:
            match node:
                case ast.ImportFrom(module=str(module)):
                    for alias in node.names:
                        self.names.setdefault(module, set()).add(alias.name)
                        modules[alias.asname or alias.name] = f'{module}.{alias.name}'
                case ast.Import():
                    modules.update({alias.asname or alias.name: alias.name for alias in node.names})
                case ast.Attribute():
                    attributes.append(node)
        self.attributes.update(node.attr for node in attributes)
        for node in attributes:
            if isinstance(node.value, ast.Name) and node.value.id in modules:
                self.names.setdefault(modules[node.value.id], set()).add(node.attr)


def disagreements(shared: Source, platform: Source, demand: Demand) -> Iterator[tuple[Source, ast.AST, str]]:
    """Every public name that the two bodies of a module declare differently or do not share; each with what to do."""
    mine, theirs = _members(shared.tree.body), _members(platform.tree.body)
    for name, (node, signature) in theirs.items():
        if name in mine and '' not in (signature, mine[name][1]) and signature != mine[name][1]:
            yield platform, node, f'`{signature}` is `{mine[name][1]}` under CPython; make both the same'
        mate = mine.get(name, (None, ''))[0]
        if isinstance(mate, ast.ClassDef) and isinstance(node, ast.ClassDef):
            yield from _class_disagreements(mate, node, demand.attributes, platform)
    for body, other, host in ((shared, platform, 'JS'), (platform, shared, 'CPython')):
        for name in (
            demand.names.get(shared.name, set())
            & body.module_scope.bindings.keys() - other.module_scope.bindings.keys()
        ):
            yield other, other.tree, f'`{name}` has no {host} body, and shared code asks for it; add it'


def _class_disagreements(
    mine: ast.ClassDef, theirs: ast.ClassDef, mentioned: set[str], platform: Source
) -> Iterator[tuple[Source, ast.AST, str]]:
    ours, others = _members(mine.body), _members(theirs.body)
    for name in ours.keys() & others.keys():
        if ours[name][1] != others[name][1]:
            yield (
                platform,
                others[name][0],
                f'`{mine.name}.{others[name][1]}` is `{ours[name][1]}` under CPython; make both the same',
            )
    for name in (ours.keys() ^ others.keys()) & mentioned - _fields(mine) - _fields(theirs):
        host = 'JS' if name in ours else 'CPython'
        yield platform, theirs, f'`{mine.name}.{name}` has no {host} body, and shared code asks for it; add it'


def _fields(node: ast.ClassDef) -> set[str]:
    """What methods assign on self: a method of one body may be a field of the other."""
    return {n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store)}


def _members(body: list[ast.stmt]) -> Members:
    """Public functions, classes and assigned names, each with its signature ('' for a plain value)."""
    found: Members = {}
    for node in body:
        if isinstance(node, FUNCTIONS):
            found.setdefault(node.name, (node, _signature(node)))
        elif isinstance(node, ast.ClassDef):
            init = next((n for n in node.body if isinstance(n, FUNCTIONS) and n.name == '__init__'), None)
            found[node.name] = (node, f'{node.name}({_parameters(init, bound=True) if init else ""})')
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if isinstance(target, ast.Name):
                    found[target.id] = (node, '')
    return {name: member for name, member in found.items() if not name.startswith('_')}


def _signature(node: Function) -> str:
    kind = ''.join(f'@{name} ' for name in decorators(node) if name in ('property', 'staticmethod', 'classmethod'))
    is_async = 'async ' if isinstance(node, ast.AsyncFunctionDef) else ''
    return f'{kind}{is_async}{node.name}({_parameters(node)})'


def _parameters(node: Function, bound: bool = False) -> str:
    """The parameters without their annotations."""
    args = ast.parse(f'def f({ast.unparse(node.args)}): pass').body[0]
    assert isinstance(args, ast.FunctionDef)
    for arg in ast.walk(args.args):
        if isinstance(arg, ast.arg):
            arg.annotation = None
    if bound:
        args.args.args = args.args.args[1:]
    return ast.unparse(args.args)
