"""int64 in 32 bits: which expressions of it stay within them, whatever 32-bit numbers they read."""

from __future__ import annotations

from alula.dtypes import bounds, is_float
from alula.kernels.expr import Expr

LOW = -2147483648
HIGH = 2147483647
# What these give has 32 bits if their operands have.
CLOSED = ['input', 'load', 'stage', 'trunc_mod', 'floor_mod', 'sign', 'bit_and', 'bit_or', 'bit_xor', 'bit_not']


def may_overflow(expr: Expr) -> bool:
    """Whether an int64 expression might need more than 32 bits."""
    ends = _ends(expr)
    return ends[0] < LOW or ends[1] > HIGH


def _ends(e: Expr) -> list[float]:
    """The least and the greatest that an int64 expression might be."""
    if e.op == 'const':
        return [e.value, e.value]
    if e.op == 'cast':
        source = e.args[0].dtype
        return [LOW - 1, HIGH + 1] if is_float(source) else [LOW, HIGH] if source == 'int64' else [*bounds(source)]
    if e.op in CLOSED:
        return [LOW, HIGH]
    args = [_ends(arg) for arg in e.args if arg.dtype == 'int64']
    a = args[0]
    b = args[len(args) - 1]
    if e.op == 'where':
        return [min(a[0], b[0]), max(a[1], b[1])]
    if e.op == 'minimum':
        return [min(a[0], b[0]), min(a[1], b[1])]
    if e.op == 'maximum':
        return [max(a[0], b[0]), max(a[1], b[1])]
    if e.op == 'add':
        return [a[0] + b[0], a[1] + b[1]]
    if e.op == 'sub':
        return [a[0] - b[1], a[1] - b[0]]
    if e.op == 'neg':
        return [-a[1], -a[0]]
    if e.op == 'absolute':
        return [0, max(-a[0], a[1])]
    if e.op == 'div' and b[0] > 0:
        return [min(a[0], 0), max(a[1], 0)]
    if e.op == 'mul':
        products = [a[0] * b[0], a[0] * b[1], a[1] * b[0], a[1] * b[1]]
        return [min(products), max(products)]
    return [LOW - 1, HIGH + 1]
