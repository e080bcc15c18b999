"""The scalar expression language: what a kernel computes per element.

An expression is a small typed tree. While an operator is being lowered its leaves are views; inside a kernel the
leaves are slots, numbered in the order of the step's inputs. Written with functions (`add(x, mul(y, 2.0))`), for the
language subset has no operator overloading.

| op | value | meaning |
|---|---|---|
| `read` | View | an element of a view, broadcast to the iteration space (lowering only) |
| `input` | slot | the element of input `slot` at this index |
| `load` | slot | element `args[0]` (a linear index) of input `slot`, whose view is contiguous |
| `const` | number | |
| `coord` | dim | this index along dim `dim`, an int32 |
| `stage` | k | the result of reduction stage `k` (Reduce only) |
| `acc` | | the accumulated sum of products (Contract's epilogue only) |
| `cast` | | `args[0]` converted as ONNX Cast does |
| `bitcast` | | what the bits of `args[0]` mean in another type of the same width |
| `where` | | `args[1]` where `args[0]`, else `args[2]` |
| others | | a row of the primitives' table |
"""

from __future__ import annotations

from typing import Any

from alula.dtypes import is_float
from alula.errors import ShapeError
from alula.host.text import number_text
from alula.kernels.primitives import TESTS
from alula.kernels.view import View, broadcast, same_view


class Expr:
    """One node: `op`, its arguments, its dtype, and a value where the op needs one."""

    def __init__(self, op: str, args: list[Expr], dtype: str, value: Any) -> None:
        self.op = op
        self.args = args
        self.dtype = dtype
        self.value = value


# How the text of a leaf begins that is told by its number.
_SIGNS: dict[str, str] = {'input': '%', 'coord': 'i', 'stage': 'r'}


def expr_text(expr: Expr) -> str:
    """The canonical text: equal texts are equal expressions."""
    if expr.op == 'const':
        return number_text(expr.value) + ':' + expr.dtype
    if expr.op in _SIGNS:
        return f'{_SIGNS[expr.op]}{expr.value}'
    parts = [expr.op]
    if expr.op.endswith('cast'):
        parts.append(expr.dtype)
    if expr.op == 'load':
        parts.append(f'%{expr.value}')
    parts.extend([expr_text(arg) for arg in expr.args])
    text = ' '.join(parts)
    return f'({text})' if len(expr.args) > 0 else text


def read(view: View) -> Expr:
    return Expr('read', [], view.dtype, view)


def slot(index: int, dtype: str) -> Expr:
    return Expr('input', [], dtype, index)


def literal(value: float, dtype: str) -> Expr:
    return Expr('const', [], dtype, value)


def coord(dim: int) -> Expr:
    return Expr('coord', [], 'int32', dim)


def load(view: View, index: Any) -> Expr:
    """Element `index` of a contiguous view, counted in row-major order. The caller keeps the index in range."""
    return Expr('load', [to_expr(index, 'int32')], view.dtype, view)


def acc(dtype: str) -> Expr:
    return Expr('acc', [], dtype, None)


def stage(index: int, dtype: str) -> Expr:
    return Expr('stage', [], dtype, index)


def cast(x: Any, dtype: str) -> Expr:
    e = to_expr(x, dtype)
    return e if e.dtype == dtype else Expr('cast', [e], dtype, None)


def bitcast(x: Any, dtype: str) -> Expr:
    """What the bits of x mean in a type of the same width. Of integers that is what `cast` gives."""
    e = to_expr(x, dtype)
    if e.dtype == dtype or not (is_float(e.dtype) or is_float(dtype)):
        return cast(e, dtype)
    return Expr('bitcast', [e], dtype, None)


def where(condition: Any, a: Any, b: Any) -> Expr:
    pair = _agreed('where', a, b)
    return Expr('where', [to_expr(condition, 'bool'), *pair], pair[0].dtype, None)


def to_expr(x: Any, dtype: str) -> Expr:
    """A view becomes a read, a number a constant of `dtype`."""
    if isinstance(x, Expr):
        return x
    if isinstance(x, View):
        return read(x)
    return literal(x, dtype)


def _agreed(op: str, a: Any, b: Any) -> list[Expr]:
    """Both operands as expressions of one dtype; a number takes the other's."""
    dtype = 'float32'
    for x in [b, a]:
        if isinstance(x, (Expr, View)):
            dtype = x.dtype
    pair = [to_expr(a, dtype), to_expr(b, dtype)]
    if pair[0].dtype != pair[1].dtype:
        raise ShapeError(f'{op} takes operands of one type, got {pair[0].dtype} and {pair[1].dtype}')
    return pair


def _applied(op: str, args: list[Expr]) -> Expr:
    return Expr(op, args, 'bool' if op in TESTS else args[0].dtype, None)


def unary(op: str, a: Any) -> Expr:
    return _applied(op, [to_expr(a, 'float32')])


