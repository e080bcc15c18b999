"""Fusion: fewer steps that compute the same.

* A Map read by one other step is computed where it is read (`inline_producers`).
* A Map that reads the result of a Contract or a Reduce becomes its epilogue (`take_epilogue`).
* A copy into a part of another buffer goes away: its source is written there at once (`write_in_place`:
  padding and concat without copies).

All of it is substitution of expressions and composition of views; no operator is known here. Steps are changed in
place: the consumer takes over what the producer did, which is left without outputs.
"""

from __future__ import annotations

from typing import Any

from alula.kernels.expr import Expr, Slots, cost, leaves, rebound, slot
from alula.kernels.kernel import (
    Map,
    Reduce,
    Scatter,
    Stage,
    Step,
    fixed_inputs,
    is_copy,
    step_shape,
    with_exprs,
)
from alula.kernels.view import Buffer, View, composed, covers_buffer, numel, walked, with_axis
from alula.plan.uses import connected, only, rewrite

# A producer is computed again for every read if an element costs no more than this (kernels.expr.cost).
CHEAP = 1


def fused(steps: list[Step], kept: list[View]) -> list[Step]:
    """The steps after fusion. `kept` are the views that leave the program."""
    alive = connected(steps, kept)
    for step in alive:
        inline_producers(step)
    for step in alive:
        if take_epilogue(step, alive):
            inline_producers(step)
    for step in alive:
        write_in_place(step)
    return [step for step in alive if len(step.outputs) > 0]


def reads_of(step: Step, op: str, buffer: Buffer) -> int:
    """How often the step's expressions read the buffer: at the index (`input`), or anywhere (`load`)."""
    count = 0
    for e in step.kernel.all_exprs():
        for leaf in leaves(e, op):
            if step.inputs[leaf.value].buffer is buffer:
                count += 1
    return count


def producer_for(consumer: Step, buffer: Buffer, is_map: bool) -> Step | None:
    """The step that alone writes the buffer, and nothing else, for this consumer alone, if it is a Map, or is none."""
    found = only(buffer.writers)
    if found is None or isinstance(found.kernel, Map) != is_map or only(buffer.readers) is not consumer:
        return None
    return found if len(found.outputs) == 1 and covers_buffer(found.outputs[0]) else None


# Producers into consumers


def inline_producers(consumer: Step) -> None:
    """Compute each Map that this step alone reads where it is read."""
    i = 0
    while i < len(consumer.inputs):
        i = 0 if _inlines(consumer, consumer.inputs[i].buffer) else i + 1


def _inlines(consumer: Step, buffer: Buffer) -> bool:
    producer = producer_for(consumer, buffer, True)
    if producer is None:
        return False
    tree = producer.kernel.exprs[0]
    if not _is_worth_inlining(producer, consumer, tree, buffer):
        return False
    if len(leaves(tree, 'coord')) > 0 or reads_of(consumer, 'load', buffer) > 0:
        return False
    loaded = [e.value for e in leaves(tree, 'load')]
    first = fixed_inputs(consumer.kernel)
    slots = Slots(consumer.inputs[:first])
    swaps: list[Expr] = []
    for s in range(len(consumer.inputs)):
        view = consumer.inputs[s]
        if view.buffer is not buffer:
            swaps.append(slot(s, view.dtype) if s < first else slots.input(view))
            continue
        walk = walked(view, producer.outputs[0])
        if s < first or walk is None:
            return False
        own: list[Expr] = []
        for source in producer.inputs:
            own.append(slots.input(source if len(own) in loaded else composed(view, walk, source)))
        swaps.append(rebound(tree, own, None))
    stages = [Stage(s.op, rebound(s.expr, swaps, None), s.dtype) for s in consumer.kernel.stages]
    exprs = [rebound(e, swaps, None) for e in consumer.kernel.exprs]
    rewrite(consumer, with_exprs(consumer.kernel, stages, exprs), slots.views, consumer.outputs)
    rewrite(producer, producer.kernel, [], [])
    return True


