"""Steps as the WebGPU kernels run them best: constant operands of products with their columns side by side."""

from __future__ import annotations

from typing import Any

from alula.kernels.expr import acc, leaves, rebound, slot
from alula.kernels.kernel import Contract, Map, Step, with_exprs
from alula.kernels.view import Buffer, View, dense, dims_text, memory_order, numel


def legalised(steps: list[Step], plan: Any) -> list[Step]:
    """The steps; a constant w of a Contract is packed row-major, once for the session. `plan`: the Builder."""
    plan.steps = []
    for step in steps:
        plan.origin = step.origin
        if isinstance(step.kernel, Contract):
            _emit_product(step, step.kernel, plan)
        else:
            plan.steps.append(step)
    result: list[Step] = plan.steps
    return result


def _emit_product(step: Step, kernel: Contract, plan: Any) -> None:
    """The Contract; what its epilogue would ask about other places is a Map after it."""
    out = step.outputs[0]
    w = step.inputs[1]
    inputs = [step.inputs[0], _packed(w, plan) if w.buffer.is_constant else w, *step.inputs[2:]]
    if len([*leaves(kernel.epilogue, 'load'), *leaves(kernel.epilogue, 'coord')]) == 0:
        plan.emit(kernel, inputs, [out])
        return
    bare = plan.empty(kernel.dtype, out.shape, memory_order(out))
    plan.emit(with_exprs(kernel, [], [acc(kernel.dtype)]), inputs[:2], [bare])
    # The product stands in the slots of a and w, so that the others keep theirs.
    slots = [slot(i, view.dtype) for i, view in enumerate(inputs)]
    finish = rebound(kernel.epilogue, slots, slot(0, kernel.dtype))
    plan.emit(Map([finish]), [bare, bare, *inputs[2:]], [out])


def _packed(w: View, plan: Any) -> View:
    last = len(w.shape) - 1
    if last < 0 or w.strides[last] in [0, 1] or w.shape[last] == 1:
        return w
    key = f'rows of {w.buffer.label} {w.offset} {dims_text(w.shape)} {dims_text(w.strides)}'
    buffer: Buffer = plan.constants.by_key.find(key)
    if buffer is None:
        buffer = plan.constants.computed(w.dtype, numel(w.shape))
        plan.constants.by_key.put(key, buffer)
        plan.write(dense(buffer, w.shape), w)
    return dense(buffer, w.shape)
