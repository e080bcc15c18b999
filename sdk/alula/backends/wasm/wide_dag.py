"""Expressions as WebAssembly computes them: narrow floats are float32, read and stored as their bits."""

from __future__ import annotations

from alula.backends.dag import Dag, simplified
from alula.kernels.expr import Expr, bitcast, cast
from alula.kernels.narrow_float import FORMATS, bits_type, decoded, encoded, unrounded


class WideDag(Dag):
    """A Dag without narrow floats."""

    def stored(self, expr: Expr) -> int:
        """`root` for what an output stores of an expression."""
        return self.root(self._bits(expr) if expr.dtype in FORMATS else expr)

    def rewritten(self, expr: Expr) -> Expr:
        return self._widened(simplified(expr))

    def _bits(self, expr: Expr) -> Expr:
        """The bits of an expression that is a narrow float."""
        kept = bits_type(expr.dtype)
        if expr.op == 'input' or expr.op == 'load':
            return Expr(expr.op, expr.args, kept, expr.value)
        return encoded(Expr('node', [], 'float32', self._add(unrounded(expr))), expr.dtype)

    def _widened(self, expr: Expr) -> Expr:
        """The same with the number in the place of what has the bits."""
        source = expr.args[0] if len(expr.args) > 0 else expr
        if expr.op == 'bitcast' and source.dtype in FORMATS:
            return self._widened(bitcast(self._bits(source), expr.dtype))
        if expr.dtype not in FORMATS:
            return expr
        if expr.op == 'bitcast':
            bits = cast(source, bits_type(expr.dtype))
        elif expr.op in ['input', 'load', 'cast']:
            bits = self._bits(expr)
        else:
            return Expr(expr.op, expr.args, 'float32', expr.value)
        return decoded(Expr('node', [], bits.dtype, self._add(bits)), expr.dtype)
