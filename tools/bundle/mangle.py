"""Which properties `index.min.js` may call by short names: fields and methods of the package's own classes.

A name keeps its length where anything beyond transpiled Python may say it: the public surface, properties that the
runtime, the facade and the modules written for JavaScript name, and names that travel as text: attributes looked up by
name, and keywords of functions that are called with a dict of them. Keys of dicts are text, never properties."""

from __future__ import annotations

import ast
import re
from collections.abc import Container, Iterable, Iterator
from pathlib import Path

from tools.transpiler.names import ADDED_METHODS, BUILTINS, CONTAINER_METHODS, attribute_name

from .surface import Surface

LOOKED_UP = ('getattr', 'hasattr', 'setattr')
# JavaScript without what it does not say: comments, and the words of expressions that are no properties.
COMMENT = re.compile(r'/\*.*?\*/|(?<![:\\\'"`])//[^\n]*', re.S)
PROPERTY = re.compile(r'\.\s*([\w$]+)|([\w$]+)\s*:|[{,]\s*([\w$]+)\s*(?=[,}=])|'
                      r'^\s*(?:(?:static|async|get|set)\s+|\*)*([\w$]+)\s*\(', re.M)
TEXT = re.compile(r"""'[^'\n]*'|"[^"\n]*"|`[^`]*`""")


def mangled(sources: Iterable[Path], surface: Surface, foreign: Iterable[str],
            called_by_text: Container[Path] = ()) -> list[str]:
    """The properties to rename, sorted. `sources`: the shared Python modules that were compiled; `foreign`: the texts
    of all JavaScript that has other words for the same objects; `called_by_text`: sources whose functions get their
    keywords from a dict."""
    own: set[str] = set()
    said: set[str] = set()
    for path in sources:
        for node in ast.walk(ast.parse(path.read_text(encoding='utf-8'))):
            own.update(defined(node))
            said.update(looked_up(node))
            if path in called_by_text:
                said.update(keywords(node))
    said |= ADDED_METHODS | CONTAINER_METHODS | BUILTINS | set(public_names(surface))
    kept = {attribute_name(name) for name in said}.union(*map(properties_in, foreign))
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
    """Names that text may spell: attributes by name, and parameters beside which `**` takes the rest."""
    match node:
        case ast.arguments(args=args, kwonlyargs=only, kwarg=ast.arg()):
            yield from (arg.arg for arg in (*args, *only))
        case ast.Call(func=ast.Name(id=function), args=[_, ast.Constant(value=str(name)), *_]) if function in LOOKED_UP:
            yield name


def keywords(node: ast.AST) -> Iterator[str]:
    """Parameters that a keyword may fill."""
    if isinstance(node, ast.arguments) and len(node.kwonlyargs) + len(node.defaults) > 0:
        yield from (arg.arg for arg in (*node.args, *node.kwonlyargs))


def properties_in(code: str) -> set[str]:
    """Every property that JavaScript may name, and every word of its texts."""
    plain = COMMENT.sub('', code)
    words = {name for found in PROPERTY.findall(plain) for name in found if name}
    return words.union(*(re.findall(r'[\w$]+', text) for text in TEXT.findall(plain)))


def public_names(surface: Surface) -> Iterator[str]:
    for function in surface.all_functions():
        for call in (function, *function.shapes):
            yield from (parameter.name for parameter in (*call.parameters, *call.options))
    for given in surface.classes.values():
        yield from (*given.methods, *given.statics, *given.attributes, *given.constants)
        yield from map(given.js_name, (*given.methods, *given.statics, *given.attributes, *given.constants))
