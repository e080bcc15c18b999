"""Values: comparison (S10), operators on lists and text (S11), subscripts (S12), exceptions and dicts (S15)."""

from __future__ import annotations

import ast
import builtins

from ..index import Class
from ..kinds import only
from ..rule import Place, rule
from .classes import EXCEPTIONS

CONTAINERS = ('list', 'tuple', 'fixed', 'dict', 'set', 'Sequence', 'Mapping')
SEQUENCES = ('list', 'tuple', 'fixed', 'Sequence')


def _operands(node: ast.Compare) -> list[tuple[ast.expr, ast.cmpop, ast.expr]]:
    return list(zip([node.left, *node.comparators], node.ops, node.comparators))


@rule('S10', ast.Compare, harm='it asks whether both are the same object', write='a function that compares item by item')
def container_equality(node: ast.Compare, at: Place) -> list[ast.AST]:
    """== or != of containers"""
    for left, op, right in _operands(node):
        if isinstance(op, (ast.Eq, ast.NotEq)) and any(only(at.kinds(side), *CONTAINERS) for side in (left, right)):
            return [node]
    return []


@rule('S10', ast.Compare, harm='items are found by identity', write='text or numbers as items, or a loop that compares')
def container_membership(node: ast.Compare, at: Place) -> list[ast.AST]:
    """`in` for a list or tuple"""
    return [left for left, op, _ in _operands(node) if isinstance(op, (ast.In, ast.NotIn)) and only(at.kinds(left), *CONTAINERS)]


@rule('S10', ast.Compare, harm='equal numbers and equal texts are identical', write='`==`')
def identity_of_literal(node: ast.Compare, at: Place) -> list[ast.AST]:
    """`is` with a literal other than None, True, False"""
    fine = (None, True, False)
    found = [s for left, op, right in _operands(node) if isinstance(op, (ast.Is, ast.IsNot)) for s in (left, right)]
    return [s for s in found if isinstance(s, ast.Constant) and not any(s.value is value for value in fine)]


@rule('S10', ast.Compare, harm='the call runs twice', write='its result into a name first')
def call_in_chain(node: ast.Compare, at: Place) -> list[ast.AST]:
    """call in the middle of a chained comparison"""
    middle = (n for operand in node.comparators[:-1] for n in ast.walk(operand))
    return [n for n in middle if isinstance(n, (ast.Call, ast.Await))][:1]


def _sides(node: ast.BinOp | ast.AugAssign) -> tuple[ast.expr, ast.expr]:
    return (node.left, node.right) if isinstance(node, ast.BinOp) else (node.target, node.value)


@rule('S11', ast.BinOp, ast.AugAssign, harm='the result is text or NaN', write='a copy and `extend`, or `[0 for _ in range(n)]`')
def list_operator(node: ast.BinOp | ast.AugAssign, at: Place) -> list[ast.AST]:
    """+ or * of lists"""
    sequence = any(only(at.kinds(side), *SEQUENCES) for side in _sides(node))
    return [node] if isinstance(node.op, (ast.Add, ast.Mult)) and sequence else []


@rule('S11', ast.BinOp, ast.AugAssign, harm='the result is NaN', write='an f-string, or a loop that appends')
def text_operator(node: ast.BinOp | ast.AugAssign, at: Place) -> list[ast.AST]:
    """* or % of text"""
    left, right = _sides(node)
    text = only(at.kinds(left), 'str') or (isinstance(node.op, ast.Mult) and only(at.kinds(right), 'str'))
    return [node] if isinstance(node.op, (ast.Mult, ast.Mod)) and text else []


@rule('S11', ast.BinOp, ast.AugAssign, harm='they are the operators of numbers: the result is 0', write='a loop, or `update` on a copy')
def container_bit_operator(node: ast.BinOp | ast.AugAssign, at: Place) -> list[ast.AST]:
    """& | - ^ of sets or dicts"""
    operator = isinstance(node.op, (ast.BitAnd, ast.BitOr, ast.BitXor, ast.Sub)) and not at.source.in_annotation(node)
    return [node] if operator and any(only(at.kinds(side), 'set', 'dict') for side in _sides(node)) else []


