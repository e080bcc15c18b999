"""Reductions over axes."""

from __future__ import annotations

from typing import Any

from alula.kernels.expr import Expr, absolute, add, div, exp, log, mul, power, sqrt, sub
from alula.kernels.view import View, numel
from alula.ops.attributes import normal_axes, normal_axis
from alula.ops.registry import operator
from alula.plan.builder import Rowwise
from alula.plan.lower import Lowering


def mean_of(rows: Rowwise, x: Any) -> Expr:
    return div(rows.stage('sum', x), numel([rows.shape[d] for d in rows.axes]))


def _log_sum_exp(rows: Rowwise, x: View) -> Expr:
    """log Σ eˣ, shifted by the maximum so that nothing overflows."""
    top = rows.stage('max', x)
    return add(log(rows.stage('sum', exp(sub(x, top)))), top)


def _reduced(g: Lowering, x: View, axes: list[int], keepdims: int, row: Any) -> list[View]:
    rows = g.rowwise(x.shape, axes)
    rows.row(row(rows, x), keepdims != 0)
    return rows.done()


def _reduction(name: str, row: Any) -> None:
    """Register a reduction: `row` says what it makes of the elements x of a row."""

    @operator(name, 1, '. axes')
    def run(
        g: Lowering, x: View, *, axes: list[int] | None = None, keepdims: int = 1, noop_with_empty_axes: int = 0
    ) -> list[View]:
        """`axes` is an attribute before opset 18 (ReduceSum: 13)."""
        rank = len(x.shape)
        over = [] if axes is None else normal_axes(axes, rank)
        if len(over) == 0 and noop_with_empty_axes == 0:
            over = list(range(rank))
        return _reduced(g, x, over, keepdims, row)


_reduction('ReduceSum', lambda rows, x: rows.stage('sum', x))
_reduction('ReduceMean', mean_of)
_reduction('ReduceMax', lambda rows, x: rows.stage('max', x))
_reduction('ReduceMin', lambda rows, x: rows.stage('min', x))
_reduction('ReduceProd', lambda rows, x: rows.stage('prod', x))
_reduction('ReduceL1', lambda rows, x: rows.stage('sum', absolute(x)))
_reduction('ReduceL2', lambda rows, x: sqrt(rows.stage('sum', mul(x, x))))
_reduction('ReduceSumSquare', lambda rows, x: rows.stage('sum', mul(x, x)))
_reduction('ReduceLogSum', lambda rows, x: log(rows.stage('sum', x)))
_reduction('ReduceLogSumExp', _log_sum_exp)


def _arg(name: str, op: str) -> None:
    @operator(name, 1)
    def run(g: Lowering, x: View, *, axis: int = 0, keepdims: int = 1, select_last_index: int = 0) -> list[View]:
        full = op if select_last_index == 0 else op + '_last'
        return _reduced(g, x, [normal_axis(axis, len(x.shape))], keepdims, lambda rows, x: rows.stage(full, x))


_arg('ArgMax', 'argmax')
_arg('ArgMin', 'argmin')


def norm_over(g: Lowering, x: View, axes: list[int], keepdims: bool, p: int) -> View:
    """(Σ |x|ᵖ)^(1/p)."""
    if p == 2:
        return g.map(sqrt(g.reduce('sum', mul(x, x), axes, keepdims)))
    return g.map(power(g.reduce('sum', power(absolute(x), p), axes, keepdims), 1.0 / p))


@operator('GlobalLpPool', 1)
def global_lp_pool(g: Lowering, x: View, *, p: int = 2) -> View:
    return norm_over(g, x, list(range(2, len(x.shape))), True, p)


def _global(name: str, row: Any) -> None:
    operator(name, 1)(lambda g, x: _reduced(g, x, list(range(2, len(x.shape))), 1, row))


_global('GlobalAveragePool', mean_of)
_global('GlobalMaxPool', lambda rows, x: rows.stage('max', x))
