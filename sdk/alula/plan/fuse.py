"""Fusion: fewer steps that compute the same.

* A Map read by one other step is computed where it is read (`inline_producers`).
* A Map that reads the result of a Contract or a Reduce becomes its epilogue (`take_epilogues`).
* A copy into a part of another buffer goes away: its source is written there at once (`write_in_place`:
  padding and concat without copies).

All of it is substitution of expressions and composition of views; no operator is known here.
"""

from __future__ import annotations

from typing import Any

from alula.kernels.expr import Expr, Slots, cost, leaves, replaced, slot
from alula.kernels.kernel import Contract, Map, Reduce, Stage, Step, is_copy, step_shape
from alula.kernels.view import Buffer, View, composed, covers_buffer, numel, with_axis
from alula.plan.uses import Uses, without_dead

# A producer is computed again for every read if an element costs no more than this (kernels.expr.cost).
CHEAP = 1


def fused(steps: list[Step], kept: list[View]) -> list[Step]:
    """The steps after fusion. `kept` are the views that leave the program."""
    uses = Uses(without_dead(steps, kept), kept)
    inline_producers(uses)
    take_epilogues(uses)
    inline_producers(uses)
    write_in_place(uses)
    return uses.remaining()


def expressions(step: Step) -> list[Expr]:
    """Every expression of the step's kernel."""
    kernel = step.kernel
    if isinstance(kernel, Map):
        return kernel.exprs
    if isinstance(kernel, Contract):
        return [kernel.epilogue]
    assert isinstance(kernel, Reduce)
    found = [s.expr for s in kernel.stages]
    found.extend(kernel.exprs)
    return found


def rewritten(step: Step, swap: Any, inputs: list[View], outputs: list[View]) -> Step:
    """The step with each leaf and load of its expressions passed through `swap`."""
    kernel = step.kernel
    if isinstance(kernel, Map):
        return Step(Map([replaced(e, swap) for e in kernel.exprs]), inputs, outputs, step.origin)
    if isinstance(kernel, Contract):
        epilogue = replaced(kernel.epilogue, swap)
        return Step(
            Contract(kernel.batch, kernel.rows, kernel.cols, kernel.depth, kernel.dtype, epilogue),
            inputs,
            outputs,
            step.origin,
        )
    assert isinstance(kernel, Reduce)
    stages = [Stage(s.op, replaced(s.expr, swap), s.dtype) for s in kernel.stages]
    exprs = [replaced(e, swap) for e in kernel.exprs]
    return Step(Reduce(kernel.rows, stages, kernel.scopes, exprs), inputs, outputs, step.origin)


# Producers into consumers


def inline_producers(uses: Uses) -> None:
    """Compute each Map that one step alone reads where it is read."""
    for i in range(len(uses.steps)):
        consumer = uses.steps[i]
        while consumer is not None:
            merged = _with_a_producer(uses, i, consumer)
            if merged is None:
                break
            uses.replace(i, merged)
            consumer = merged


def _with_a_producer(uses: Uses, i: int, consumer: Step) -> Step | None:
    """The consumer with one of its producers taken in, which is removed; None if none can be."""
    for view in consumer.inputs:
        at = uses.only_writer(view.buffer)
        if at < 0 or at >= i or uses.only_reader(view.buffer) != i:
            continue
        producer = uses.steps[at]
        if producer is None or not isinstance(producer.kernel, Map) or len(producer.outputs) != 1:
            continue
        merged = _inlined(producer, consumer)
        if merged is not None:
            uses.replace(at, None)
            return merged
    return None


def _inlined(producer: Step, consumer: Step) -> Step | None:
    out = producer.outputs[0]
    tree = expressions(producer)[0]
    if not covers_buffer(out) or len(leaves(tree, 'coord')) > 0:
        return None
    first = 2 if isinstance(consumer.kernel, Contract) else 0
    for s in range(first):
        if consumer.inputs[s].buffer is out.buffer:
            return None
    trees = expressions(consumer)
    if _loads_from(consumer, out.buffer):
        return None
    if not _worth_inlining(producer, consumer, tree, trees, out.buffer):
        return None
    slots = Slots(consumer.inputs[:first])
    swaps: list[Expr | None] = []
    for s in range(len(consumer.inputs)):
        view = consumer.inputs[s]
        if view.buffer is not out.buffer:
            swaps.append(slot(s if s < first else slots.slot_of(view), view.dtype))
            continue
        inner = _through(view, out, producer, tree, slots)
        if inner is None:
            return None
        swaps.append(inner)
    return rewritten(consumer, lambda e: _swapped(e, swaps), slots.views, consumer.outputs)


def _swapped(e: Expr, swaps: list[Expr | None]) -> Expr | None:
    if e.op == 'input':
        found: Expr | None = swaps[e.value]
        return found
    if e.op == 'load':
        target = swaps[e.value]
        assert target is not None
        return Expr('load', [replaced(a, lambda x: _swapped(x, swaps)) for a in e.args], e.dtype, target.value)
    return None


def _worth_inlining(producer: Step, consumer: Step, tree: Expr, trees: list[Expr], buffer: Buffer) -> bool:
    """Whether computing at each read costs no more than writing once and reading back.

    Contracts read their epilogue's inputs once per result. A pure copy is there for its layout, so only a Map, which
    has no preferred layout, takes it in.
    """
    if is_copy(producer.kernel):
        return isinstance(consumer.kernel, Map)
    reads = 0
    for e in trees:
        for leaf in leaves(e, 'input'):
            if consumer.inputs[leaf.value].buffer is buffer:
                reads += 1
    repeats = numel(step_shape(consumer)) * (1 if isinstance(consumer.kernel, Map) else reads)
    return repeats <= buffer.size or cost(tree) <= CHEAP