def binary(op: str, a: Any, b: Any) -> Expr:
    return _applied(op, _agreed(op, a, b))


def add(a: Any, b: Any) -> Expr:
    return binary('add', a, b)


def sub(a: Any, b: Any) -> Expr:
    return binary('sub', a, b)


def mul(a: Any, b: Any) -> Expr:
    return binary('mul', a, b)


def div(a: Any, b: Any) -> Expr:
    """Quotient; of integers truncated towards zero, as ONNX Div."""
    return binary('div', a, b)


def minimum(a: Any, b: Any) -> Expr:
    return binary('minimum', a, b)


def maximum(a: Any, b: Any) -> Expr:
    return binary('maximum', a, b)


def power(a: Any, b: Any) -> Expr:
    return binary('power', a, b)


def lt(a: Any, b: Any) -> Expr:
    return binary('lt', a, b)


def le(a: Any, b: Any) -> Expr:
    return binary('le', a, b)


def gt(a: Any, b: Any) -> Expr:
    return binary('gt', a, b)


def ge(a: Any, b: Any) -> Expr:
    return binary('ge', a, b)


def eq(a: Any, b: Any) -> Expr:
    return binary('eq', a, b)


def ne(a: Any, b: Any) -> Expr:
    return binary('ne', a, b)


def logical_and(a: Any, b: Any) -> Expr:
    return binary('logical_and', a, b)


def logical_or(a: Any, b: Any) -> Expr:
    return binary('logical_or', a, b)


def logical_not(a: Any) -> Expr:
    return unary('logical_not', a)


def neg(a: Any) -> Expr:
    return unary('neg', a)


def absolute(a: Any) -> Expr:
    return unary('absolute', a)


def sqrt(a: Any) -> Expr:
    return unary('sqrt', a)


def exp(a: Any) -> Expr:
    return unary('exp', a)


def log(a: Any) -> Expr:
    return unary('log', a)


def tanh(a: Any) -> Expr:
    return unary('tanh', a)


def erf(a: Any) -> Expr:
    return unary('erf', a)


def floor_mod(a: Any, b: Any) -> Expr:
    """The remainder with the sign of b."""
    return binary('floor_mod', a, b)


def clamp(x: Any, low: float, high: float) -> Expr:
    return minimum(maximum(x, low), high)


def sigmoid(x: Any) -> Expr:
    """1 / (1 + exp(-x))."""
    return div(1.0, add(exp(neg(x)), 1.0))


def rebound(expr: Expr, slots: list[Expr], total: Expr | None) -> Expr:
    """The expression with `slots[k]` in the place of input k (another input, where it is loaded from), and with
    `total`, if given, in the place of `acc`."""
    if expr.op == 'input':
        found: Expr = slots[expr.value]
        return found
    if len(expr.args) == 0:
        return expr if total is None or expr.op != 'acc' else total
    args = [rebound(arg, slots, total) for arg in expr.args]
    return Expr(expr.op, args, expr.dtype, slots[expr.value].value if expr.op == 'load' else expr.value)


def leaves(expr: Expr, op: str) -> list[Expr]:
    """Every node of kind `op`, in order, repeats included."""
    found = [expr] if expr.op == op else []
    for arg in expr.args:
        found.extend(leaves(arg, op))
    return found


def cost(expr: Expr) -> int:
    """Roughly how many simple instructions an element costs; what fusion weighs recomputing by. Leaves are free."""
    return _COSTS.get(expr.op, 1) + sum([cost(arg) for arg in expr.args]) if len(expr.args) > 0 else 0


_COSTS: dict[str, int] = {
    'div': 4,
    'sqrt': 4,
    'exp': 12,
    'log': 14,
    'tanh': 16,
    'atan': 16,
    'erf': 20,
    'power': 30,
    'sin': 20,
    'cos': 20,
}


class Slots:
    """Turns expressions over views into expressions over numbered inputs: equal views share a slot.

    The first `fixed` views keep their slots and share them with nobody.
    """

    def __init__(self, fixed: list[View]) -> None:
        self.views = fixed[:]
        self.fixed = len(fixed)

    def input(self, view: View) -> Expr:
        """The input that reads the view, a new one if need be."""
        at = self.fixed
        while at < len(self.views) and not same_view(self.views[at], view):
            at += 1
        if at == len(self.views):
            self.views.append(view)
        return slot(at, view.dtype)

    def bind(self, expr: Expr, shape: list[int]) -> Expr:
        """`expr` over the iteration space `shape`, its reads and loads bound to slots."""
        if expr.op == 'read':
            return self.input(broadcast(expr.value, shape))
        args = [self.bind(arg, shape) for arg in expr.args]
        return Expr(expr.op, args, expr.dtype, self.input(expr.value).value if expr.op == 'load' else expr.value)
