"""Matrix products."""

from __future__ import annotations

from typing import Any

from alula.errors import ShapeError
from alula.kernels.expr import add, mul
from alula.kernels.view import View, broadcast, broadcast_shapes, dims_text, transposed
from alula.ops.registry import operator
from alula.plan.lower import Lowering


@operator('MatMul', 1)
def matmul(g: Lowering, a: View, b: View) -> View:
    """NumPy's matmul: a[…, m, k] · b[…, k, n] with leading dims broadcast; a vector has no m (left) or no n (right)."""
    rows = min(len(a.shape) - 1, 1)
    cols = min(len(b.shape) - 1, 1)
    if a.shape[len(a.shape) - 1] != b.shape[len(b.shape) - 1 - cols]:
        raise ShapeError(f'MatMul of {dims_text(a.shape)} and {dims_text(b.shape)}: the inner sizes differ')
    if len(b.shape) <= 2:
        # One weight matrix for every row: the leading dims are rows too.
        return g.contract(a, b, 0, len(a.shape) - 1, 1, None)
    lead = broadcast_shapes([a.shape[:-2], b.shape[:-2]])
    left = broadcast(a, [*lead, *a.shape[-2:]])
    return g.contract(left, broadcast(b, [*lead, *b.shape[-2:]]), len(lead), rows, 1, None)


@operator('Gemm', 7, '. . .')
def gemm(
    g: Lowering,
    a: View,
    b: View,
    c: View | None,
    *,
    alpha: float = 1.0,
    beta: float = 1.0,
    transA: int = 0,
    transB: int = 0,
) -> Any:
    """alpha · A' · B' + beta · C."""
    result: Any = matmul(g, a if transA == 0 else transposed(a, [1, 0]), b if transB == 0 else transposed(b, [1, 0]))
    if alpha != 1.0:
        result = mul(result, alpha)
    if c is None or beta == 0.0:
        return result
    return add(result, c if beta == 1.0 else mul(c, beta))
