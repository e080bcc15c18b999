"""Steps as the WASM kernels run them best: float32 Contracts with their w in tiles.

A rewritten step computes the same. Constants are packed once and kept for the session; what is computed while the
program runs is packed by a copy before its use, or read where it lies.
"""

from __future__ import annotations

from typing import Any

from alula.backends.wasm.contract_epilogue import FIRST_READ, can_finish
from alula.backends.wasm.contract_form import (
    LANES,
    OUT,
    A,
    Axis,
    Form,
    PackedContract,
    W,
    form_of,
    merged,
    operands,
    size_of,
    view_of,
)
from alula.backends.wasm.gemm import FUSED_TILE, PLAIN_TILE
from alula.kernels.expr import Expr, acc, replaced, slot
from alula.kernels.kernel import Contract, Map, Step
from alula.kernels.view import View, dense, dims_text, memory_order, numel, sliced


def legalised(steps: list[Step], plan: Any, relaxed: bool) -> list[Step]:
    """The steps with every operand as its kernel wants it. `plan` is the Builder whose steps these are;
    `relaxed`: whether the host has relaxed SIMD."""
    tile = FUSED_TILE if relaxed else PLAIN_TILE
    result: list[Step] = []
    for step in steps:
        if not isinstance(step.kernel, Contract) or not is_float_product(step, step.kernel):
            result.append(step)
        elif finishes(step, step.kernel):
            result.extend(packed_contract(step, step.kernel, plan, tile))
        else:
            for part in unfinished(step, step.kernel, plan):
                result.extend(legalised([part], plan, relaxed))
    return result


def is_float_product(step: Step, kernel: Contract) -> bool:
    """Whether there is anything to multiply, in float32."""
    for view in [step.inputs[0], step.inputs[1]]:
        if view.dtype != 'float32' or numel(view.shape) == 0:
            return False
    return kernel.dtype == 'float32'


def finishes(step: Step, kernel: Contract) -> bool:
    """Whether the fast kernel can apply the epilogue and store its result."""
    for view in operands(step):
        if view.dtype != 'float32':
            return False
    return can_finish(kernel.epilogue)


def unfinished(step: Step, kernel: Contract, plan: Any) -> list[Step]:
    """The bare product, and a Map that applies the epilogue to it."""
    out = step.outputs[0]
    product = plan.empty('float32', out.shape, memory_order(out))
    bare = Contract(kernel.batch, kernel.rows, kernel.cols, kernel.depth, kernel.dtype, acc('float32'))
    inputs = step.inputs[2:]
    inputs.append(product)
    finish = replaced(kernel.epilogue, lambda e: _over_product(e, len(inputs) - 1))
    return [Step(bare, step.inputs[:2], [product], step.origin), Step(Map([finish]), inputs, step.outputs, step.origin)]


def _over_product(e: Expr, product: int) -> Expr | None:
    """The epilogue's leaves as a Map over its inputs and then the product sees them."""
    if e.op == 'acc':
        return slot(product, e.dtype)
    return slot(e.value - FIRST_READ, e.dtype) if e.op == 'input' else None


def packed_contract(step: Step, kernel: Contract, plan: Any, tile: int) -> list[Step]:
    """The Contract as a PackedContract, after the steps that pack its w."""
    form = form_of(step, kernel)
    runs = merged(form.depth, [A])
    if len(runs) == 0:
        runs.append(Axis(1, [0 for _ in operands(step)]))
    packing = Packing(plan, step.origin)
    w = packing.tiles(step.inputs[1], form)
    inputs = [view_of(step.inputs[0], A, [form.batch, form.rows, runs]), w]
    out_axes = [form.batch, form.rows, [form.cols]]
    for i in range(2, len(step.inputs)):
        inputs.append(view_of(step.inputs[i], OUT + i - 1, out_axes))
    out = view_of(step.outputs[0], OUT, out_axes)
    packed = PackedContract(len(form.batch), len(form.rows), len(runs), kernel.epilogue, tile)
    steps = packing.steps
    steps.append(Step(packed, inputs, [out], step.origin))
    return steps