def _through(view: View, out: View, producer: Step, tree: Expr, slots: Slots) -> Expr | None:
    """The producer's expression as the consumer sees it through `view`; None where a view can't be composed."""
    loads = [e.value for e in leaves(tree, 'load')]
    swaps: list[Expr | None] = []
    for s in range(len(producer.inputs)):
        source = producer.inputs[s]
        if s in loads:
            swaps.append(slot(slots.slot_of(source), source.dtype))
            continue
        inner = composed(view, out.strides, source)
        if inner is None:
            return None
        swaps.append(slot(slots.slot_of(inner), source.dtype))
    return replaced(tree, lambda e: _swapped(e, swaps))


# Consumers into producers


def take_epilogues(uses: Uses) -> None:
    """Let Contracts and Reduces finish what the Map after them does with their result."""
    for i in range(len(uses.steps)):
        consumer = uses.steps[i]
        if consumer is None or not isinstance(consumer.kernel, Map) or len(consumer.outputs) != 1:
            continue
        best = -1
        for view in consumer.inputs:
            at = uses.only_writer(view.buffer)
            if at > best and at < i and uses.only_reader(view.buffer) == i and _takes_epilogue(uses.steps[at], view):
                best = at
        if best >= 0:
            producer = uses.steps[best]
            assert producer is not None
            merged = _finished(producer, consumer)
            if merged is not None:
                uses.replace(best, None)
                uses.replace(i, merged)


def _takes_epilogue(producer: Step | None, view: View) -> bool:
    """Whether the consumer reads the producer's one result whole, each element once."""
    if producer is None or isinstance(producer.kernel, Map) or len(producer.outputs) != 1:
        return False
    return covers_buffer(producer.outputs[0]) and covers_buffer(view)


def _finished(producer: Step, consumer: Step) -> Step | None:
    """The producer with the consumer's expression as its epilogue."""
    out = producer.outputs[0]
    tree = expressions(consumer)[0]
    if len(leaves(tree, 'coord')) > 0 or len(leaves(tree, 'load')) > 0:
        return None
    read_as: View | None = None
    for view in consumer.inputs:
        if view.buffer is out.buffer:
            if read_as is not None:
                return None
            read_as = view
    assert read_as is not None
    target = composed(out, read_as.strides, consumer.outputs[0])
    if target is None:
        return None
    result = _result_of(producer)
    slots = Slots(producer.inputs)
    swaps: list[Expr | None] = []
    for view in consumer.inputs:
        if view.buffer is out.buffer:
            swaps.append(result)
            continue
        inner = composed(out, read_as.strides, view)
        if inner is None:
            return None
        swaps.append(slot(slots.slot_of(_over_columns(producer, inner)), view.dtype))
    finish = replaced(tree, lambda e: _swapped(e, swaps))
    return Step(_with_result(producer.kernel, finish), slots.views, [target], consumer.origin)


def _result_of(producer: Step) -> Expr:
    kernel = producer.kernel
    if isinstance(kernel, Contract):
        return kernel.epilogue
    assert isinstance(kernel, Reduce)
    return kernel.exprs[0]


def _with_result(kernel: Any, result: Expr) -> Any:
    if isinstance(kernel, Contract):
        return Contract(kernel.batch, kernel.rows, kernel.cols, kernel.depth, kernel.dtype, result)
    return Reduce(kernel.rows, kernel.stages, kernel.scopes, [result])


def _over_columns(producer: Step, view: View) -> View:
    """A view over a Reduce's rows as one over rows and cols, along which it repeats."""
    kernel = producer.kernel
    if not isinstance(kernel, Reduce) or kernel.scopes[0] == 'element':
        return view
    shape = producer.inputs[0].shape
    wide = view
    for d in range(kernel.rows, len(shape)):
        wide = with_axis(wide, d, shape[d])
    return wide


# Copies that only place a value within another buffer


def write_in_place(uses: Uses) -> None:
    """Remove copies whose source could have been written where the copy goes."""
    for i in range(len(uses.steps)):
        step = uses.steps[i]
        if step is None or not is_copy(step.kernel):
            continue
        source = step.inputs[0]
        at = uses.only_writer(source.buffer)
        if at < 0 or uses.is_kept(source.buffer) or not covers_buffer(source):
            continue
        _redirected(uses, at, i, source, step.outputs[0])


def _redirected(uses: Uses, at: int, copy_at: int, source: View, target: View) -> None:
    """Write and read the source's buffer as the part of the target's buffer that the copy would have filled."""
    moved: list[Step] = []
    places: list[int] = []
    touching = uses.readers_of(source.buffer)
    touching.append(at)
    for i in touching:
        step = uses.steps[i]
        if i == copy_at:
            continue
        assert step is not None
        if _loads_from(step, source.buffer):
            return
        inputs = _moved(step.inputs, source, target)
        outputs = _moved(step.outputs, source, target)
        if inputs is None or outputs is None:
            return
        moved.append(Step(step.kernel, inputs, outputs, step.origin))
        places.append(i)
    uses.replace(copy_at, None)
    for j in range(len(moved)):
        uses.replace(places[j], moved[j])


def _loads_from(step: Step, buffer: Buffer) -> bool:
    """Whether the step loads at computed indices from the buffer, which then must lie as it does."""
    for e in expressions(step):
        for node in leaves(e, 'load'):
            if step.inputs[node.value].buffer is buffer:
                return True
    return False


def _moved(views: list[View], source: View, target: View) -> list[View] | None:
    result: list[View] = []
    for view in views:
        if view.buffer is source.buffer:
            there = composed(view, source.strides, target)
            if there is None:
                return None
            result.append(there)
        else:
            result.append(view)
    return result
