"""Numbers: S18. A JS number is a double, and its bit operators work on 32 signed bits."""

from __future__ import annotations

import ast

from ..rule import Place, rule

BITS = (ast.BitAnd, ast.BitOr, ast.BitXor, ast.LShift, ast.RShift)
INT32_MAX = 2**31 - 1
EXACT_MAX = 2**53 - 1


def _constant(node: ast.expr) -> int | None:
    """The value of an int literal or of a constant formula (`1 << 4`, `2 ** 31 - 1`)."""
    match node:
        case ast.Constant(value=int(value)):
            return int(value)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            value = _constant(operand)
            return None if value is None else -value
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            a, b = _constant(left), _constant(right)
            return a**b if a is not None and b is not None and 0 <= b <= 1024 else None
        case ast.BinOp(left=left, op=ast.Sub() | ast.Add(), right=right):
            a, b = _constant(left), _constant(right)
            return None if a is None or b is None else a + b if isinstance(node.op, ast.Add) else a - b
    return None


@rule(
    'S18',
    ast.Constant,
    harm='it does not compile: integers are exact only up to 2**53 - 1',
    write='a smaller number, or its two halves',
)
def long_integer(node: ast.Constant, at: Place) -> list[ast.AST]:
    """integer literal beyond 2**53 - 1"""
    return [node] if isinstance(node.value, int) and node.value > EXACT_MAX else []


@rule(
    'S18',
    ast.BinOp,
    ast.AugAssign,
    harm='the result is a signed 32-bit number',
    write='`//`, `%` and `*` by powers of two, or the functions of host',
    platform=False,
)
def wide_bits(node: ast.BinOp | ast.AugAssign, at: Place) -> list[ast.AST]:
    """bit operator beyond 31 bits"""
    if not isinstance(node.op, BITS):
        return []
    shift = isinstance(node.op, (ast.LShift, ast.RShift))
    left, right = (node.left, node.right) if isinstance(node, ast.BinOp) else (node.target, node.value)
    amount, base = _constant(right), _constant(left)
    if shift and amount is not None and amount > 30:
        return [node]
    if (
        isinstance(node.op, ast.LShift)
        and amount is not None
        and base is not None
        and base << max(amount, 0) > INT32_MAX
    ):
        return [node]
    return (
        [node]
        if any(value is not None and value > INT32_MAX for value in ((base,) if shift else (base, amount)))
        else []
    )