class Packing:
    """Copies of operands in another layout: of constants by a recipe, once; of others by `steps` before the kernel."""

    def __init__(self, plan: Any, origin: str) -> None:
        self.plan = plan
        self.origin = origin
        self.steps: list[Step] = []

    def tiles(self, w: View, form: Form) -> View:
        """w as a view [batch…, tile, k, lane]: in place where its columns lie side by side, else packed."""
        count = (form.cols.size + LANES - 1) // LANES
        shape = [axis.size for axis in form.batch]
        shape.extend([count, size_of(form.depth), LANES])
        if not w.buffer.is_constant:
            own = in_place(w, form, shape)
            if own is not None:
                return own
        source = view_of(w, W, [form.batch, form.depth, [form.cols]])
        key = 'tiles of ' + str(source) + dims_text(source.strides) + ' as ' + dims_text(shape)
        return self.copied(w, key, shape, lambda buffer: fill_tiles(dense(buffer, shape), source, form))

    def copied(self, source: View, key: str, shape: list[int], copies: Any) -> View:
        """A dense view of `shape`, filled by the pairs [target, source] that `copies(buffer)` lists."""
        if not source.buffer.is_constant:
            buffer = self.plan.buffer(source.dtype, numel(shape))
            for pair in copies(buffer):
                self.steps.append(self._copy(pair))
            return dense(buffer, shape)
        known = self.plan.constants.by_key.find(key)
        if known is None:
            known = self.plan.constants.computed(source.dtype, numel(shape))
            for pair in copies(known):
                known.recipe.append(self._copy(pair))
            self.plan.constants.by_key.put(key, known)
        return dense(known, shape)

    def _copy(self, pair: list[View]) -> Step:
        return Step(Map([slot(0, pair[1].dtype)]), [pair[1]], [pair[0]], self.origin)


def in_place(w: View, form: Form, shape: list[int]) -> View | None:
    """Tiles of w where it lies: columns side by side, none over, and one stride from each k to the next."""
    walk = merged(form.depth, [W])
    if form.cols.steps[W] != 1 or form.cols.size % LANES != 0 or len(walk) > 1:
        return None
    if len(walk) > 0 and walk[0].steps[W] == 0:
        return None  # the inner loop ends where w does
    strides = [axis.steps[W] for axis in form.batch]
    strides.extend([LANES, walk[0].steps[W] if len(walk) > 0 else 0, 1])
    return View(w.buffer, shape, strides, w.offset)


def fill_tiles(target: View, source: View, form: Form) -> list[list[View]]:
    """The copies from w [batch…, depth…, column] into packed tiles: the full ones, then the last, if it is narrower."""
    last = len(source.shape) - 1
    tile_dim = len(form.batch)
    full = source.shape[last] // LANES
    rest = source.shape[last] - full * LANES
    pairs: list[list[View]] = []
    for part in [[0, full, LANES], [full, 1 if rest > 0 else 0, rest]]:
        if part[1] > 0:
            piece = sliced(source, last, part[0] * LANES, part[1] * part[2], 1)
            tiles = sliced(sliced(target, tile_dim, part[0], part[1], 1), tile_dim + 2, 0, part[2], 1)
            pairs.append([depth_before_tiles(tiles, form), split_columns(piece, part[1], part[2])])
    return pairs


def depth_before_tiles(tiles: View, form: Form) -> View:
    """Packed tiles [batch…, tile, k, lane] as [batch…, depth…, tile, lane]: w's own order of dims."""
    at = len(form.batch)
    shape = tiles.shape[:at]
    strides = tiles.strides[:at]
    step = tiles.strides[at + 1] * tiles.shape[at + 1]
    for axis in form.depth:
        step = step // axis.size
        shape.append(axis.size)
        strides.append(step)
    shape.extend([tiles.shape[at], tiles.shape[at + 2]])
    strides.extend([tiles.strides[at], tiles.strides[at + 2]])
    return View(tiles.buffer, shape, strides, tiles.offset)


def split_columns(view: View, count: int, width: int) -> View:
    """The last dim as `count` tiles of `width` columns."""
    last = len(view.shape) - 1
    shape = view.shape[:last]
    shape.extend([count, width])
    strides = view.strides[:last]
    strides.extend([view.strides[last] * width, view.strides[last]])
    return View(view.buffer, shape, strides, view.offset)
