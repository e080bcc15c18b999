"""Steps as the WASM kernels run them best: float32 Contracts with their w in tiles.

A rewritten step computes the same. Constants are packed once and kept for the session; what is computed while the
program runs is packed by a copy before its use, or read where it lies.
"""

from __future__ import annotations

from typing import Any

from alula.backends.space import Dim, product
from alula.backends.wasm.contract_form import FLOAT_BYTES, LANES, A, Form, PackedContract, W, can_apply, runs_of
from alula.backends.wasm.spelling import VECTOR
from alula.kernels.expr import Expr, acc, leaves, rebound, slot
from alula.kernels.kernel import Contract, Map, Step, copying
from alula.kernels.view import Buffer, View, dense, dims_text, is_dense, memory_order, numel, ordered_strides

FUSED_TILE = 6  # rows of a tile of sums with relaxed_madd
PLAIN_TILE = 5  # and with mul and add, whose product takes a register too


def legalised(steps: list[Step], plan: Any, relaxed: bool) -> list[Step]:
    """The steps with every operand as its kernel wants it. `plan` is the Builder whose steps these are;
    `relaxed`: whether the host has relaxed SIMD."""
    plan.steps = []
    for step in steps:
        plan.origin = step.origin
        if isinstance(step.kernel, Contract) and _is_float_product(step, step.kernel):
            _emit_product(step, step.kernel, plan, FUSED_TILE if relaxed else PLAIN_TILE)
        else:
            plan.steps.append(step)
    result: list[Step] = plan.steps
    return result


def _is_float_product(step: Step, kernel: Contract) -> bool:
    """Whether there is anything to multiply, in float32."""
    a = step.inputs[A]
    w = step.inputs[W]
    return kernel.dtype == a.dtype == w.dtype == 'float32' and numel(a.shape) * numel(w.shape) > 0


def _emit_product(step: Step, kernel: Contract, plan: Any, tile: int) -> None:
    """The step as a PackedContract; where that can't apply the epilogue, the bare product and a Map that does."""
    out = step.outputs[0]
    others = [view for view in [*step.inputs, out] if view.dtype != 'float32']
    if len(others) == 0 and can_apply(kernel.epilogue, VECTOR):
        _emit_packed(Form(step, kernel), step, kernel.epilogue, plan, tile)
        return
    bare = Step(kernel, step.inputs[:2], [plan.empty('float32', out.shape, memory_order(out))], step.origin)
    _emit_packed(Form(bare, kernel), bare, acc('float32'), plan, tile)
    # The product stands in the slots of a and w, so that the others keep theirs.
    slots = [slot(i, view.dtype) for i, view in enumerate(step.inputs)]
    finish = rebound(kernel.epilogue, slots, slot(0, 'float32'))
    plan.emit(Map([finish]), [*bare.outputs, *bare.outputs, *step.inputs[2:]], [out])


def _emit_packed(form: Form, step: Step, epilogue: Expr, plan: Any, tile: int) -> None:
    """The Contract as a PackedContract, after the steps that pack its w."""
    runs = runs_of(form.depth, A)
    results = [*form.batch, *form.rows, form.cols]
    inputs = [_over(step.inputs[A], A, [*form.batch, *form.rows, *runs]), _tiles(step.inputs[W], form, plan)]
    for i in range(2, len(step.inputs)):
        inputs.append(_over(step.inputs[i], i, results))
    packed = PackedContract(len(form.batch), len(form.rows), len(runs), epilogue, tile)
    plan.emit(packed, inputs, [_over(step.outputs[0], len(step.inputs), results)])


def _over(view: View, operand: int, dims: list[Dim]) -> View:
    """The operand as a view with these dims."""
    return View(view.buffer, [dim.size for dim in dims], _strides(dims, operand), view.offset)


def _strides(dims: list[Dim], operand: int) -> list[int]:
    return [dim.steps[operand] // FLOAT_BYTES for dim in dims]


def _tiles(w: View, form: Form, plan: Any) -> View:
    """w as a view [batch…, tile, k, lane]: in place where its columns lie side by side, else packed."""
    batch = len(form.batch)
    dims = [*form.batch, *form.depth]
    sizes = [dim.size for dim in dims]
    strides = _strides([*dims, form.cols], W)
    column = strides.pop()
    full = form.cols.size // LANES
    rest = form.cols.size % LANES
    count = full + 1 if rest > 0 else full
    shape = [*sizes[:batch], count, product(form.depth), LANES]
    if w.buffer.is_constant:
        key = f'tiles of {w.buffer.label} {dims_text([w.offset, batch, *sizes, form.cols.size, *strides, column])}'
        buffer: Buffer = plan.constants.by_key.find(key)
        if buffer is not None:
            return dense(buffer, shape)
        buffer = plan.constants.computed('float32', numel(shape))
        plan.constants.by_key.put(key, buffer)
    else:
        # Columns side by side, none over, and one stride from each k to the next; not 0, for the inner loop ends
        # where w does.
        runs = runs_of(form.depth, W)
        if column == 1 and rest == 0 and len(runs) == 1 and runs[0].steps[0] != 0:
            return View(w.buffer, shape, [*strides[:batch], LANES, *_strides(runs, 0), 1], w.offset)
        buffer = plan.buffer('float32', numel(shape))
    maker = _elementwise(w.buffer)
    kernel = copying('float32') if maker is None else maker.kernel
    origin = w.buffer if maker is None else maker.inputs[0].buffer
    # w [batch…, depth…, column] into the tiles: the full ones, then the last, if it is narrower
    last = len(sizes)
    order = [*range(batch), last, *range(batch, last), last + 1]
    tiled = ordered_strides([*sizes, count, LANES], order)
    for part in [[0, full, LANES], [full, 1, rest]]:
        cut = [*sizes, *part[1:]]
        source = View(origin, cut, [*strides, column * LANES, column], w.offset + part[0] * LANES * column)
        plan.emit(kernel, [source], [View(buffer, cut, tiled, part[0] * tiled[last])])
    return dense(buffer, shape)


def _elementwise(buffer: Buffer) -> Step | None:
    """The step that makes a constant of one other that lies as it does, element by element, as when weights are
    widened: packing does the same on the way, and the constant itself is never made."""
    step: Step | None = buffer.recipe[0] if len(buffer.recipe) == 1 else None
    if step is None or not isinstance(step.kernel, Map) or len(step.inputs) != 1 or not is_dense(step.inputs[0]):
        return None
    tree = step.kernel.exprs[0]
    is_pointwise = len(leaves(tree, 'coord')) + len(leaves(tree, 'load')) == 0
    return step if is_pointwise and is_dense(step.outputs[0]) else None
