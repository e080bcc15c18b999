"""Names that mean something else in JS (S03), and JS itself outside of the platform tree (S25)."""

from __future__ import annotations

import ast

from tools.transpiler.names import PREFIX

from ..index import decorators
from ..rule import Found, Place, rule
from ..source import FUNCTIONS, Function

EMITTED = {'Math', 'Reflect', 'set', 'dict'}
"""Names that compiled code uses of itself, for `//`, classes, set displays and dict comprehensions."""

BINDERS = (ast.Name, ast.arg, *FUNCTIONS, ast.ClassDef, ast.ExceptHandler, ast.Import, ast.ImportFrom)


def _bound(node: ast.AST) -> list[str]:
    """The names that a node itself binds."""
    match node:
        case (
            ast.Name(id=name, ctx=ast.Store())
            | ast.arg(arg=name)
            | ast.ClassDef(name=name)
            | ast.ExceptHandler(name=str(name))
        ):
            return [name]
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return [name]
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            return [alias.asname or alias.name for alias in names]
    return []


def _is_method(node: ast.AST, at: Place) -> bool:
    return isinstance(node, FUNCTIONS) and at.source.owner(node) is not None


@rule(
    'S03', *BINDERS, harm='the code made of `//`, classes, sets and dicts uses that name itself', write='another name'
)
def emitted_name(node: ast.AST, at: Place) -> Found:
    """name that compiled code relies on"""
    return [node] if EMITTED & set(_bound(node)) and not _is_method(node, at) else []


@rule(
    'S03',
    *BINDERS,
    ast.Attribute,
    harm='the prefix marks renamed names: another name may become the same',
    write='another name',
    platform=False,
)
def prefixed_name(node: ast.AST, at: Place) -> Found:
    """name that begins with al_ or js_"""
    names = [node.attr] if isinstance(node, ast.Attribute) else _bound(node)
    return [node] if any(name.startswith((PREFIX, 'js_')) for name in names) else []


OF_OBJECTS = {'constructor', 'then'}
OF_CLASSES = {'prototype', 'length'}


@rule(
    'S03',
    ast.ClassDef,
    harm='await calls `then`, objects have a constructor, and classes a prototype and a length',
    write='another name',
)
def reserved_member(node: ast.ClassDef, at: Place) -> Found:
    """method or class constant with a name that JS gives a meaning"""
    found: list[ast.AST] = []
    for statement in node.body:
        if isinstance(statement, FUNCTIONS):
            static = bool({'staticmethod', 'classmethod'} & set(decorators(statement)))
            taken = OF_CLASSES if static else OF_OBJECTS
            found += [statement] if statement.name in taken else []
        elif isinstance(statement, (ast.Assign, ast.AnnAssign)):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            found += [t for t in targets if isinstance(t, ast.Name) and t.id in OF_CLASSES]
    return found


@rule(
    'S03', ast.Attribute, *FUNCTIONS, harm='the name is not mangled: base and subclass share it', write='one underscore'
)
def private_member(node: ast.Attribute | Function, at: Place) -> Found:
    """attribute or method that begins with two underscores"""
    name = node.attr if isinstance(node, ast.Attribute) else node.name
    private = name.startswith('__') and not name.endswith('__')
    return [node] if private and (isinstance(node, ast.Attribute) or _is_method(node, at)) else []


SPECIAL = {'__class__', '__name__', '__cause__', '__init__', '__repr__', '__str__', '__len__', '__iter__', '__next__'}


@rule(
    'S03',
    ast.Attribute,
    harm='it is undefined, or something of JS',
    write='an attribute or method of your own',
    platform=False,
)
def special_attribute(node: ast.Attribute, at: Place) -> Found:
    """special attribute"""
    return [node] if node.attr.startswith('__') and node.attr.endswith('__') and node.attr not in SPECIAL else []


INTEROP = {'__pragma__', '__new__', '__typeof__', '__envir__', '__symbols__'}
JS_GLOBALS = {
    'window', 'document', 'navigator', 'console', 'globalThis', 'self', 'performance', 'fetch', 'setTimeout', 'Promise',
    'JSON', 'Object', 'Array', 'Map', 'Set', 'Symbol', 'Number', 'String', 'BigInt', 'Uint8Array', 'Float32Array',
    'Int32Array', 'ArrayBuffer', 'DataView', 'WebAssembly', 'TextEncoder', 'TextDecoder', 'URL', 'Worker', 'Reflect',
    'Proxy', 'Math', 'undefined',
}  # fmt: skip


@rule(
    'S25', ast.Name, harm='it exists only there', write='a function of host, with a body in each tree', platform=False
)
def js_interop(node: ast.Name, at: Place) -> Found:
    """JS interop in shared code"""
    free = isinstance(node.ctx, ast.Load) and at.scope(node).find(node.id) is None and not at.source.in_annotation(node)
    return [node] if free and node.id in INTEROP | JS_GLOBALS else []
