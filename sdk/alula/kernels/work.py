"""How much work a step is: its sizes, and the arithmetic that its kernel asks for, whatever computes it."""

from __future__ import annotations

from alula.kernels.expr import cost
from alula.kernels.kernel import Contract, Step, step_shape
from alula.kernels.view import numel


def step_sizes(step: Step) -> list[int]:
    """The sizes that tell how long a step takes: of a Contract batch, rows, cols and depth, each as one number; of
    others the iteration space."""
    kernel = step.kernel
    shape = step_shape(step)
    if isinstance(kernel, Contract):
        cols = kernel.batch + kernel.rows
        sizes = [shape[: kernel.batch], shape[kernel.batch : cols], shape[cols:], step.inputs[0].shape[cols:]]
        return [numel(dims) for dims in sizes]
    return shape


def operations(step: Step) -> int:
    """Arithmetic operations of one run of the step: a product and a sum for each term of a Contract, what
    `kernels.expr.cost` counts for expressions, and one per element to combine it in a reduction's stage."""
    kernel = step.kernel
    size = numel(step_sizes(step))
    total = 2 * size if isinstance(kernel, Contract) else 0
    for stage in kernel.stages:
        total += size * (1 + cost(stage.expr))
    for k in range(len(kernel.exprs)):
        total += numel(step.outputs[k].shape) * cost(kernel.exprs[k])
    return total
