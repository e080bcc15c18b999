"""Calls: method references (S06), keywords and argument counts (S07), defaults (S08), builtins (S16) and methods of builtin values (S17)."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..index import Callee, Class, Parameter
from ..kinds import only
from ..rule import Place, rule
from ..source import FUNCTIONS

BUILTIN_METHODS = {
    'str': {'join', 'split', 'upper', 'lower', 'strip', 'replace', 'startswith', 'endswith', 'find', 'format'},
    'list': {'append', 'extend', 'insert', 'pop', 'remove', 'index', 'sort', 'clear', 'copy', 'reverse'},
    'dict': {'get', 'keys', 'values', 'items', 'pop', 'update', 'setdefault', 'clear', 'copy'},
}  # fmt: skip


@rule('S06', ast.Attribute, harm='the method forgets its object', write='`lambda x: obj.method(x)`', platform=False)
def method_reference(node: ast.Attribute, at: Place) -> list[ast.AST]:
    """method used as a value"""
    parent = at.source.parents[node]
    called = isinstance(parent, ast.Call) and parent.func is node
    decorator = isinstance(parent, FUNCTIONS) and node in parent.decorator_list
    if called or decorator or not isinstance(node.ctx, ast.Load) or at.source.in_annotation(node):
        return []
    if at.resolve(node) is not None or isinstance(at.resolve(node.value), Class):
        return []
    kinds = at.kinds(node.value)
    if any(only(kinds, kind) and node.attr in methods for kind, methods in BUILTIN_METHODS.items()):
        return [node]
    owners = at.inference.owners(node.value, at.source, at.scope(node))
    if owners is not None:
        return [node] if any(at.index.method(owner, node.attr) for owner in owners) else []
    known = node.attr in at.index.methods and node.attr not in at.index.properties and node.attr not in at.index.attributes
    return [node] if known and kinds is None else []


def _parameter(callee: Callee, name: str) -> Parameter | None:
    return next((p for p in callee.parameters if p.name == name), None)


def _takes(callee: Callee, name: str) -> bool:
    """Whether the compiled function reads this keyword."""
    parameter = _parameter(callee, name)
    return callee.node.args.kwarg is not None if parameter is None else parameter.by_keyword


@rule('S07', ast.Call, harm='keywords reach only parameters that have a default or stand after `*`', write='the argument in its position', platform=False)
def keyword_for_positional(node: ast.Call, at: Place) -> Iterator[ast.AST]:
    """keyword for a plain parameter"""
    found, certain = at.callees(node)
    for keyword in node.keywords:
        if keyword.arg is None:
            continue
        refusing = [callee for callee in found if not _takes(callee, keyword.arg)]
        if not certain:  # any method of that name: only one that has the parameter tells something
            refusing = [callee for callee in refusing if _parameter(callee, keyword.arg) is not None]
        if len(refusing) > 0:
            yield keyword.value


@rule('S07', ast.Call, harm='missing arguments are undefined and surplus ones are dropped, without an error', write='exactly the parameters', platform=False)
def argument_count(node: ast.Call, at: Place) -> list[ast.AST]:
    """wrong number of arguments"""
    found, certain = at.callees(node)
    spread = any(isinstance(arg, ast.Starred) for arg in node.args) or any(k.arg is None for k in node.keywords)
    if not certain or len(found) != 1 or spread:
        return []
    plain = [p for p in found[0].parameters if not p.keyword_only]
    named = {k.arg for k in node.keywords}
    missing = [p for p in plain[len(node.args) :] if p.default is None and p.name not in named]
    surplus = len(node.args) > len(plain) and found[0].node.args.vararg is None
    return [node] if len(missing) > 0 or surplus else []


def _constant(node: ast.expr) -> bool:
    """A literal (with a sign), or a name in capitals, perhaps of a module or class."""
    match node:
        case ast.Constant():
            return True
        case ast.UnaryOp(operand=operand):
            return _constant(operand)
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name == name.upper()
    return False


@rule('S08', ast.arguments, harm='defaults are computed at each call, where the parameters hide outer names', write='None or a constant, and the value in the body')
def computed_default(node: ast.arguments, at: Place) -> list[ast.AST]:
    """default that is not a constant"""
    return [default for default in (*node.defaults, *node.kw_defaults) if default is not None and not _constant(default)]


@rule('S08', ast.arguments, harm='a caller that leaves it out passes undefined, without an error', write='a default, or a plain parameter')
def required_keyword(node: ast.arguments, at: Place) -> list[ast.AST]:
    """keyword-only parameter without default"""
    return [arg for arg, default in zip(node.kwonlyargs, node.kw_defaults) if default is None]


@rule('S16', ast.Name, harm='there is no such builtin', write='a function of host, or plain code', platform=False)
def missing_builtin(node: ast.Name, at: Place) -> list[ast.AST]:
    """builtin that JS lacks"""
    absent = at.is_builtin(node, *ABSENT) and isinstance(node.ctx, ast.Load) and not at.source.in_annotation(node)
    return [node] if absent else []


ABSENT = (
    'aiter', 'anext', 'ascii', 'bin', 'breakpoint', 'bytearray', 'bytes', 'compile', 'complex', 'delattr', 'dir', 'eval', 'exec',
    'frozenset', 'globals', 'hash', 'hex', 'id', 'locals', 'memoryview', 'oct', 'open', 'slice', 'vars', '__import__', 'object',
)  # fmt: skip
NUMBERS = ('int', 'float', 'bool', 'complex', 'set', 'object')


@rule('S16', ast.Call, harm='all numbers are one type, sets are arrays, and unions match nothing', write='a class, str, list, dict, or a tuple of these')
def isinstance_of_number(node: ast.Call, at: Place) -> list[ast.AST]:
    """isinstance with a number type, set, object or a union"""
    if not at.is_builtin(node.func, 'isinstance') or len(node.args) != 2:
        return []
    types = node.args[1].elts if isinstance(node.args[1], ast.Tuple) else [node.args[1]]
    return [t for t in types if at.is_builtin(t, *NUMBERS) or isinstance(t, ast.BinOp)][:1]


SURPLUS = {'getattr': 2, 'int': 1, 'pow': 2, 'sum': 1}


@rule('S16', ast.Call, harm='the last argument (default, base, modulus or start) is ignored or refused', write='`hasattr` first, `host` for text, `%` or `+` after it')
def surplus_argument(node: ast.Call, at: Place) -> list[ast.AST]:
    """getattr with a default, int with a base, pow with a modulus, sum with a start"""
    known = isinstance(node.func, ast.Name) and at.is_builtin(node.func, *SURPLUS)
    return [node] if known and len(node.args) + len(node.keywords) > SURPLUS[node.func.id] else []


@rule('S16', ast.Call, harm='only lists can be spread', write='a list: `max([... for x in xs])`')
def extreme_of_generator(node: ast.Call, at: Place) -> list[ast.AST]:
    """min or max of something else than a list"""
    if not at.is_builtin(node.func, 'min', 'max') or len(node.args) != 1:
        return []
    return [node.args[0]] if only(at.kinds(node.args[0]), 'Iterable', 'dict', 'Mapping', 'str', 'set') else []


MISSING_METHODS = {
    'count', 'zfill', 'ljust', 'rjust', 'center', 'partition', 'rpartition', 'encode', 'decode', 'title', 'casefold', 'translate',
    'removeprefix', 'removesuffix', 'swapcase', 'expandtabs', 'isidentifier', 'istitle', 'send', 'throw', 'close', 'bit_length', 'hex',
    'to_bytes', 'is_integer', 'as_integer_ratio', 'symmetric_difference_update', 'popleft',
}  # fmt: skip


def _of_package(node: ast.Call, at: Place) -> bool:
    """Whether the package defines a method of that name, or the call goes to a module."""
    found, certain = at.callees(node)
    return len(found) > 0 or (certain and at.kinds(node.func.value) is None) if isinstance(node.func, ast.Attribute) else True


@rule('S17', ast.Call, harm='there is no such method', write='slices, `find` and `split`, or a function of host', platform=False)
def missing_method(node: ast.Call, at: Place) -> list[ast.AST]:
    """method of a builtin that JS lacks"""
    named = isinstance(node.func, ast.Attribute) and node.func.attr in MISSING_METHODS
    return [node] if named and not _of_package(node, at) else []


@rule('S17', ast.Call, harm='the characters are ignored: white space is stripped', write='a loop over the text, or slices', platform=False)
def strip_characters(node: ast.Call, at: Place) -> list[ast.AST]:
    """strip with characters"""
    named = isinstance(node.func, ast.Attribute) and node.func.attr in ('strip', 'lstrip', 'rstrip')
    return [node] if named and len(node.args) > 0 and not _of_package(node, at) else []


@rule('S17', ast.Call, harm='empty text gives one empty part', write='`split(sep)`, or a test for empty text first', platform=False)
def split_whitespace(node: ast.Call, at: Place) -> list[ast.AST]:
    """split without a separator"""
    named = isinstance(node.func, ast.Attribute) and node.func.attr == 'split'
    return [node] if named and len(node.args) == 0 and not _of_package(node, at) else []
