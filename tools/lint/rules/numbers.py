"""Numbers: S18. A JS number is a double, and its bit operators work on 32 signed bits."""

from __future__ import annotations

import ast
import operator

from ..rule import Found, Place, rule

BITS = (ast.BitAnd, ast.BitOr, ast.BitXor, ast.LShift, ast.RShift)
INT32_MAX = 2**31 - 1
EXACT_MAX = 2**53 - 1


FORMULAS = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Pow: operator.pow,
    ast.LShift: operator.lshift,
}  # fmt: skip


def _constant(node: ast.expr) -> int | None:
    """The value of an int literal or of a formula of such (`2 ** 31 - 1`)."""
    match node:
        case ast.Constant(value=int(value)):
            return int(value)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            negated = _constant(operand)
            return None if negated is None else -negated
        case ast.BinOp(left=left, op=op, right=right) if type(op) in FORMULAS:
            a, b = _constant(left), _constant(right)
            if a is None or b is None or (isinstance(op, (ast.Pow, ast.LShift)) and not 0 <= b <= 512):
                return None
            return int(FORMULAS[type(op)](a, b))
    return None


@rule(
    'S18',
    ast.Constant,
    ast.BinOp,
    harm='integers are exact only up to 2**53 - 1, and a longer literal does not compile',
    write='a smaller number, or its two halves',
)
def long_integer(node: ast.Constant | ast.BinOp, at: Place) -> Found:
    """integer that no double holds"""
    value = _constant(node) or 0
    if isinstance(node, ast.Constant):
        return [node] if value > EXACT_MAX else []
    return [node] if abs(value) > EXACT_MAX and int(float(value)) != value else []  # 2**63 is exact, 2**63 - 1 isn't


@rule(
    'S18',
    ast.BinOp,
    ast.AugAssign,
    harm='the result is a signed 32-bit number',
    write='`//`, `%` and `*` by powers of two, or the functions of host',
    platform=False,
)
def wide_bits(node: ast.BinOp | ast.AugAssign, at: Place) -> Found:
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
