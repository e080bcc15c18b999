"""Reductions over axes."""

from __future__ import annotations

from typing import Any

from alula.kernels.expr import absolute, add, div, exp, log, mul, sqrt, sub
from alula.kernels.view import View, numel
from alula.ops.attributes import normal_axes, normal_axis
from alula.ops.registry import operator
from alula.plan.lower import Lowering


class Reduction:
    """How a Reduce operator reads: combine by `op` what `before` makes of an element; `after` makes the result of that
    and of the number of elements combined."""

    def __init__(self, op: str, before: Any, after: Any) -> None:
        self.op = op
        self.before = before
        self.after = after


def _same(x: Any) -> Any:
    return x


def _result(total: Any, count: int) -> Any:
    return total


# Operator, version from which `axes` is an input rather than an attribute, and how it reads.
ROWS: list[list[Any]] = [
    ['ReduceSum', 13, Reduction('sum', _same, _result)],
    ['ReduceMean', 18, Reduction('sum', _same, lambda total, count: div(total, count))],
    ['ReduceMax', 18, Reduction('max', _same, _result)],
    ['ReduceMin', 18, Reduction('min', _same, _result)],
    ['ReduceProd', 18, Reduction('prod', _same, _result)],
    ['ReduceL1', 18, Reduction('sum', lambda x: absolute(x), _result)],
    ['ReduceL2', 18, Reduction('sum', lambda x: mul(x, x), lambda total, count: sqrt(total))],
    ['ReduceSumSquare', 18, Reduction('sum', lambda x: mul(x, x), _result)],
    ['ReduceLogSum', 18, Reduction('sum', _same, lambda total, count: log(total))],
]


def _reduced(g: Lowering, x: View, axes: list[int] | None, keepdims: int, how: Reduction) -> View:
    rank = len(x.shape)
    over = list(range(rank)) if axes is None else normal_axes(axes, rank)
    count = numel([x.shape[d] for d in over])
    before = how.before
    after = how.after
    rows = g.rowwise(x.shape, over)
    rows.row(after(rows.stage(how.op, before(x)), count), keepdims != 0)
    return rows.done()[0]


def _axes_attribute(how: Reduction) -> Any:
    def run(g: Lowering, x: View, *, axes: list[int] | None = None, keepdims: int = 1) -> View:
        return _reduced(g, x, axes, keepdims, how)

    return run


def _axes_input(how: Reduction) -> Any:
    def run(
        g: Lowering, x: View, axes: View | None = None, *, keepdims: int = 1, noop_with_empty_axes: int = 0
    ) -> View:
        given = None if axes is None else g.numbers(axes, 'axes')
        if given is None or len(given) == 0:
            given = [] if noop_with_empty_axes != 0 else None
        return _reduced(g, x, given, keepdims, how)

    return run


def _register() -> None:
    for row in ROWS:
        operator(row[0], since=1)(_axes_attribute(row[2]))
        operator(row[0], since=row[1])(_axes_input(row[2]))


_register()


def _log_sum_exp(g: Lowering, x: View, axes: list[int] | None, keepdims: int) -> View:
    """log Σ eˣ, shifted by the maximum so that nothing overflows."""
    rank = len(x.shape)
    rows = g.rowwise(x.shape, list(range(rank)) if axes is None else normal_axes(axes, rank))
    top = rows.stage('max', x)
    total = rows.stage('sum', exp(sub(x, top)))
    rows.row(add(log(total), top), keepdims != 0)
    return rows.done()[0]


@operator('ReduceLogSumExp', since=1)
def reduce_log_sum_exp_1(g: Lowering, x: View, *, axes: list[int] | None = None, keepdims: int = 1) -> View:
    return _log_sum_exp(g, x, axes, keepdims)


@operator('ReduceLogSumExp', since=18)
def reduce_log_sum_exp(
    g: Lowering, x: View, axes: View | None = None, *, keepdims: int = 1, noop_with_empty_axes: int = 0
) -> View:
    given = None if axes is None else g.numbers(axes, 'axes')
    if given is None or len(given) == 0:
        if noop_with_empty_axes != 0:
            return x
        given = None
    return _log_sum_exp(g, x, given, keepdims)


def _arg(op: str) -> Any:
    def run(g: Lowering, x: View, *, axis: int = 0, keepdims: int = 1, select_last_index: int = 0) -> View:
        name = op + '_last' if select_last_index != 0 else op
        return g.reduce(name, x, [normal_axis(axis, len(x.shape))], keepdims != 0)

    return run


operator('ArgMax', since=1)(_arg('argmax'))
operator('ArgMin', since=1)(_arg('argmin'))
