"""Running sums and products along an axis."""

from __future__ import annotations

from typing import Any

from alula.kernels.expr import binary
from alula.kernels.view import View, sliced
from alula.ops.attributes import normal_axis
from alula.ops.registry import operator
from alula.plan.lower import Lowering


def _register(name: str, since: int, combine: str, nothing: int) -> None:
    @operator(name, since, '. axis')
    def cumulated(g: Lowering, x: View, *, axis: Any = None, exclusive: int = 0, reverse: int = 0) -> View:
        """Each element with all before it (`reverse`: after it); without itself if `exclusive`.

        Steps of doubling reach (Hillis & Steele 1986): log2 of the axis's size Maps, which any backend has.
        """
        at = normal_axis(axis[0], len(x.shape))
        dim = x.shape[at]
        view = _flipped(x, at) if reverse != 0 else x
        if exclusive != 0 and dim > 0:
            before = [1 if d == at else 0 for d in range(len(x.shape))]
            view = g.padded(sliced(view, at, 0, dim - 1, 1), before, [0 for _ in before], nothing, None)
        reach = 1
        while reach < dim:
            # Each element takes up the one `reach` before it; the first ones have all of theirs already.
            earlier = sliced(view, at, 0, dim - reach, 1)
            later = g.map(binary(combine, sliced(view, at, reach, dim - reach, 1), earlier))
            view = g.concatenated([sliced(view, at, 0, reach, 1), later], at)
            reach *= 2
        return _flipped(view, at) if reverse != 0 else view


def _flipped(x: View, axis: int) -> View:
    return sliced(x, axis, x.shape[axis] - 1, x.shape[axis], -1)


_register('CumSum', 11, 'add', 0)
_register('CumProd', 26, 'mul', 1)
