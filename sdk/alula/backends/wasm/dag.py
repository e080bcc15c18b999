"""Expressions as a graph without repeats: what the emitter walks, so that each common subexpression is computed
once."""

from __future__ import annotations

from alula.host.table import Table
from alula.host.text import number_text
from alula.kernels.expr import Expr, literal


class DagNode:
    """One distinct subexpression. `args`: ids of nodes before it; `uses`: how many nodes and roots take its value."""

    def __init__(self, expr: Expr, args: list[int]) -> None:
        self.op = expr.op
        self.dtype = expr.dtype
        self.value = expr.value
        self.args = args
        self.uses = 0


class Dag:
    """Nodes in an order in which arguments stand before what uses them."""

    def __init__(self) -> None:
        self.nodes: list[DagNode] = []
        self.seen: Table[str, int] = Table()

    def root(self, expr: Expr) -> int:
        """Add an expression whose value is wanted; gives its id."""
        found = self._add(expr)
        self.nodes[found].uses += 1
        return found

    def _add(self, original: Expr) -> int:
        expr = simplified(original)
        args: list[int] = []
        key = f'{expr.op} {expr.dtype} '
        if expr.op == 'const':
            key += number_text(expr.value)
        elif expr.value is not None:
            key += f'{expr.value}'
        for arg in expr.args:
            found = self._add(arg)
            args.append(found)
            key += f' {found}'
        known = self.seen.find(key)
        if known is not None:
            return known
        for arg_id in args:
            self.nodes[arg_id].uses += 1
        self.nodes.append(DagNode(expr, args))
        self.seen.put(key, len(self.nodes) - 1)
        return len(self.nodes) - 1


def simplified(e: Expr) -> Expr:
    """The node in the form that costs least: constants of commutative operations second, small powers as products."""
    if e.op == 'maximum' or e.op == 'minimum' or e.op == 'add' or e.op == 'mul':
        if e.args[0].op == 'const' and e.args[1].op != 'const':
            return Expr(e.op, [e.args[1], e.args[0]], e.dtype, None)
    if e.op == 'power' and e.args[1].op == 'const':
        return _power(e, e.args[0], e.args[1].value)
    return e


def _power(e: Expr, x: Expr, exponent: float) -> Expr:
    if exponent == 1:
        return simplified(x)
    if exponent == 2:
        return Expr('mul', [x, x], e.dtype, None)
    if exponent == 3:
        return Expr('mul', [Expr('mul', [x, x], e.dtype, None), x], e.dtype, None)
    if e.dtype == 'float32' or e.dtype == 'float64':
        if exponent == 0.5:
            return Expr('sqrt', [x], e.dtype, None)
        if exponent == -1:
            return Expr('div', [literal(1, e.dtype), x], e.dtype, None)
        if exponent == -0.5:
            return Expr('div', [literal(1, e.dtype), Expr('sqrt', [x], e.dtype, None)], e.dtype, None)
    return e
