"""Constant factors of a product move into its weights: a convolution takes up the BatchNorm after it.

An epilogue f(acc · s + t) with constant s and t along the columns becomes f(acc + t) with weights w · s.
"""

from __future__ import annotations

from typing import Any

from alula.kernels.expr import Expr, Slots, acc, add, binary, leaves, read, rebound
from alula.kernels.kernel import Contract, Step
from alula.kernels.view import View, broadcast, numel, unrepeated, with_axis, without_axis
from alula.plan.builder import Builder


def fold_scales(steps: list[Step], g: Builder) -> list[Step]:
    """The steps with constant scales moved into constant weights where they can be."""
    return [_folded(step, step.kernel, g) if isinstance(step.kernel, Contract) else step for step in steps]


def _folded(step: Step, kernel: Contract, g: Builder) -> Step:
    if kernel.dtype != 'float32' or not step.inputs[1].buffer.is_constant or len(leaves(kernel.epilogue, 'acc')) != 1:
        return step
    chain: list[list[Any]] = []
    tree = _without_affine(kernel.epilogue, step, kernel, chain)
    weights = read(step.inputs[1])
    summand: Any = None
    for entry in chain:
        if entry[0] in ['mul', 'div']:
            weights = binary(entry[0], weights, _over_depth(entry[1], kernel))
        if summand is not None:
            summand = binary(entry[0], summand, entry[1])
        elif entry[0] == 'add':
            summand = entry[1]
        elif entry[0] == 'sub':
            summand = binary('sub', 0.0, entry[1])
    if weights.op == 'read':
        return step
    g.origin = step.origin
    slots = Slots([step.inputs[0], g.map(weights)])
    total = acc(kernel.dtype)
    if summand is not None:
        if len(leaves(summand, 'read')) > 0:
            summand = slots.input(broadcast(g.map(summand), step.outputs[0].shape))
        total = add(total, summand)
    swaps = [total for _ in step.inputs]
    for leaf in leaves(tree, 'input'):
        swaps[leaf.value] = slots.input(step.inputs[leaf.value])
    finish = rebound(tree, swaps, total)
    folded = Contract(kernel.batch, kernel.rows, kernel.cols, kernel.depth, kernel.dtype, finish)
    return Step(folded, slots.views, step.outputs, step.origin)


def _without_affine(tree: Expr, step: Step, kernel: Contract, chain: list[list[Any]]) -> Expr:
    """The tree with its greatest part that is affine in `acc` replaced by `acc`: what that does to `acc`, first things
    first, goes to `chain` as pairs of an operation and a constant, a number or a read along batch and columns."""
    if len(tree.args) == 0:
        return tree
    args = [_without_affine(arg, step, kernel, chain) for arg in tree.args]
    if tree.op in ['add', 'sub', 'mul', 'div']:
        at = 0 if args[0].op == 'acc' or tree.op in ['sub', 'div'] else 1
        other = args[1 - at]
        if other.op == 'input' and step.inputs[other.value].buffer.is_constant:
            view = step.inputs[other.value]
            narrow = View(view.buffer, unrepeated(view), view.strides, view.offset)
            if numel(narrow.shape[kernel.batch : kernel.batch + kernel.rows]) == 1:
                other = read(narrow)
        if args[at].op == 'acc' and other.op in ['const', 'read']:
            chain.append([tree.op, other])
            return args[at]
    return Expr(tree.op, args, tree.dtype, tree.value)


def _over_depth(e: Expr, kernel: Contract) -> Expr:
    """A constant over [batch, rows of size 1, cols] as one over [batch, depth, cols]."""
    if e.op == 'const':
        return e
    view: View = e.value
    for _ in range(kernel.rows):
        view = without_axis(view, kernel.batch)
    for _ in range(kernel.depth):
        view = with_axis(view, kernel.batch, 1)
    return read(view)
