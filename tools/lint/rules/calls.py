"""Calls: method references (S06), arguments (S07), defaults (S08), builtins (S16) and their methods (S17)."""

from __future__ import annotations

import ast
import builtins

from tools.transpiler.names import ADDED_METHODS, CONTAINER_METHODS, variable_name
from tools.transpiler.runtime_module import runtime

from ..index import Callee, Class, decorators
from ..kinds import only
from ..rule import Found, Place, rule
from ..source import FUNCTIONS

# S06


@rule('S06', ast.Attribute, harm='the method forgets its object', write='`lambda x: obj.method(x)`', platform=False)
def method_reference(node: ast.Attribute, at: Place) -> Found:
    """method used as a value"""
    parent = at.source.parents[node]
    called = isinstance(parent, ast.Call) and parent.func is node
    decorator = isinstance(parent, FUNCTIONS) and node in parent.decorator_list
    if called or decorator or not isinstance(node.ctx, ast.Load) or at.resolve(node) is not None:
        return []
    holder = at.resolve(node.value)
    if isinstance(holder, Class):
        method = at.index.method(holder, node.attr)
        return [node] if method is not None and 'staticmethod' not in decorators(method.node) else []
    kinds = at.kinds(node.value)
    if any(only(kinds, kind) and node.attr in methods for kind, methods in BUILTIN_METHODS.items()):
        return [node]
    owners = at.inference.owners(node.value, at.source, at.scope(node))
    if owners is not None:
        return [node] if any(at.index.method(owner, node.attr) for owner in owners) else []
    known = (
        node.attr in at.index.methods and node.attr not in at.index.properties and node.attr not in at.index.attributes
    )
    return [node] if known and kinds is None else []


# S07


@rule(
    'S07',
    ast.Call,
    harm='it is not seen: only functions with a default, `*` or `**` look for keywords',
    write='the argument in its position',
    platform=False,
)
def unseen_keyword(node: ast.Call, at: Place) -> Found:
    """keyword for a function that takes none, or none of that name"""
    found, certain = at.callees(node)
    for keyword in node.keywords:
        if any(_misses(callee, keyword.arg, certain) for callee in found):
            yield keyword.value


def _misses(callee: Callee, name: str | None, certain: bool) -> bool:
    """Whether the compiled function overlooks the keyword. A mere guess must at least have such a parameter."""
    if name is None:
        return certain and not callee.takes_keywords
    if any(parameter.name == name for parameter in callee.parameters):
        return not callee.takes_keywords
    return certain and callee.node.args.kwarg is None


@rule(
    'S07',
    ast.Call,
    harm='missing arguments are undefined and surplus ones are dropped, without an error',
    write='exactly the parameters',
    platform=False,
)
def argument_count(node: ast.Call, at: Place) -> Found:
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


# S08


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


@rule(
    'S08',
    *FUNCTIONS,
    harm='defaults are computed at each call, where the parameters hide outer names',
    write='None or a constant, and the value in the body',
)
def computed_default(node: ast.FunctionDef | ast.AsyncFunctionDef, at: Place) -> Found:
    """default that is not a constant"""
    defaults = (*node.args.defaults, *node.args.kw_defaults)
    return [default for default in defaults if default is not None and not _constant(default)]


@rule(
    'S08',
    *FUNCTIONS,
    harm='a caller that leaves it out passes undefined, without an error',
    write='a default, or a plain parameter',
)
def required_keyword(node: ast.FunctionDef | ast.AsyncFunctionDef, at: Place) -> Found:
    """keyword-only parameter without default"""
    return [arg for arg, default in zip(node.args.kwonlyargs, node.args.kw_defaults) if default is None]


@rule('S08', ast.Lambda, harm='it does not compile', write='a function that takes the value and returns the closure')
def lambda_default(node: ast.Lambda, at: Place) -> Found:
    """lambda with defaults or keywords"""
    return [node] if node.args.defaults or node.args.kwonlyargs or node.args.kwarg else []


# S16: what the runtime brings along is read from the runtime itself

EXPORTS = runtime(False)[1]
COMPILED_AWAY = {'super', 'property', 'staticmethod', 'classmethod', 'object', 'None', 'True', 'False', '__name__'}
MISSING_BUILTINS = tuple(
    name
    for name in dir(builtins)
    if variable_name(name) not in EXPORTS and name not in COMPILED_AWAY and not name.startswith('_')
)


@rule(
    'S16',
    ast.Name,
    harm='there is no such name',
    write='a function of host, an error class of your own, or plain code',
    platform=False,
)
def missing_builtin(node: ast.Name, at: Place) -> Found:
    """builtin that JS lacks"""
    absent = (
        at.is_builtin(node, *MISSING_BUILTINS) and isinstance(node.ctx, ast.Load) and not at.source.in_annotation(node)
    )
    return [node] if absent else []


@rule(
    'S16',
    ast.Call,
    harm='1.0 and 1 are the same number, and unions and ranges match nothing',
    write='`(int, float)`, or a tuple of classes',
)
def isinstance_of_number(node: ast.Call, at: Place) -> Found:
    """isinstance with int or float alone, a union or range"""
    if not at.is_builtin(node.func, 'isinstance') or len(node.args) != 2:
        return []
    types = node.args[1].elts if isinstance(node.args[1], ast.Tuple) else [node.args[1]]
    numbers = [t for t in types if at.is_builtin(t, 'int', 'float')]
    return [t for t in types if at.is_builtin(t, 'range') or isinstance(t, ast.BinOp)] + (
        numbers if len(numbers) == 1 else []
    )


# S17

VALUES = (str, list, tuple, dict, set, int, float)
BUILTIN_METHODS = {kind.__name__: {name for name in dir(kind) if not name.startswith('_')} for kind in VALUES}
NATIVE = {'reverse'}
MISSING_METHODS = (
    set().union(*BUILTIN_METHODS.values(), {'send', 'throw', 'close'}) - ADDED_METHODS - CONTAINER_METHODS - NATIVE
)
BOUNDED = {'count': 1, 'rfind': 1}


def _of_builtin(node: ast.Call, at: Place) -> bool:
    """Whether the method called is a builtin value's: known to be, or the package has none of that name."""
    if not isinstance(node.func, ast.Attribute):
        return False
    if only(at.kinds(node.func.value), *BUILTIN_METHODS, 'fixed', 'Iterable'):
        return True
    found, certain = at.callees(node)
    return len(found) == 0 and not certain


@rule(
    'S17',
    ast.Call,
    harm='there is no such method',
    write='slices, `find` and loops, or a function of host',
    platform=False,
)
def missing_method(node: ast.Call, at: Place) -> Found:
    """method of a builtin that JS lacks"""
    named = isinstance(node.func, ast.Attribute) and node.func.attr in MISSING_METHODS
    return [node] if named and _of_builtin(node, at) else []


@rule('S17', ast.Call, harm='the bounds are ignored', write='the method on a slice', platform=False)
def method_bounds(node: ast.Call, at: Place) -> Found:
    """count or rfind with bounds"""
    bounded = isinstance(node.func, ast.Attribute) and len(node.args) > BOUNDED.get(node.func.attr, len(node.args))
    return [node] if bounded and _of_builtin(node, at) else []
