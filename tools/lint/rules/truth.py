"""What may stand where a truth value is asked for: S09. Empty containers are true in JS, and NaN is false."""

from __future__ import annotations

import ast

from ..kinds import Kind
from ..rule import Found, Place, rule

SAFE = {'bool', 'int', 'str', 'None'}
ASKING = ('is_', 'has_', 'can_')


def _same_truth(kind: Kind) -> bool:
    """Kinds whose truth is the same in JS: bools, ints, text, None, and objects that say nothing of their length."""
    return kind.name in SAFE or (kind.definition is not None and '__len__' not in kind.definition.methods)


def _asks(node: ast.expr) -> bool:
    """`is_empty`, `shape.is_scalar`, `has_weights()`: the name promises a bool."""
    target = node.func if isinstance(node, ast.Call) else node
    name = target.attr if isinstance(target, ast.Attribute) else target.id if isinstance(target, ast.Name) else ''
    return name.lstrip('_').startswith(ASKING)


def _doubtful(node: ast.expr, at: Place) -> Found:
    """The parts of a condition whose truth may differ; what stands under `not` is checked with that `not`."""
    if isinstance(node, ast.BoolOp):
        return [part for value in node.values for part in _doubtful(value, at)]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return []
    kinds = at.kinds(node)
    if kinds is None:
        return [] if _asks(node) else [node]
    return [] if all(_same_truth(kind) for kind in kinds) else [node]


@rule(
    'S09',
    ast.If,
    ast.While,
    ast.IfExp,
    ast.Assert,
    ast.comprehension,
    ast.UnaryOp,
    ast.BoolOp,
    ast.Call,
    harm='empty containers are true and NaN is false',
    write='`len(xs) > 0`, `x is not None`, `x != 0`, or annotate it `bool`',
    platform=False,
)
def truth_of_value(node: ast.AST, at: Place) -> Found:
    """condition that is not a bool"""
    match node:
        case ast.If() | ast.While() | ast.IfExp() | ast.Assert():
            return _doubtful(node.test, at)
        case ast.comprehension():
            return [part for test in node.ifs for part in _doubtful(test, at)]
        case ast.UnaryOp(op=ast.Not()):
            return _doubtful(node.operand, at)
        case ast.BoolOp() if not _in_condition(node, at):
            return [part for value in node.values[:-1] for part in _doubtful(value, at)]
        case ast.Call(args=[ast.expr() as argument]) if at.is_builtin(node.func, 'bool'):
            return _doubtful(argument, at)
        case ast.Call(args=[ast.ListComp() | ast.GeneratorExp() as items]) if at.is_builtin(node.func, 'any', 'all'):
            return _doubtful(items.elt, at)
    return []


def _in_condition(node: ast.BoolOp, at: Place) -> bool:
    """Whether the whole `and`/`or` is itself a condition, whose parts are looked at from there."""
    parent = at.source.parents[node]
    match parent:
        case ast.If() | ast.While() | ast.IfExp() | ast.Assert():
            return parent.test is node
        case ast.comprehension():
            return node in parent.ifs
        case ast.UnaryOp(op=ast.Not()) | ast.BoolOp():
            return not isinstance(parent, ast.BoolOp) or parent.values[-1] is not node or _in_condition(parent, at)
        case ast.Call():
            return at.is_builtin(parent.func, 'bool')
    return False
