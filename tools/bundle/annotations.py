"""Annotations of the public Python as types that JS can have: the one reading of them, for the facade and the `.d.ts`.

What a type looks like in TypeScript is in `typescript.py`; how a value crosses the border is in `facade.py`."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from typing import Protocol

from tools import BuildError


@dataclass(frozen=True)
class Type:
    """`kind` is one of the words below; `args` are the types inside, `text` a name or a literal.

    Leaves: number string boolean null bytes unknown, `absent` (exists under CPython only), `class` and `global`
    (`text`: public class, JS global), `literal` (`text`: as TypeScript writes it).
    Composed: list, iterable, promise (one argument), dict (value type), tuple, union, function (result, then
    parameters), record (`text`: the keys, comma-separated, `?` after those that may be absent), alias (`text`: a public
    name for the type inside).
    """

    kind: str
    args: tuple[Type, ...] = ()
    text: str = ''

    def mentions(self, kind: str) -> bool:
        return self.kind == kind or any(arg.mentions(kind) for arg in self.args)


LEAVES = {
    'int': 'number',
    'float': 'number',
    'str': 'string',
    'bool': 'boolean',
    'bytes': 'bytes',
    'None': 'null',
    'object': 'unknown',
    'Any': 'unknown',
}
GENERICS = {
    'list': 'list',
    'Sequence': 'list',
    'tuple': 'tuple',
    'dict': 'dict',
    'Mapping': 'dict',
    'Iterable': 'iterable',
    'Iterator': 'iterable',
    'Generator': 'iterable',
    'Awaitable': 'promise',
    'Coroutine': 'promise',
    'Callable': 'function',
    'Optional': 'union',
    'Union': 'union',
    'Literal': 'literal',
    'ClassVar': 'same',
    'Final': 'same',
}
# Packages whose types no JS value has. A union goes on without them; a member that returns one is not in the module.
CPYTHON_ONLY = ('numpy', 'os', 'pathlib', 'collections')


class Scope(Protocol):
    """What a name in an annotation means where the annotation stands."""

    def type_named(self, name: str, at: ast.expr) -> Type: ...

    def error(self, at: ast.AST, what: str) -> BuildError: ...


def read(annotation: ast.expr, scope: Scope) -> Type:
    """The type that an annotation states; BuildError with file and line if JS has no such type."""
    match annotation:
        case ast.Constant(value=None):
            return Type('null')
        case ast.Constant(value=str(text)):
            return read(ast.copy_location(ast.parse(text, mode='eval').body, annotation), scope)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return union([read(left, scope), read(right, scope)])
        case ast.Name(id=name) if name in LEAVES:
            return Type(LEAVES[name])
        case ast.Name(id=name) if name in GENERICS:
            raise scope.error(annotation, f'{name} needs the types inside: {name}[...]')
        case ast.Name(id=name):
            return scope.type_named(name, annotation)
        case ast.Attribute(value=ast.Name(id=package), attr=name):
            return scope.type_named(f'{package}.{name}', annotation)
        case ast.Subscript(value=ast.Name(id=name), slice=inside) if name in GENERICS:
            return generic(name, inside, scope)
        case ast.Subscript(value=value):
            outer = read(value, scope)
            if outer.kind == 'absent':
                return outer
    raise scope.error(annotation, f'the type `{ast.unparse(annotation)}` has no counterpart in TypeScript')


def generic(name: str, inside: ast.expr, scope: Scope) -> Type:
    parts = inside.elts if isinstance(inside, ast.Tuple) else [inside]
    kind = GENERICS[name]
    if kind == 'literal':
        return union([literal(part, scope) for part in parts])
    if kind == 'function':
        return function(parts, scope)
    if kind == 'tuple' and len(parts) == 2 and isinstance(parts[1], ast.Constant) and parts[1].value is Ellipsis:
        return Type('list', (read(parts[0], scope),))
    types = [read(part, scope) for part in parts]
    match kind:
        case 'dict':
            if types[0].kind not in ('string', 'literal', 'union') or types[0].mentions('number'):
                raise scope.error(inside, f'{name} with keys other than strings: JS objects have no other')
            return Type('dict', (types[1],))
        case 'union':
            return union(types if name == 'Union' else [*types, Type('null')])
        case 'same':
            return types[0]
        case 'promise':
            return Type('promise', (types[-1],))  # Coroutine[yielded, sent, result]
        case 'tuple':
            return Type('tuple', tuple(types))
    return Type(kind, (types[0],))


def literal(part: ast.expr, scope: Scope) -> Type:
    match part:
        case ast.Constant(value=str(text)):
            return Type('literal', text="'" + text.replace('\\', '\\\\').replace("'", "\\'") + "'")
        case ast.Constant(value=bool(value)):
            return Type('literal', text=str(value).lower())
        case ast.Constant(value=int(value)):
            return Type('literal', text=str(value))
        case ast.Constant(value=None):
            return Type('null')
    raise scope.error(part, f'`{ast.unparse(part)}` in a Literal has no counterpart in TypeScript')


def function(parts: list[ast.expr], scope: Scope) -> Type:
    if len(parts) != 2 or not isinstance(parts[0], ast.List):
        raise scope.error(parts[0], 'Callable needs its parameters: Callable[[A, B], Result]')
    return Type('function', (read(parts[1], scope), *(read(part, scope) for part in parts[0].elts)))


def union(types: list[Type]) -> Type:
    """One flat union without repetitions and without what CPython alone has."""
    flat = [part for each in types for part in (each.args if each.kind == 'union' else (each,))]
    present = [part for part in dict.fromkeys(flat) if part.kind != 'absent']
    if len(present) == 0:
        return Type('absent')
    return present[0] if len(present) == 1 else Type('union', tuple(present))


def without_null(given: Type) -> Type:
    """The type that remains when a value is there: JS leaves an option out where Python says None."""
    if given.kind != 'union':
        return given
    return union([part for part in given.args if part.kind != 'null']) if len(given.args) > 1 else given


def awaited(given: Type) -> Type:
    return replace(given, kind='promise', args=(given,), text='') if given.kind != 'promise' else given