@rule('S12', ast.Subscript, harm='there is nothing at a negative index', write='`xs[len(xs) - 1]`')
def negative_index(node: ast.Subscript, at: Place) -> list[ast.AST]:
    """negative index"""
    index = node.slice
    negative = isinstance(index, ast.UnaryOp) and isinstance(index.op, ast.USub) and isinstance(index.operand, ast.Constant)
    return [index] if negative else []


@rule('S12', ast.Subscript, harm='only the last item of the tuple counts, or its text', write='one index per bracket, or text as a key')
def tuple_index(node: ast.Subscript, at: Place) -> list[ast.AST]:
    """tuple as an index"""
    if not isinstance(node.slice, ast.Tuple) or at.source.in_annotation(node):
        return []
    kinds = at.inference.annotated(node, at.source, at.scope(node))
    return [node.slice] if kinds is None else []


@rule('S15', ast.Raise, harm='the class itself is thrown, and no except clause catches it', write="`raise ValueError('what is wrong')`")
def raise_of_class(node: ast.Raise, at: Place) -> list[ast.AST]:
    """raise of a class"""
    named = at.is_builtin(node.exc, *EXCEPTIONS) or (isinstance(node.exc, ast.Name) and isinstance(at.resolve(node.exc), Class)) if node.exc else False
    return [node] if named else []


@rule('S15', ast.Call, harm='all but the first argument are lost', write='one text, or an error class with fields')
def exception_arguments(node: ast.Call, at: Place) -> list[ast.AST]:
    """builtin exception with other than one argument"""
    return [node] if at.is_builtin(node.func, *EXCEPTIONS) and len(node.args) + len(node.keywords) != 1 else []


UNKNOWN_ERRORS = {
    name for name, value in vars(builtins).items() if isinstance(value, type) and issubclass(value, BaseException) and name not in EXCEPTIONS
}  # fmt: skip


@rule('S15', ast.Name, harm='there is no such class', write=f'one of {", ".join(sorted(EXCEPTIONS))}, or your own', platform=False)
def unknown_exception(node: ast.Name, at: Place) -> list[ast.AST]:
    """builtin exception that JS lacks"""
    return [node] if at.is_builtin(node, *UNKNOWN_ERRORS) else []


@rule('S15', ast.ExceptHandler, harm='it catches what the host throws to stop the program as well', write='`except Exception`', platform=False)
def bare_except(node: ast.ExceptHandler, at: Place) -> list[ast.AST]:
    """bare except"""
    return [node] if node.type is None else []


TEXT_KEYS = {'harm': 'keys become text, and those that look like numbers come first', 'write': 'text keys, or a Table of host'}


@rule('S15', ast.Dict, ast.DictComp, **TEXT_KEYS)
def dict_key(node: ast.Dict | ast.DictComp, at: Place) -> list[ast.AST]:
    """dict with keys other than text"""
    keys = [key for key in node.keys if key is not None] if isinstance(node, ast.Dict) else [node.key]
    return [key for key in keys if _no_text(key, at)][:1]


@rule('S15', ast.Subscript, **TEXT_KEYS)
def dict_type(node: ast.Subscript, at: Place) -> list[ast.AST]:
    """dict type with keys other than text"""
    if not isinstance(node.slice, ast.Tuple) or len(node.slice.elts) != 2 or not at.is_builtin(node.value, 'dict'):
        return []
    key = at.inference.annotated(node.slice.elts[0], at.source, at.scope(node))
    return [] if key is None or only(key, 'str') else [node]


def _no_text(key: ast.expr, at: Place) -> bool:
    kinds = at.kinds(key)
    return kinds is not None and len(kinds) > 0 and not only(kinds, 'str')


@rule('S28', ast.For, ast.comprehension, harm='a dict cannot be iterated', write='`d.keys()` or `d.items()`', platform=False)
def dict_iteration(node: ast.For | ast.comprehension, at: Place) -> list[ast.AST]:
    """loop over a dict itself"""
    return [node.iter] if only(at.inference.of(node.iter, at.source, at.scope(node)), 'dict', 'Mapping') else []
