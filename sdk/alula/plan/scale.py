"""Constant factors of a product move into its weights: a convolution takes up the BatchNorm after it.

An epilogue f(acc · s + t) with constant s and t along the columns becomes f(acc + t) with weights w · s.
"""

from __future__ import annotations

from alula.kernels.expr import Expr, Slots, acc, add, binary, leaves, read, rebound, slot
from alula.kernels.kernel import Contract, Step
from alula.kernels.view import View, broadcast, numel, unrepeated, with_axis, without_axis
from alula.plan.builder import Builder


def fold_scales(steps: list[Step], g: Builder) -> list[Step]:
    """The steps with constant scales moved into constant weights where they can be."""
    return [_folded(step, step.kernel, g) if isinstance(step.kernel, Contract) else step for step in steps]


def _folded(step: Step, kernel: Contract, g: Builder) -> Step:
    if kernel.dtype != 'float32' or not step.inputs[1].buffer.is_constant or len(leaves(kernel.epilogue, 'acc')) != 1:
        return step
    parts: list[Expr] = []
    tree = _without_affine(kernel.epilogue, step, kernel, parts)
    weights = _scaled(parts[0], step, kernel)
    if weights.op == 'read':
        return step
    g.origin = step.origin
    shape = step.outputs[0].shape
    slots = Slots([step.inputs[0], g.map(weights)])
    total = acc(kernel.dtype)
    summand = _summand(parts[0], [read(_narrow(view)) for view in step.inputs])
    if summand is not None:
        if len(leaves(summand, 'read')) > 0:
            summand = slot(slots.slot_of(broadcast(g.map(summand), shape)), kernel.dtype)
        total = add(total, summand)
    swaps = [total for _ in step.inputs]
    for leaf in leaves(tree, 'input'):
        swaps[leaf.value] = slot(slots.slot_of(step.inputs[leaf.value]), leaf.dtype)
    finish = rebound(tree, swaps, total)
    folded = Contract(kernel.batch, kernel.rows, kernel.cols, kernel.depth, kernel.dtype, finish)
    return Step(folded, slots.views, step.outputs, step.origin)


def _without_affine(tree: Expr, step: Step, kernel: Contract, parts: list[Expr]) -> Expr:
    """The tree with its greatest part that is affine in `acc` replaced by `acc`; that part goes to `parts`."""
    if _is_affine(tree, step, kernel):
        parts.append(tree)
        return acc(kernel.dtype)
    args = [_without_affine(arg, step, kernel, parts) for arg in tree.args]
    return Expr(tree.op, args, tree.dtype, tree.value)


def _is_affine(e: Expr, step: Step, kernel: Contract) -> bool:
    """Whether e is `acc`, or made of it with constants along batch and columns."""
    if e.op not in ['add', 'mul', 'sub', 'div']:
        return e.op == 'acc'
    at = _path(e)
    if at > 0 and e.op in ['sub', 'div'] or not _is_affine(e.args[at], step, kernel):
        return False
    other = e.args[1 - at]
    if other.op != 'input':
        return other.op == 'const'
    view = step.inputs[other.value]
    rows = unrepeated(view)[kernel.batch : kernel.batch + kernel.rows]
    return view.buffer.is_constant and numel(rows) == 1


def _path(e: Expr) -> int:
    """The argument that `acc` is in."""
    return 0 if len(leaves(e.args[0], 'acc')) > 0 else 1


def _narrow(view: View) -> View:
    """The view with size 1 in the dims that it repeats along."""
    return View(view.buffer, unrepeated(view), view.strides, view.offset)


def _scaled(e: Expr, step: Step, kernel: Contract) -> Expr:
    """The weights [batch, depth, cols], by the factors that the affine expression e has."""
    if e.op == 'acc':
        return read(step.inputs[1])
    at = _path(e)
    scaled = _scaled(e.args[at], step, kernel)
    if e.op in ['add', 'sub']:
        return scaled
    other = e.args[1 - at]
    if other.op == 'input':
        # From [batch, rows, cols] to [batch, depth, cols].
        factor = _narrow(step.inputs[other.value])
        for _ in range(kernel.rows):
            factor = without_axis(factor, kernel.batch)
        for _ in range(kernel.depth):
            factor = with_axis(factor, kernel.batch, 1)
        other = read(factor)
    return binary(e.op, scaled, other)


def _summand(e: Expr, reads: list[Expr]) -> Expr | None:
    """What the affine expression e adds to the scaled `acc`; `reads` are its inputs."""
    if e.op == 'acc':
        return None
    at = _path(e)
    inner = _summand(e.args[at], reads)
    other = rebound(e.args[1 - at], reads, None)
    if inner is not None:
        return binary(e.op, inner, other)
    if e.op == 'sub':
        return binary('sub', 0.0, other)
    return other if e.op == 'add' else None
