"""Constant factors of a product move into its weights: a convolution takes up the BatchNorm after it.

An epilogue f(acc · s + t) with constant s and t along the columns becomes f(acc + t) with weights w · s.
"""

from __future__ import annotations

from typing import Any

from alula.kernels.expr import Expr, Slots, acc, add, div, leaves, mul, rebound, slot, sub
from alula.kernels.kernel import Contract, Step
from alula.kernels.view import View, broadcast
from alula.plan.builder import Builder


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
    affine = Affine(step, kernel, g)
    tree = affine.without(kernel.epilogue)
    if affine.factor is None:
        return step
    slots = Slots([step.inputs[0], affine.scaled_weights()])
    total = acc(kernel.dtype)
    if affine.summand is not None:
        total = add(total, _finishing(slots, g.map(affine.summand), step))
    swaps = [total for _ in step.inputs]
    for leaf in leaves(tree, 'input'):
        swaps[leaf.value] = _finishing(slots, step.inputs[leaf.value], step)
    finish = rebound(tree, swaps, total)
    folded = Contract(kernel.batch, kernel.rows, kernel.cols, kernel.depth, kernel.dtype, finish)
    return Step(folded, slots.views, step.outputs, step.origin)


def _finishing(slots: Slots, view: View, step: Step) -> Expr:
    """An input of the epilogue: it has the output's shape."""
    return slot(slots.slot_of(broadcast(view, step.outputs[0].shape)), view.dtype)


class Affine:
    """acc · factor + summand, the greatest such part of an epilogue; None stands for 1 and 0.

    Both are views of constants, or expressions of them, over the step's output: they vary along batch and columns.
    """

    def __init__(self, step: Step, kernel: Contract, g: Builder) -> None:
        self.step = step
        self.kernel = kernel
        self.g = g
        self.factor: Any = None
        self.summand: Any = None

    def without(self, tree: Expr) -> Expr:
        """The tree around `acc`, its affine part replaced by `acc`."""
        if len(tree.args) == 0:
            return tree
        args = [self.without(arg) for arg in tree.args]
        if tree.op in ['add', 'sub', 'mul', 'div']:
            at = 0 if args[0].op == 'acc' or tree.op in ['sub', 'div'] else 1
            other = self._constant(args[1 - at]) if args[at].op == 'acc' else None
            if other is not None:
                self._take(tree.op, other)
                return args[at]
        return Expr(tree.op, args, tree.dtype, tree.value)

    def _take(self, op: str, other: Any) -> None:
        if op == 'add':
            self.summand = other if self.summand is None else add(self.summand, other)
        elif op == 'sub':
            self.summand = sub(0.0 if self.summand is None else self.summand, other)
        else:
            by = div(1.0, other) if op == 'div' else other
            self.factor = by if self.factor is None else mul(self.factor, by)
            self.summand = None if self.summand is None else mul(self.summand, by)

    def _constant(self, e: Expr) -> View | None:
        """A constant leaf that varies along batch and columns alone, with its other dims of size 1; or None."""
        if e.op == 'const':
            return self.g.constant(e.dtype, [1 for _ in self.step.outputs[0].shape], [e.value])
        if e.op != 'input' or not self.step.inputs[e.value].buffer.is_constant:
            return None
        view = self.step.inputs[e.value]
        shape = view.shape[:]
        for d in range(len(shape)):
            if view.strides[d] == 0:
                shape[d] = 1
            elif shape[d] != 1 and self.kernel.batch <= d < self.kernel.batch + self.kernel.rows:
                return None
        return View(view.buffer, shape, view.strides, view.offset)

    def scaled_weights(self) -> View:
        """w[batch, depth, cols] · factor[batch, rows of size 1, cols]."""
        factor = self.g.map(self.factor)
        batch = self.kernel.batch
        cols = batch + self.kernel.rows
        shape = [*factor.shape[:batch], *[1 for _ in range(self.kernel.depth)], *factor.shape[cols:]]
        strides = [*factor.strides[:batch], *[0 for _ in range(self.kernel.depth)], *factor.strides[cols:]]
        return self.g.map(mul(self.step.inputs[1], View(factor.buffer, shape, strides, factor.offset)))
