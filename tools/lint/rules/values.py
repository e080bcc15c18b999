"""Values: comparison (S10), operators (S11), subscripts (S12), dict keys (S15), text of floats (S24)."""

from __future__ import annotations

import ast

from ..kinds import only
from ..rule import Found, Place, rule

CONTAINERS = ('list', 'tuple', 'fixed', 'dict', 'set', 'Sequence', 'Mapping')
DISPLAYS = (ast.List, ast.Tuple, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
LISTS = (ast.List, ast.ListComp)
SEQUENCES = ('list', 'tuple', 'fixed', 'Sequence')


def _operands(node: ast.Compare) -> list[tuple[ast.expr, ast.cmpop, ast.expr]]:
    return list(zip([node.left, *node.comparators], node.ops, node.comparators))


def _containers(node: ast.Compare, at: Place, *ops: type[ast.cmpop]) -> list[tuple[ast.expr, ast.expr]]:
    """The pairs of operands around these operators of which one is a container."""
    pairs = [(left, right) for left, op, right in _operands(node) if isinstance(op, ops)]
    return [pair for pair in pairs if any(only(at.kinds(side), *CONTAINERS) for side in pair)]


@rule(
    'S10', ast.Compare, harm='it asks whether both are the same object', write='a function that compares item by item'
)
def container_equality(node: ast.Compare, at: Place) -> Found:
    """== or != of lists, dicts or sets"""
    pairs = _containers(node, at, ast.Eq, ast.NotEq)
    hidden = [pair for pair in pairs if not any(isinstance(side, DISPLAYS) for side in pair)]
    return [node] if len(hidden) > 0 else []  # what is written out, the compiler compares by value


@rule(
    'S10', ast.Compare, harm='they are compared as texts', write='a comparison of items, or `sort`, which orders lists'
)
def container_order(node: ast.Compare, at: Place) -> Found:
    """< <= > >= of lists or sets"""
    return [node] if len(_containers(node, at, ast.Lt, ast.LtE, ast.Gt, ast.GtE)) > 0 else []


@rule('S10', ast.Compare, harm='equal numbers and equal texts are identical', write='`==`')
def identity_of_literal(node: ast.Compare, at: Place) -> Found:
    """`is` with a literal other than None, True, False"""
    fine = (None, True, False)
    found = [s for left, op, right in _operands(node) if isinstance(op, (ast.Is, ast.IsNot)) for s in (left, right)]
    return [s for s in found if isinstance(s, ast.Constant) and not any(s.value is value for value in fine)]


def _sides(node: ast.BinOp | ast.AugAssign) -> tuple[ast.expr, ast.expr]:
    return (node.left, node.right) if isinstance(node, ast.BinOp) else (node.target, node.value)


@rule(
    'S11',
    ast.BinOp,
    ast.AugAssign,
    harm='the result is text or NaN',
    write='`[*a, *b]`, `extend`, or `[0 for _ in range(n)]`',
)
def list_operator(node: ast.BinOp | ast.AugAssign, at: Place) -> Found:
    """+ or * of lists that are not written out"""
    sides = _sides(node) if isinstance(node, ast.BinOp) else _sides(node)[1:]
    sequence = any(only(at.kinds(side), *SEQUENCES) for side in _sides(node))
    shown = any(isinstance(side, LISTS if isinstance(node, ast.AugAssign) else (*LISTS, ast.Tuple)) for side in sides)
    return [node] if isinstance(node.op, (ast.Add, ast.Mult)) and sequence and not shown else []


@rule('S11', ast.BinOp, ast.AugAssign, harm='the result is NaN', write='a loop, `ljust`, or the text written out')
def text_repeated(node: ast.BinOp | ast.AugAssign, at: Place) -> Found:
    """* of text that is not written out"""
    sides = _sides(node)
    shown = isinstance(node, ast.BinOp) and any(
        isinstance(side, (ast.Constant, ast.JoinedStr)) and only(at.kinds(side), 'str') for side in sides
    )
    return (
        [node]
        if isinstance(node.op, ast.Mult) and not shown and any(only(at.kinds(side), 'str') for side in sides)
        else []
    )


@rule('S11', ast.BinOp, ast.AugAssign, harm='it does not compile, or the result is NaN', write='an f-string')
def text_percent(node: ast.BinOp | ast.AugAssign, at: Place) -> Found:
    """% of text"""
    return [node] if isinstance(node.op, ast.Mod) and only(at.kinds(_sides(node)[0]), 'str') else []


@rule(
    'S11',
    ast.BinOp,
    ast.AugAssign,
    harm='they are the operators of numbers: the result is 0',
    write='a loop, or `update` on a copy',
)
def container_bit_operator(node: ast.BinOp | ast.AugAssign, at: Place) -> Found:
    """& | - ^ of sets or dicts"""
    operator = isinstance(node.op, (ast.BitAnd, ast.BitOr, ast.BitXor, ast.Sub)) and not at.source.in_annotation(node)
    return [node] if operator and any(only(at.kinds(side), 'set', 'dict') for side in _sides(node)) else []


@rule('S12', ast.Subscript, harm='there is nothing at `true`', write='`xs[1 if flag else 0]`')
def bool_index(node: ast.Subscript, at: Place) -> Found:
    """bool as an index"""
    return [node.slice] if only(at.kinds(node.slice), 'bool') and not at.source.in_annotation(node) else []


@rule('S12', ast.Subscript, harm='it does not compile', write='one index per bracket, or text as a key')
def tuple_index(node: ast.Subscript, at: Place) -> Found:
    """tuple as an index"""
    if not isinstance(node.slice, ast.Tuple) or at.source.in_annotation(node):
        return []
    kinds = at.inference.annotated(node, at.source, at.scope(node))
    return [node.slice] if kinds is None else []


KEYS_BECOME = 'keys become text, and those that look like numbers come first'
TEXT_KEYS = 'text keys, or a Table of host'


@rule('S15', ast.Dict, ast.DictComp, harm=KEYS_BECOME, write=TEXT_KEYS)
def dict_key(node: ast.Dict | ast.DictComp, at: Place) -> Found:
    """dict with keys other than text, or of digits"""
    keys = [key for key in node.keys if key is not None] if isinstance(node, ast.Dict) else [node.key]
    return [key for key in keys if _is_digits(key) or _no_text(key, at)][:1]


@rule('S15', ast.Subscript, harm=KEYS_BECOME, write=TEXT_KEYS)
def dict_type(node: ast.Subscript, at: Place) -> Found:
    """dict type with keys other than text"""
    if not isinstance(node.slice, ast.Tuple) or len(node.slice.elts) != 2 or not at.is_builtin(node.value, 'dict'):
        return []
    key = at.inference.annotated(node.slice.elts[0], at.source, at.scope(node))
    return [] if key is None or only(key, 'str') else [node]


def _is_digits(key: ast.expr) -> bool:
    return isinstance(key, ast.Constant) and isinstance(key.value, str) and key.value.isdigit()


def _no_text(key: ast.expr, at: Place) -> bool:
    kinds = at.kinds(key)
    return kinds is not None and len(kinds) > 0 and all(kind.name != 'str' for kind in kinds)


@rule(
    'S24',
    ast.FormattedValue,
    ast.Call,
    harm='whole floats are written without `.0`: 2.0 as 2',
    write="a format with digits: `f'{x:.1f}'`",
    platform=False,
)
def float_text(node: ast.FormattedValue | ast.Call, at: Place) -> Found:
    """text of a float without a format"""
    if isinstance(node, ast.FormattedValue):
        return [node] if node.format_spec is None and only(at.kinds(node.value), 'float') else []
    shown = node.args if at.is_builtin(node.func, 'str', 'repr', 'print') else []
    return [arg for arg in shown if only(at.kinds(arg), 'float')]
