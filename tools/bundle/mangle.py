"""Which properties `index.min.js` may call by short names: fields and methods of the package's own classes.

A name keeps its length where anything beyond transpiled Python may say it: the public surface, the runtime, the facade,
the modules written for JavaScript (and what these know of the platform), and names that travel as text: keywords, and
attributes looked up by name. Keys of dicts are text, never properties."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from tools.transpiler.names import ADDED_METHODS, BUILTINS, CONTAINER_METHODS, attribute_name

from .surface import Surface

LOOKED_UP = ('getattr', 'hasattr', 'setattr')


def mangled(sources: Iterable[Path], surface: Surface, foreign: Iterable[str]) -> list[str]:
    """The properties to rename, sorted. `sources`: the shared Python modules that were compiled; `foreign`: the texts
    of all JavaScript and Python that has other words for the same objects."""
    own: set[str] = set()
    said: set[str] = set()
    for path in sources:
        for node in ast.walk(ast.parse(path.read_text(encoding='utf-8'))):
            own.update(defined(node))
            said.update(looked_up(node))
    said |= ADDED_METHODS | CONTAINER_METHODS | BUILTINS | set(public_names(surface))
    kept = {attribute_name(name) for name in said}.union(*(set(re.findall(r'[\w$]+', text)) for text in foreign))
    return sorted(name for name in {attribute_name(name) for name in own} - kept if not name.startswith('__'))


def defined(node: ast.AST) -> Iterator[str]:
    """Methods and constants of a class; attributes that are assigned."""
    match node:
        case ast.ClassDef(body=body):
            for statement in body:
                match statement:
                    case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                        yield name
                    case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                        yield name
        case ast.Attribute(attr=name, ctx=ast.Store()):
            yield name


def looked_up(node: ast.AST) -> Iterator[str]:
    """Names that text may spell: parameters that take keywords, keywords of calls, attributes by name."""
    match node:
        case ast.arguments(args=args, kwonlyargs=only, defaults=defaults):
            if len(only) + len(defaults) > 0:
                yield from (arg.arg for arg in (*args, *only))
        case ast.keyword(arg=str(name)):
            yield name
        case ast.Call(func=ast.Name(id=function), args=[_, ast.Constant(value=str(name)), *_]) if function in LOOKED_UP:
            yield name


def public_names(surface: Surface) -> Iterator[str]:
    for given in surface.classes.values():
        yield from (*given.methods, *given.statics, *given.attributes, *given.constants)
        yield from map(given.js_name, (*given.methods, *given.statics, *given.attributes, *given.constants))
