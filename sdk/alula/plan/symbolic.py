"""Shapes with symbols: what an output's dims are while some input sizes are free.

Operator functions answer for concrete sizes only, so each symbol gets a size that nothing else has, twice over: a dim
that follows a symbol's sizes both times is that symbol, one that stays is a number.
"""

from __future__ import annotations

from typing import Any

from alula.errors import AlulaError
from alula.graph.graph import Model, ValueInfo
from alula.host.table import Table
from alula.plan.constants import Constants
from alula.plan.lower import Lowering

# Primes: products and sums of two of them are no third. The second guess is the first shifted by one place.
PROBES = [11, 13, 17, 19, 23, 29, 31, 37, 41]


def output_shapes(model: Model, run_step: Any) -> Table[str, list[Any]]:
    """The shape of each output: numbers, symbols of the inputs, and None for a dim that is neither.

    Empty if the model cannot be planned for the probing sizes (its sizes may have to fit each other).
    """
    shapes: Table[str, list[Any]] = Table()
    first: Table[str, int] = Table()
    second: Table[str, int] = Table()
    # What a dim is if it has these sizes.
    meant: Table[str, str] = Table()
    for info in model.graph.feeds():
        if info.shape is None:
            return shapes
        for dim in _dims(info):
            if isinstance(dim, str) and not first.has(dim):
                i = meant.count()
                if i + 1 == len(PROBES):
                    return shapes
                meant.put(f'{PROBES[i]},{PROBES[i + 1]}', dim)
                first.put(dim, PROBES[i])
                second.put(dim, PROBES[i + 1])
    try:
        lowered = [_lowered(model, guess, run_step) for guess in [first, second]]
    except AlulaError:
        return shapes
    for info in model.graph.outputs:
        one, other = [lowering.values.at(info.name).shape for lowering in lowered]
        shapes.put(
            info.name, [size if size == other[d] else meant.find(f'{size},{other[d]}') for d, size in enumerate(one)]
        )
    return shapes


def _dims(info: ValueInfo) -> list[Any]:
    """Numbers and symbols; a dim that the model leaves open is a symbol of its own."""
    assert info.shape is not None
    return [f'{info.name}.{d}' if dim is None else dim for d, dim in enumerate(info.shape)]


def _lowered(model: Model, sizes: Table[str, int], run_step: Any) -> Lowering:
    """The model for concrete sizes of the symbols."""
    lowering = Lowering(model, Constants(run_step))
    for info in model.graph.feeds():
        dims = [sizes.at(dim) if isinstance(dim, str) else dim for dim in _dims(info)]
        lowering.input(info.name, info.dtype, dims)
    lowering.run(model.graph)
    return lowering
