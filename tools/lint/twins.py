"""H01: a module that exists in both trees offers the same names, called the same way, on both hosts."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .index import decorators
from .source import FUNCTIONS, Function, Source

Members = dict[str, tuple[ast.stmt, str]]


def disagreements(shared: Source, platform: Source) -> Iterator[tuple[Source, ast.AST, str]]:
    """Every public name that the two bodies of a module do not share, or declare differently; each with what to do."""
    mine, theirs = _members(shared.tree.body), _members(platform.tree.body)
    for name, (node, signature) in mine.items():
        if name not in theirs:
            if name not in platform.module_scope.bindings:
                yield platform, platform.tree, f'`{name}` of {shared.path.name} has no JS body; add it, or make it private'
        elif signature != theirs[name][1] and signature != '' and theirs[name][1] != '':
            yield platform, theirs[name][0], f'`{theirs[name][1]}` is `{signature}` under CPython; make both the same'
        yield from _class_disagreements(node, theirs.get(name, (None, ''))[0], platform)
    for name, (node, _) in theirs.items():
        if name not in mine and name not in shared.module_scope.bindings:
            yield platform, node, f'`{name}` has no CPython body in {shared.path.name}; add it, or make it private'


def _class_disagreements(mine: ast.AST | None, theirs: ast.AST | None, platform: Source) -> Iterator[tuple[Source, ast.AST, str]]:
    if not isinstance(mine, ast.ClassDef) or not isinstance(theirs, ast.ClassDef):
        return
    ours, other = _members(mine.body), _members(theirs.body)
    for name in ours.keys() | other.keys():
        signature, counterpart = ours.get(name, (None, ''))[1], other.get(name, (None, ''))[1]
        if signature != counterpart and (name in ours) + (name in other) + (signature != '') + (counterpart != '') >= 2:
            where = other[name][0] if name in other else theirs
            said = f'`{mine.name}.{counterpart or name}`' if name in other else f'`{mine.name}.{name}` is missing; it'
            yield platform, where, f'{said} is {f"`{signature}`" if name in ours else "missing"} under CPython; make both the same'


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
