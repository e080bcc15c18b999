"""Names that mean something else in JS (S03), and JS itself outside of the platform tree (S25)."""

from __future__ import annotations

import ast

from ..rule import Place, rule
from ..source import FUNCTIONS

RESERVED = set(
    'catch const debugger delete do enum eval export extends function implements instanceof interface let null package private protected '
    'public static super this throw typeof var void Math'.split()
)
ALIASES = set(
    'arguments case clear default del enumerate get is isNaN items iter keys name new next pop popitem replace selector sort split switch '
    'type TypeError update copy deepcopy values fromkeys reversed setdefault true false undefined NaN Infinity'.split()
)
FIXED_MEMBERS = {'length', 'prototype', 'caller', 'arguments', 'constructor', 'hasOwnProperty', '__dict__', '__class__'}


def _bound(node: ast.AST) -> list[tuple[str, ast.AST]]:
    """The names that a node itself binds."""
    match node:
        case ast.Name(id=name, ctx=ast.Store()):
            return [(name, node)]
        case ast.arg(arg=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return [(name, node)]
        case ast.ExceptHandler(name=str(name)):
            return [(name, node)]
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            return [(alias.asname or alias.name, node) for alias in names]
    return []


BINDERS = (ast.Name, ast.arg, *FUNCTIONS, ast.ClassDef, ast.ExceptHandler, ast.Import, ast.ImportFrom)


def _member(node: ast.AST, at: Place) -> bool:
    """Whether the name bound here becomes a member of a class, where JS reserves little."""
    return isinstance(at.source.parents.get(node), ast.ClassDef) and isinstance(node, FUNCTIONS)


@rule('S03', *BINDERS, harm='it is a word of JS: the module does not load, or arithmetic breaks', write='another name')
def reserved_name(node: ast.AST, at: Place) -> list[ast.AST]:
    """name that JS keeps for itself"""
    return [place for name, place in _bound(node) if name in RESERVED and not _member(node, at)]


@rule('S03', *BINDERS, harm='the prefix is removed or collides with a renamed name', write='another name')
def prefixed_name(node: ast.AST, at: Place) -> list[ast.AST]:
    """name that begins with py_ or js_"""
    return [place for name, place in _bound(node) if name.startswith(('py_', 'js_'))]


@rule('S03', ast.Attribute, *FUNCTIONS, harm='every JS function and object has one of its own', write='another name', platform=False)
def fixed_member(node: ast.AST, at: Place) -> list[ast.AST]:
    """attribute or method that JS objects already have"""
    if isinstance(node, ast.Attribute):
        return [node] if node.attr in FIXED_MEMBERS else []
    return [node] if node.name in FIXED_MEMBERS and _member(node, at) else []


@rule('S03', ast.Attribute, *FUNCTIONS, harm='the name is not mangled: base and subclass share it', write='one underscore')
def private_member(node: ast.AST, at: Place) -> list[ast.AST]:
    """attribute or method that begins with two underscores"""
    name = node.attr if isinstance(node, ast.Attribute) else node.name
    private = name.startswith('__') and not name.endswith('__')
    return [node] if private and (isinstance(node, ast.Attribute) or _member(node, at)) else []


@rule('S03', ast.ExceptHandler, harm='the name is renamed in one place and not in the other', write='`error`')
def exception_name(node: ast.ExceptHandler, at: Place) -> list[ast.AST]:
    """exception variable with a renamed name"""
    return [node] if node.name in ALIASES else []


INTEROP = {'__pragma__', '__new__', '__typeof__', '__envir__', '__symbols__'}
JS_GLOBALS = {
    'window', 'document', 'navigator', 'console', 'globalThis', 'self', 'performance', 'fetch', 'setTimeout', 'Promise', 'JSON', 'Object',
    'Array', 'Map', 'Set', 'Symbol', 'Number', 'String', 'BigInt', 'Uint8Array', 'Float32Array', 'Int32Array', 'ArrayBuffer', 'DataView',
    'WebAssembly', 'TextEncoder', 'TextDecoder', 'URL', 'Worker', 'Reflect', 'Proxy',
}  # fmt: skip


@rule('S25', ast.Name, harm='it exists only there', write='a function of host, with a body in each tree', platform=False)
def js_interop(node: ast.Name, at: Place) -> list[ast.AST]:
    """JS interop in shared code"""
    free = isinstance(node.ctx, ast.Load) and at.scope(node).find(node.id) is None
    return [node] if free and node.id in INTEROP | JS_GLOBALS else []