def _is_worth_inlining(producer: Step, consumer: Step, tree: Expr, buffer: Buffer) -> bool:
    """Whether computing at each read costs no more than writing once and reading back.

    Contracts read their epilogue's inputs once per result. A pure copy is there for its layout, so only a Map, which
    has no preferred layout, takes it in.
    """
    is_map = isinstance(consumer.kernel, Map)
    if is_copy(producer.kernel):
        return is_map
    repeats = numel(step_shape(consumer)) * (1 if is_map else reads_of(consumer, 'input', buffer))
    return repeats <= buffer.size or cost(tree) <= CHEAP


# Consumers into producers


def take_epilogue(consumer: Step, steps: list[Step]) -> bool:
    """Let the Contract or Reduce that is the last to compute what a Map reads finish what the Map does with it."""
    if not isinstance(consumer.kernel, Map) or len(consumer.outputs) != 1:
        return False
    best: Step | None = None
    for view in consumer.inputs:
        producer = producer_for(consumer, view.buffer, False)
        if producer is not None and covers_buffer(view):
            if best is None or steps.index(producer) > steps.index(best):
                best = producer
    tree = consumer.kernel.exprs[0]
    if best is None or len(leaves(tree, 'coord')) > 0 or len(leaves(tree, 'load')) > 0:
        return False
    out = best.outputs[0]
    views = [view for view in consumer.inputs if view.buffer is out.buffer]
    walk = walked(out, views[0])
    if len(views) > 1 or walk is None:
        return False
    slots = Slots(best.inputs)
    swaps: list[Expr] = []
    for view in consumer.inputs:
        if view.buffer is out.buffer:
            swaps.append(best.kernel.exprs[0])
        else:
            swaps.append(slots.input(_over_columns(best, composed(out, walk, view))))
    kernel = with_exprs(best.kernel, best.kernel.stages, [rebound(tree, swaps, None)])
    rewrite(consumer, kernel, slots.views, [composed(out, walk, consumer.outputs[0])])
    rewrite(best, best.kernel, [], [])
    return True


def _over_columns(producer: Step, view: View) -> View:
    """A view over a Reduce's rows as one over rows and cols, along which it repeats."""
    kernel = producer.kernel
    wide = view
    if isinstance(kernel, Reduce) and kernel.scopes[0] == 'row':
        shape = producer.inputs[0].shape
        for d in range(kernel.rows, len(shape)):
            wide = with_axis(wide, d, shape[d])
    return wide


# Copies that only place a value within another buffer


def write_in_place(copy: Step) -> None:
    """Remove a copy whose source could be written, and read, as the part of another buffer that the copy fills."""
    if not is_copy(copy.kernel) or len(copy.outputs) == 0:
        return
    source = copy.inputs[0]
    writer = only(source.buffer.writers)
    if writer is None or not covers_buffer(source):
        return
    target = copy.outputs[0]
    if only(source.buffer.readers) is not copy and any(isinstance(w.kernel, Scatter) for w in target.buffer.writers):
        # The others must read what the copy reads, not what becomes of it.
        return
    moved: list[list[Any]] = []
    for step in [writer, *source.buffer.readers]:
        if step is None or reads_of(step, 'load', source.buffer) > 0:
            return
        inputs = _moved(step.inputs, source, target)
        outputs = _moved(step.outputs, source, target)
        if inputs is None or outputs is None:
            return
        moved.append([step, inputs, outputs])
    for entry in moved:
        rewrite(entry[0], entry[0].kernel, entry[1], entry[2])
    rewrite(copy, copy.kernel, [], [])


def _moved(views: list[View], source: View, target: View) -> list[View] | None:
    result: list[View] = []
    for view in views:
        if view.buffer is source.buffer:
            walk = walked(view, source)
            if walk is None:
                return None
            view = composed(view, walk, target)
        result.append(view)
    return result
