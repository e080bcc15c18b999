"""Shapes with symbols: what an output's dims are while some input sizes are free.

Operator functions answer for concrete sizes only, so each symbol gets a size that nothing else has, twice over: a dim
that follows a symbol's sizes both times is that symbol, one that stays is a number.
"""

from __future__ import annotations

from typing import Any

from alula.errors import AlulaError
from alula.graph.graph import Model
from alula.host.table import Table
from alula.plan.constants import Constants
from alula.plan.lower import Lowering

# Primes: products and sums of two of them are no third. The second guess is the first shifted by one place.
PROBES = [11, 13, 17, 19, 23, 29, 31, 37, 41]


def output_shapes(model: Model, run_step: Any) -> Table[str, list[Any]]:
    """The shape of each output: numbers, symbols of the inputs, and None for a dim that is neither.

    Empty if the model cannot be planned for the probing sizes (its sizes may have to fit each other).
    """
    symbols = _symbols(model)
    shapes: Table[str, list[Any]] = Table()
    if len(symbols) >= len(PROBES) or any(info.shape is None for info in model.graph.feeds()):
        return shapes
    try:
        first = _outputs(model, _guess(symbols, 0), run_step)
        second = _outputs(model, _guess(symbols, 1), run_step)
    except AlulaError:
        return shapes
    for info in model.graph.outputs:
        dims: list[Any] = []
        for d in range(len(first.at(info.name))):
            dims.append(_explained(first.at(info.name)[d], second.at(info.name)[d], symbols))
        shapes.put(info.name, dims)
    return shapes


def _symbols(model: Model) -> list[str]:
    """The free symbols of the inputs; a dim that the model leaves open is one of its own."""
    found: list[str] = []
    for info in model.graph.feeds():
        dims = [] if info.shape is None else info.shape
        for d in range(len(dims)):
            symbol = _symbol_of(info.name, dims, d)
            if symbol != '' and symbol not in found:
                found.append(symbol)
    return found


def _symbol_of(name: str, dims: list[Any], d: int) -> str:
    if dims[d] is None:
        return f'{name}.{d}'
    return dims[d] if isinstance(dims[d], str) else ''


def _guess(symbols: list[str], shift: int) -> Table[str, int]:
    guess: Table[str, int] = Table()
    for i in range(len(symbols)):
        guess.put(symbols[i], PROBES[i + shift])
    return guess


def _outputs(model: Model, guess: Table[str, int], run_step: Any) -> Table[str, list[int]]:
    """The outputs' shapes for concrete sizes."""
    lowering = Lowering(model, Constants(run_step))
    for info in model.graph.feeds():
        dims = [] if info.shape is None else info.shape
        concrete: list[int] = []
        for d in range(len(dims)):
            symbol = _symbol_of(info.name, dims, d)
            concrete.append(dims[d] if symbol == '' else guess.at(symbol))
        lowering.input(info.name, info.dtype, concrete)
    lowering.run(model.graph)
    shapes: Table[str, list[int]] = Table()
    for info in model.graph.outputs:
        shapes.put(info.name, lowering.value(info.name).shape)
    return shapes


def _explained(first: int, second: int, symbols: list[str]) -> Any:
    if first == second:
        return first
    for i in range(len(symbols)):
        if first == PROBES[i] and second == PROBES[i + 1]:
            return symbols[i]
    return None
