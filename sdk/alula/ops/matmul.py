"""Matrix products."""

from __future__ import annotations

from alula.errors import ShapeError
from alula.kernels.expr import add, mul
from alula.kernels.view import View, broadcast, broadcast_shapes, dims_text, transposed, with_axis, without_axis
from alula.ops.registry import operator
from alula.plan.lower import Lowering


@operator('MatMul', since=1)
def matmul(g: Lowering, a: View, b: View) -> View:
    """NumPy's matmul: leading dims broadcast; a vector stands for a row (left) or a column (right)."""
    left = with_axis(a, 0, 1) if len(a.shape) == 1 else a
    right = with_axis(b, 1, 1) if len(b.shape) == 1 else b
    result = product(g, left, right)
    if len(a.shape) == 1:
        result = without_axis(result, len(result.shape) - 2)
    if len(b.shape) == 1:
        result = without_axis(result, len(result.shape) - 1)
    return result


def product(g: Lowering, a: View, b: View) -> View:
    """a[…, m, k] · b[…, k, n] with leading dims broadcast."""
    k = a.shape[len(a.shape) - 1]
    if b.shape[len(b.shape) - 2] != k:
        raise ShapeError(f'MatMul of {dims_text(a.shape)} and {dims_text(b.shape)}: the inner sizes differ')
    if len(b.shape) == 2:
        # One weight matrix for every row: the leading dims are rows too.
        return g.contract(a, b, 0, len(a.shape) - 1, 1, None, accumulator(a.dtype))
    lead = broadcast_shapes([a.shape[: len(a.shape) - 2], b.shape[: len(b.shape) - 2]])
    left = broadcast(a, [*lead, *a.shape[len(a.shape) - 2 :]])
    right = broadcast(b, [*lead, *b.shape[len(b.shape) - 2 :]])
    return g.contract(left, right, len(lead), 1, 1, None, accumulator(a.dtype))


def accumulator(dtype: str) -> str:
    """What products of `dtype` are summed in."""
    return 'float32' if dtype == 'float16' else dtype


@operator('Gemm', since=7)
def gemm(
    g: Lowering,
    a: View,
    b: View,
    c: View | None = None,
    *,
    alpha: float = 1.0,
    beta: float = 1.0,
    transA: int = 0,
    transB: int = 0,
) -> View:
    """alpha · A' · B' + beta · C."""
    left = transposed(a, [1, 0]) if transA != 0 else a
    right = transposed(b, [1, 0]) if transB != 0 else b
    result = product(g, left, right)
    if alpha != 1.0:
        result = g.map(mul(result, alpha))
    if c is None or beta == 0.0:
        return result
    return g.map(add(result, c if beta == 1.0 else mul(c, beta)))
