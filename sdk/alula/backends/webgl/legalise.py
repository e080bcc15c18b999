"""Steps as shaders run them: results per element are steps of their own, constants lie along the lanes.

A fragment computes four results and shares nothing with its neighbours: what a whole row comes to is written once, and
read by the step that needs it per element."""

from __future__ import annotations

from typing import Any

from alula.kernels.expr import Expr, leaves, literal, slot, stage
from alula.kernels.kernel import Contract, Map, Reduce, Stage, Step
from alula.kernels.view import View, memory_order, unrepeated


def legalised(steps: list[Step], plan: Any) -> list[Step]:
    """The steps rewritten; `plan` is the Builder whose steps these are."""
    plan.steps = []
    for step in steps:
        plan.origin = step.origin
        kernel = step.kernel
        if isinstance(kernel, Reduce) and (len(kernel.scopes) > 1 or 'element' in kernel.scopes):
            _emit_rows(step, kernel, plan)
        else:
            plan.steps.append(step)
    result: list[Step] = [_along_lanes(step, plan) for step in plan.steps]
    return result


def _emit_rows(step: Step, kernel: Reduce, plan: Any) -> None:
    """A Reduce per stage into a buffer of its own, then a Map per result."""
    shape = step.inputs[0].shape
    rows = shape[: kernel.rows]
    # The stages' results in the order of the first output's rows: neighbours there are neighbours here.
    out = step.outputs[0]
    order = memory_order(View(out.buffer, rows, out.strides[: kernel.rows], 0))
    inputs = step.inputs[:]
    slots: list[Expr] = []
    results: list[View] = []
    for each in kernel.stages:
        made = plan.empty(each.dtype, rows, order)
        alone = Stage(each.op, _with_stages(each.expr, slots), each.dtype)
        plan.emit(Reduce(kernel.rows, [alone], ['row'], [stage(0, each.dtype)]), inputs[:], [made])
        results.append(made)
        # Along the columns it repeats.
        cols = [0 for _ in shape[kernel.rows :]]
        inputs.append(View(made.buffer, shape, [*made.strides, *cols], 0))
        slots.append(slot(len(inputs) - 1, each.dtype))
    exprs = [_with_stages(e, slots) for e in kernel.exprs]
    # Outputs may be what inputs are: all are computed before the first is written there.
    read = [view.buffer for view in step.inputs]
    aliased = len(exprs) > 1 and any(view.buffer in read for view in step.outputs)
    late: list[list[View]] = []
    for k, e in enumerate(exprs):
        target = step.outputs[k]
        if aliased:
            late.append([target, plan.empty(target.dtype, target.shape, memory_order(target))])
            target = late[k][1]
        if kernel.scopes[k] == 'element':
            plan.emit(Map([e]), inputs, [target])
        else:
            firsts = [View(v.buffer, rows, v.strides[: kernel.rows], v.offset) for v in inputs]
            plan.emit(Map([_at_first_column(e, kernel.rows)]), firsts, [target])
    for pair in late:
        plan.write(pair[0], pair[1])


def _with_stages(e: Expr, slots: list[Expr]) -> Expr:
    """The expression with what the stages came to as inputs."""
    if e.op == 'stage':
        found: Expr = slots[e.value]
        return found
    return Expr(e.op, [_with_stages(arg, slots) for arg in e.args], e.dtype, e.value)


def _at_first_column(e: Expr, rows: int) -> Expr:
    if e.op == 'coord' and e.value >= rows:
        return literal(0, 'int32')
    return Expr(e.op, [_at_first_column(arg, rows) for arg in e.args], e.dtype, e.value)


def _along_lanes(step: Step, plan: Any) -> Step:
    """The step with large constants laid out so that what goes along the output's innermost dim is neighbours."""
    out = step.outputs[0]
    lane = -1
    for d in range(len(out.shape)):
        if out.strides[d] == 1 and out.shape[d] % 4 == 0:
            lane = d
    if lane < 0:
        return step
    inputs = step.inputs[:]
    kernel = step.kernel
    loaded = [leaf.value for e in kernel.all_exprs() for leaf in leaves(e, 'load')]
    for s in range(len(inputs)):
        view = inputs[s]
        at = lane
        if isinstance(kernel, Contract) and s < 2:
            at = _operand_dim(kernel, s, lane)
        if view.buffer.is_constant and s not in loaded and at >= 0 and view.strides[at] not in [0, 1]:
            narrow = View(view.buffer, unrepeated(view), view.strides, view.offset)
            order = [*[d for d in range(len(view.shape)) if d != at], at]
            copy = plan.copied(narrow, order)
            strides = [0 if view.strides[d] == 0 else copy.strides[d] for d in range(len(view.shape))]
            inputs[s] = View(copy.buffer, view.shape, strides, copy.offset)
    return Step(kernel, inputs, step.outputs, step.origin)


def _operand_dim(kernel: Contract, s: int, lane: int) -> int:
    """Which dim of a Contract's operand is dim `lane` of the output; -1 if it has no such dim."""
    if lane < kernel.batch:
        return lane
    if lane < kernel.batch + kernel.rows:
        return lane if s == 0 else -1
    return lane - kernel.rows + kernel.depth if s == 1 else -1
