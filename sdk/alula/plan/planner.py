"""Planning: a model and concrete input shapes become a Program for one backend."""

from __future__ import annotations

from alula.backends.base import Backend
from alula.graph.graph import Graph, Model
from alula.host.arrays import TypedArray, to_list
from alula.host.table import Table
from alula.kernels.kernel import Step
from alula.kernels.view import View
from alula.plan.constants import Constants
from alula.plan.fuse import fused
from alula.plan.lower import Lowering
from alula.plan.memory import lifetimes, place
from alula.plan.program import Program
from alula.plan.scale import fold_scales


def planned(
    model: Model,
    graph: Graph,
    shapes: Table[str, list[int]],
    known: Table[str, TypedArray],
    constants: Constants,
    backend: Backend,
) -> Program:
    """The Program of a graph of the model for inputs of `shapes` (one per feed of the graph); those that are `known`
    by value are constants of it."""
    lowering = Lowering(model, constants)
    lowering.multiplied = backend.multiplied
    inputs: Table[str, View] = Table()
    for feed in graph.feeds():
        shape = shapes.at(feed.name)
        values = known.find(feed.name)
        if values is None:
            inputs.put(feed.name, lowering.input(feed.name, feed.dtype, shape))
        else:
            lowering.values.put(feed.name, constants.of_values(feed.dtype, shape, to_list(values)))
    lowering.run(graph)
    for name in lowering.drawn.keys_list():
        inputs.put(name, lowering.drawn.at(name))
    outputs: Table[str, View] = Table()
    for info in graph.outputs:
        lowering.origin = 'output ' + info.name
        outputs.put(info.name, lowering.whole(lowering.values.at(info.name)))
    checks: Table[str, str] = Table()
    for i in range(len(lowering.checks)):
        # No value of a model is called so: names begin with no space.
        name = f' check {i}'
        checks.put(name, lowering.checks[i][1])
        outputs.put(name, lowering.checks[i][0])
    kept = outputs.values_list()
    steps = fused(lowering.steps, kept)
    steps = fold_scales(steps, lowering)
    steps = backend.legalised(steps, lowering)
    program = laid_out(steps, inputs, outputs, backend)
    program.checks = checks
    return program


def laid_out(
    steps: list[Step], inputs: Table[str, View], outputs: Table[str, View], backend: Backend
) -> Program:
    """The steps with a place for every buffer in the backend's arena."""
    moments = [inputs.values_list(), *[[*s.inputs, *s.outputs] for s in steps], outputs.values_list()]
    lives = lifetimes(moments, backend.alignment, lambda dtype: backend.item_bytes(dtype))
    constants = [life.buffer for life in lives if life.buffer.is_constant]
    lives = [life for life in lives if not life.buffer.is_constant]
    total = place(lives)
    offsets: Table[str, int] = Table()
    for life in lives:
        offsets.put(life.buffer.label, life.offset)
    return Program(steps, inputs, outputs, constants, offsets, total)
