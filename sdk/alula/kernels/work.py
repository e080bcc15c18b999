"""How much work a step is: its sizes, and the arithmetic that its kernel asks for, whatever computes it."""

from __future__ import annotations

from alula.kernels.expr import cost
from alula.kernels.kernel import Contract, Map, Reduce, Step, step_shape
from alula.kernels.view import numel


def step_sizes(step: Step) -> list[int]:
    """The sizes that tell how long a step takes: of a Contract batch, rows, cols and depth, each as one number; of
    others the iteration space."""
    kernel = step.kernel
    if isinstance(kernel, Contract):
        batch = numel(step.outputs[0].shape[0 : kernel.batch])
        rows = numel(step.outputs[0].shape[kernel.batch : kernel.batch + kernel.rows])
        depth = numel(step.inputs[0].shape[kernel.batch + kernel.rows :])
        cols = numel(step.outputs[0].shape[kernel.batch + kernel.rows :])
        return [batch, rows, cols, depth]
    return step_shape(step)


def operations(step: Step) -> int:
    """Arithmetic operations of one run of the step: a product and a sum for each term of a Contract, what
    `kernels.expr.cost` counts for expressions, and one per element to combine it in a reduction's stage."""
    kernel = step.kernel
    size = numel(step_sizes(step))
    if isinstance(kernel, Contract):
        return 2 * size + numel(step.outputs[0].shape) * cost(kernel.epilogue)
    if isinstance(kernel, Map):
        return size * sum([cost(e) for e in kernel.exprs])
    total = 0
    if isinstance(kernel, Reduce):
        for stage in kernel.stages:
            total += size * (1 + cost(stage.expr))
        for k in range(len(kernel.exprs)):
            total += numel(step.outputs[k].shape) * cost(kernel.exprs[k])
    return total
