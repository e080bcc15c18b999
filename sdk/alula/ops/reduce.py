"""Reductions over axes."""

from __future__ import annotations

from typing import Any

from alula.kernels.expr import Expr, absolute, add, div, exp, log, mul, sqrt, sub
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


# What an operator makes of the elements x of a row.
ROWS: list[list[Any]] = [
    ['ReduceSum', lambda rows, x: rows.stage('sum', x)],
    ['ReduceMax', lambda rows, x: rows.stage('max', x)],
    ['ReduceMin', lambda rows, x: rows.stage('min', x)],
    ['ReduceProd', lambda rows, x: rows.stage('prod', x)],
    ['ReduceL1', lambda rows, x: rows.stage('sum', absolute(x))],
    ['ReduceL2', lambda rows, x: sqrt(rows.stage('sum', mul(x, x)))],
    ['ReduceSumSquare', lambda rows, x: rows.stage('sum', mul(x, x))],
    ['ReduceLogSum', lambda rows, x: log(rows.stage('sum', x))],
    ['ReduceLogSumExp', _log_sum_exp],
    ['ReduceMean', mean_of],
]


def _reduced(g: Lowering, x: View, axes: list[int], keepdims: int, row: Any) -> list[View]:
    rows = g.rowwise(x.shape, axes)
    rows.row(row(rows, x), keepdims != 0)
    return rows.done()


def _reduction(row: Any) -> Any:
    def run(
        g: Lowering, x: View, *, axes: list[int] | None = None, keepdims: int = 1, noop_with_empty_axes: int = 0
    ) -> list[View]:
        """`axes` is an attribute before opset 18 (ReduceSum: 13)."""
        rank = len(x.shape)
        over = [] if axes is None else normal_axes(axes, rank)
        if len(over) == 0 and noop_with_empty_axes == 0:
            over = list(range(rank))
        return _reduced(g, x, over, keepdims, row)

    return run


def _arg(op: str) -> Any:
    def run(g: Lowering, x: View, *, axis: int = 0, keepdims: int = 1, select_last_index: int = 0) -> list[View]:
        name = op + '_last' if select_last_index != 0 else op
        return _reduced(g, x, [normal_axis(axis, len(x.shape))], keepdims, lambda rows, x: rows.stage(name, x))

    return run


def _global(row: Any) -> Any:
    return lambda g, x: _reduced(g, x, list(range(2, len(x.shape))), 1, row)


for name, row in ROWS:
    operator(name, 1, '. axes')(_reduction(row))
operator('ArgMax', 1)(_arg('argmax'))
operator('ArgMin', 1)(_arg('argmin'))
operator('GlobalAveragePool', 1)(_global(mean_of))
operator('GlobalMaxPool', 1)(_global(ROWS[1][1]))
