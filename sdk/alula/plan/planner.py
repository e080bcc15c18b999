"""Planning: a model and concrete input shapes become a Program for one backend."""

from __future__ import annotations

from alula.backends.base import Backend
from alula.graph.graph import Model
from alula.host.table import Table
from alula.kernels.kernel import Step
from alula.kernels.view import Buffer, View
from alula.plan.builder import ensure_dense
from alula.plan.constants import Constants
from alula.plan.fuse import fused
from alula.plan.lower import Lowering
from alula.plan.memory import lifetimes, place
from alula.plan.program import Program
from alula.plan.scale import fold_scales


def planned(model: Model, shapes: Table[str, list[int]], constants: Constants, backend: Backend) -> Program:
    """The Program for inputs of `shapes` (one per feed of the graph)."""
    lowering = Lowering(model, constants)
    inputs: Table[str, View] = Table()
    for feed in model.graph.feeds():
        inputs.put(feed.name, lowering.input(feed.name, feed.dtype, shapes.at(feed.name)))
    lowering.run(model.graph)
    outputs: Table[str, View] = Table()
    for info in model.graph.outputs:
        lowering.origin = 'output ' + info.name
        outputs.put(info.name, ensure_dense(lowering, lowering.values.at(info.name)))
    checks: Table[str, str] = Table()
    for i in range(len(lowering.checks)):
        # No value of a model is called so: names begin with no space.
        name = f' check {i}'
        checks.put(name, lowering.checks[i].message)
        outputs.put(name, ensure_dense(lowering, lowering.checks[i].flag))
    kept = outputs.values_list()
    steps = fused(lowering.steps, kept)
    steps = fold_scales(steps, lowering)
    steps = backend.legalised(steps, lowering)
    program = laid_out(steps, inputs, outputs)
    program.checks = checks
    return program


def laid_out(steps: list[Step], inputs: Table[str, View], outputs: Table[str, View]) -> Program:
    """The steps with a place for every buffer."""
    lives = lifetimes(steps, inputs.values_list(), outputs.values_list())
    total = place(lives)
    offsets: Table[str, int] = Table()
    for life in lives:
        offsets.put(life.buffer.label, life.offset)
    return Program(steps, inputs, outputs, _constants_of(steps, outputs), offsets, total)


def _constants_of(steps: list[Step], outputs: Table[str, View]) -> list[Buffer]:
    found: Table[str, Buffer] = Table()
    for step in steps:
        for view in step.inputs:
            if view.buffer.is_constant:
                found.put(view.buffer.label, view.buffer)
    for view in outputs.values_list():
        if view.buffer.is_constant:
            found.put(view.buffer.label, view.buffer)
    return found.values_list()
