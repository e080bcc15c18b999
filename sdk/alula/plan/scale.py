"""Constant factors of a product move into its weights: a convolution takes up the BatchNorm after it.

An epilogue f(acc · s + t) with constant s and t along the columns becomes f(acc + t) with weights w · s.
"""

from __future__ import annotations

from typing import Any

from alula.kernels.expr import Expr, acc, add, div, leaves, mul, replaced, slot
from alula.kernels.kernel import Contract, Step
from alula.kernels.view import View, broadcast
from alula.plan.builder import Builder


class Affine:
    """acc · factor + summand; None stands for 1 and 0. Both are constants over the step's output."""

    def __init__(self, factor: View | None, summand: View | None) -> None:
        self.factor = factor
        self.summand = summand


def fold_scales(steps: list[Step], g: Builder) -> list[Step]:
    """The steps with constant scales moved into constant weights where they can be."""
    return [_folded(step, g) for step in steps]


def _folded(step: Step, g: Builder) -> Step:
    kernel = step.kernel
    if not isinstance(kernel, Contract) or not step.inputs[1].buffer.is_constant or kernel.dtype != 'float32':
        return step
    if len(leaves(kernel.epilogue, 'acc')) != 1:
        return step
    g.origin = step.origin
    found: list[Affine] = []
    tree = _without_affine(kernel.epilogue, step, g, found)
    if len(found) == 0 or found[0].factor is None:
        return step
    affine = found[0]
    weights = _scaled_weights(kernel, step, affine.factor, g)
    inputs = step.inputs[:]
    inputs[1] = weights
    if affine.summand is not None:
        inputs.append(affine.summand)
        total = add(acc(kernel.dtype), slot(len(inputs) - 1, kernel.dtype))
        tree = replaced(tree, lambda e: total if e.op == 'acc' else None)
    kernel = Contract(kernel.batch, kernel.rows, kernel.cols, kernel.depth, kernel.dtype, tree)
    return _compact(Step(kernel, inputs, step.outputs, step.origin))


def _without_affine(tree: Expr, step: Step, g: Builder, found: list[Affine]) -> Expr:
    """The tree with its greatest affine part replaced by `acc`; that part goes to `found`."""
    affine = _affine(tree, step, g)
    if affine is not None:
        if tree.op != 'acc':
            found.append(affine)
        return acc(tree.dtype)
    args = [_without_affine(a, step, g, found) if len(leaves(a, 'acc')) > 0 else a for a in tree.args]
    return tree if len(args) == 0 else Expr(tree.op, args, tree.dtype, tree.value)


def _affine(tree: Expr, step: Step, g: Builder) -> Affine | None:
    """The tree as an affine function of acc with constants along the columns, or None."""
    if tree.op == 'acc':
        return Affine(None, None)
    if tree.op != 'add' and tree.op != 'sub' and tree.op != 'mul' and tree.op != 'div':
        return None
    flip = len(leaves(tree.args[0], 'acc')) == 0
    if flip and (tree.op == 'sub' or tree.op == 'div'):
        return None
    inner = _affine(tree.args[1] if flip else tree.args[0], step, g)
    other = _constant(tree.args[0] if flip else tree.args[1], step, g)
    if inner is None or other is None:
        return None
    if tree.op == 'add':
        return Affine(inner.factor, other if inner.summand is None else g.map(add(inner.summand, other)))
    if tree.op == 'sub':
        return Affine(inner.factor, _minus(inner.summand, other, g))
    if tree.op == 'div':
        other = g.map(div(1.0, other))
    factor = other if inner.factor is None else g.map(mul(inner.factor, other))
    return Affine(factor, None if inner.summand is None else g.map(mul(inner.summand, other)))


def _minus(summand: View | None, other: View, g: Builder) -> View:
    negative = g.map(mul(other, -1.0))
    return negative if summand is None else g.map(add(summand, negative))


def _constant(e: Expr, step: Step, g: Builder) -> View | None:
    """A constant leaf that varies along batch and columns alone, with its other dims of size 1; or None."""
    kernel: Any = step.kernel
    if e.op == 'const':
        return g.constant(e.dtype, [1 for _ in step.outputs[0].shape], [e.value])
    if e.op != 'input' or not step.inputs[e.value].buffer.is_constant:
        return None
    view = step.inputs[e.value]
    shape = view.shape[:]
    for d in range(len(shape)):
        if view.strides[d] == 0:
            shape[d] = 1
        elif shape[d] != 1 and kernel.batch <= d < kernel.batch + kernel.rows:
            return None
    return View(view.buffer, shape, view.strides, view.offset)


def _scaled_weights(kernel: Contract, step: Step, factor: Any, g: Builder) -> View:
    """w[batch, depth, cols] · factor[batch, rows of size 1, cols]."""
    shape = factor.shape[: kernel.batch]
    strides = factor.strides[: kernel.batch]
    for _ in range(kernel.depth):
        shape.append(1)
        strides.append(0)
    shape.extend(factor.shape[kernel.batch + kernel.rows :])
    strides.extend(factor.strides[kernel.batch + kernel.rows :])
    return g.map(mul(step.inputs[1], View(factor.buffer, shape, strides, factor.offset)))


def _compact(step: Step) -> Step:
    """The Contract without inputs that its epilogue no longer reads; the others broadcast to the output."""
    kernel: Any = step.kernel
    inputs = step.inputs[:2]
    moved = [0 for _ in step.inputs]
    for leaf in leaves(kernel.epilogue, 'input'):
        if moved[leaf.value] == 0:
            wide = broadcast(step.inputs[leaf.value], step.outputs[0].shape)
            assert wide is not None
            inputs.append(wide)
            moved[leaf.value] = len(inputs) - 1
    tree = replaced(kernel.epilogue, lambda e: slot(moved[e.value], e.dtype) if e.op == 'input' else None)
    compact = Contract(kernel.batch, kernel.rows, kernel.cols, kernel.depth, kernel.dtype, tree)
    return Step(compact, inputs, step.outputs, step.origin)
