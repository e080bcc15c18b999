"""Determinants and inverses: Gauss-Jordan elimination, unrolled, with the greatest element of a column as pivot."""

from __future__ import annotations

from alula.errors import ShapeError
from alula.kernels.expr import Expr, absolute, add, cast, coord, div, eq, load, mul, neg, sub, where
from alula.kernels.view import View, dims_text, numel, sliced
from alula.ops.gather import place_of
from alula.ops.registry import microsoft, operator
from alula.plan.lower import Lowering


def _square(g: Lowering, x: View) -> View:
    """x[…, n, n] with one dim before the last two."""
    rank = len(x.shape)
    if rank < 2 or x.shape[rank - 2] != x.shape[rank - 1]:
        raise ShapeError(f'{dims_text(x.shape)} is no square matrix')
    return g.reshape(x, [numel(x.shape[: rank - 2]), *x.shape[rank - 2 :]])


def _eliminated(g: Lowering, rows: View) -> list[View]:
    """Rows whose first columns, as many as there are rows, became the unit matrix, and the determinant of what they
    were: [batch, 1, 1]."""
    det = g.constant(rows.dtype, [1, 1, 1], [1.0])
    for k in range(rows.shape[1]):
        column = sliced(rows, 2, k, 1, 1)
        below = sliced(column, 1, k, rows.shape[1] - k, 1)
        pivot = g.map(add(cast(g.reduce('argmax', absolute(below), [1], True), 'int32'), k))
        whole = g.contiguous(rows)
        place = place_of([coord(0), pivot, coord(2)], whole.strides)
        chosen = g.map_over(load(whole, place), [rows.shape[0], 1, rows.shape[2]])
        head = sliced(chosen, 2, k, 1, 1)
        det = g.map(mul(det, where(eq(pivot, k), head, neg(head))))
        # Of a column of zeros nothing is left to clear; the determinant says so.
        unit = g.map(div(chosen, where(eq(head, 0.0), 1.0, head)))
        cleared = sub(_swapped(rows, pivot, k), mul(_swapped(column, pivot, k), unit))
        rows = g.map_over(where(eq(coord(1), k), unit, cleared), rows.shape)
    return [rows, det]


def _swapped(rows: View, pivot: View, k: int) -> Expr:
    """The rows with row k in the place of the pivot's; row k itself is not asked for."""
    return where(eq(coord(1), pivot), sliced(rows, 1, k, 1, 1), rows)


@operator('Det', 11)
def det_(g: Lowering, x: View) -> View:
    """One number per matrix of x[…, n, n]."""
    return g.reshape(_eliminated(g, _square(g, x))[1], x.shape[:-2])


@microsoft('Inverse')
def inverse(g: Lowering, x: View) -> View:
    """Of each matrix of x[…, n, n]; a run with one that has none is an error."""
    rows = _square(g, x)
    size = rows.shape[2]
    unit = g.map_over(cast(eq(coord(1), coord(2)), x.dtype), rows.shape)
    result, det = _eliminated(g, g.concatenated([rows, unit], 2))
    g.check(eq(det, 0.0), 'A matrix has no inverse')
    return g.reshape(sliced(result, 2, size, size, 1), x.shape)
