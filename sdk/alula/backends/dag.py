"""Expressions as a graph without repeats: what the emitter walks, so that each common subexpression is computed
once."""

from __future__ import annotations

from alula.host.table import Table
from alula.host.text import number_text
from alula.kernels.expr import Expr, div, mul, sqrt


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
        self.known: Table[Expr, int] = Table()  # expressions may be reached on many ways

    def rewritten(self, expr: Expr) -> Expr:
        """The expression as it is computed. A `node` stands for one that is there, its id the value."""
        return simplified(expr)

    def root(self, expr: Expr) -> int:
        """Add an expression whose value is wanted; gives its id."""
        found = self._add(expr)
        self.nodes[found].uses += 1
        return found

    def _add(self, given: Expr) -> int:
        found = self.known.find(given)
        if found is None:
            expr = self.rewritten(given)
            found = expr.value if expr.op == 'node' else self._found(expr)
            self.known.put(given, found)
        return found

    def _found(self, expr: Expr) -> int:
        args = [self._add(arg) for arg in expr.args]
        value = number_text(expr.value) if expr.op == 'const' else f'{expr.value}'
        key = ' '.join([expr.op, expr.dtype, value, *[f'{arg}' for arg in args]])
        found = self.seen.find(key)
        if found is None:
            for arg in args:
                self.nodes[arg].uses += 1
            found = len(self.nodes)
            self.nodes.append(DagNode(expr, args))
            self.seen.put(key, found)
        return found

    def leaves(self, op: str) -> list[DagNode]:
        """The nodes of kind `op`."""
        return [node for node in self.nodes if node.op == op]

    def varying(self, leaves: list[DagNode]) -> list[bool]:
        """Of each node whether its value changes along a loop along which `leaves` do."""
        varies = [node in leaves for node in self.nodes]
        for i, node in enumerate(self.nodes):
            for arg in node.args:
                varies[i] = varies[i] or varies[arg]
        return varies

    def taken(self, roots: list[int], varies: list[bool], ends: list[DagNode]) -> list[bool]:
        """Which nodes a loop that computes `roots` takes the value of: the varying ones are computed in it, all but the
        arguments of `ends`, the others before it."""
        taken = [i in roots for i in range(len(self.nodes))]
        for back in range(len(self.nodes)):
            i = len(self.nodes) - 1 - back
            if taken[i] and varies[i] and self.nodes[i] not in ends:
                for arg in self.nodes[i].args:
                    taken[arg] = True
        return taken


def simplified(e: Expr) -> Expr:
    """Small powers as products."""
    if e.op != 'power' or e.args[1].op != 'const':
        return e
    x = e.args[0]
    exponent = e.args[1].value
    if exponent == 1:
        return simplified(x)
    if exponent == 2:
        return mul(x, x)
    if exponent == 3:
        return mul(mul(x, x), x)
    if e.dtype.startswith('float') and exponent in [0.5, -0.5, -1]:
        root = x if exponent == -1 else sqrt(x)
        return root if exponent > 0 else div(1.0, root)
    return e
