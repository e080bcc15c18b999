"""Every kernel as plain loops over strided views: folds constants in the browser, and runs what nothing else can.

All three kinds are one: for each row of the iteration space stages over the columns, then results, per row or per
element. A Map has rows alone; a Contract has one stage, which sums products over the depth."""

from __future__ import annotations

from typing import Any

from alula.backends.script.evaluate import DECODERS, Place, encoded, evaluator
from alula.kernels.expr import Expr
from alula.kernels.kernel import IDENTITIES, Contract, Map, Reduce, Stage, Step, is_copy
from alula.kernels.primitives import PRIMITIVES

# The primitive that combines the values of a stage; the other stages look for an extreme's index.
COMBINERS = {'sum': 'add', 'prod': 'mul', 'max': 'maximum', 'min': 'minimum'}


def run_step(step: Step, array_of: Any) -> None:
    """Run one step over host arrays: `array_of(buffer)` is the buffer's typed array, read and written in place."""
    kernel = step.kernel
    shape = (step.inputs if isinstance(kernel, Reduce) else step.outputs)[0].shape
    rows = len(shape)
    views = [*step.inputs, *step.outputs]
    strides = [view.strides for view in views]
    stages: list[Stage] = []
    exprs: list[Expr] = []
    scopes = ['row' for _ in step.outputs]
    if isinstance(kernel, Map):
        exprs = kernel.exprs
    elif isinstance(kernel, Reduce):
        rows = kernel.rows
        stages = kernel.stages
        exprs = kernel.exprs
        scopes = kernel.scopes
    elif isinstance(kernel, Contract):
        a = strides[0]
        w = strides[1]
        batch = kernel.batch
        lead = batch + kernel.rows
        deep = batch + kernel.depth
        shape = [*shape, *step.inputs[0].shape[lead:]]
        # The left operand stands still along the output's columns, the right one along its rows.
        strides[0] = [*a[:lead], *[0 for _ in range(kernel.cols)], *a[lead:]]
        strides[1] = [*w[:batch], *[0 for _ in range(kernel.rows)], *w[deep:], *w[batch:deep]]
        exprs = [kernel.epilogue]
    arrays = [array_of(view.buffer) for view in views]
    dtypes = ['' if is_copy(kernel) else view.dtype for view in views]
    count = len(step.inputs)
    for s in range(count):
        if dtypes[s] in DECODERS:
            arrays[s] = DECODERS[dtypes[s]](arrays[s])
    place = Place(shape, strides, arrays, [view.offset for view in views])
    cols = len(shape)
    runs = [_stage(place, k, stages[k], rows, cols) for k in range(len(stages))]
    if isinstance(kernel, Contract):
        runs.append(_products(place, rows, cols - 1))
    for scope in ['row', 'element']:
        store: Any = None
        for k in range(len(exprs)):
            if scopes[k] == scope:
                value = evaluator(exprs[k], place)
                store = _store(place, count + k, encoded(dtypes[count + k], value), store)
        if store is not None:
            runs.append(nest(place, rows, cols if scope == 'element' else rows, store))
    walk = nest(place, 0, rows, lambda: [run() for run in runs])
    walk()


def nest(place: Place, begin: int, end: int, visit: Any) -> Any:
    """A function that calls `visit` at each index of the dims `begin` to `end` (excluded), in row-major order."""
    for d in range(end - 1, begin - 1, -1):
        visit = _loop(place, d, visit)
    return visit


def _loop(place: Place, d: int, visit: Any) -> Any:
    """A function that calls `visit` at each index of dim d, and leaves `place` where it was."""
    size = place.shape[d]
    at = place.at
    # A view of fewer dims stands still along the others, or is one that is only loaded from.
    steps = [strides[d] if d < len(strides) else 0 for strides in place.strides]
    count = len(at)

    def run() -> None:
        for i in range(size):
            place.index[d] = i
            visit()
            for s in range(count):
                at[s] += steps[s]
        for s in range(count):
            at[s] -= steps[s] * size

    return run


def _stage(place: Place, k: int, stage: Stage, rows: int, cols: int) -> Any:
    """A function that makes `place.stages[k]` the stage's value over the columns of the row where `place` stands."""
    values = place.stages
    evaluate = evaluator(stage.expr, place)
    identity = IDENTITIES[stage.op]
    is_index = stage.op not in COMBINERS
    is_last = stage.op.endswith('_last')
    combine = PRIMITIVES.at('add' if is_index else COMBINERS[stage.op]).plain
    # The extreme so far, and the linear index of the element that comes next.
    extreme: list[Any] = [0, 0]

    def take() -> None:
        values[k] = combine(evaluate(), values[k])

    def compare() -> None:
        value = evaluate()
        if (value == extreme[0] and is_last) or (value > extreme[0] if identity < 0 else value < extreme[0]):
            extreme[0] = value
            values[k] = extreme[1]
        extreme[1] += 1

    walk = nest(place, rows, cols, compare if is_index else take)

    def run() -> None:
        values[k] = 0 if is_index else identity
        extreme[0] = identity
        extreme[1] = 0
        walk()

    values.append(0)
    return run


def _products(place: Place, rows: int, last: int) -> Any:
    """A function that makes `place.stages[0]` a Contract's sum over its depth, the dims `rows` to `last` (included)."""
    values = place.stages
    at = place.at
    size = place.shape[last]
    left = place.arrays[0]
    right = place.arrays[1]
    left_step = place.strides[0][last]
    right_step = place.strides[1][last]

    def take() -> None:
        total = values[0]
        a = at[0]
        w = at[1]
        for _ in range(size):
            total += left[a] * right[w]
            a += left_step
            w += right_step
        values[0] = total

    walk = nest(place, rows, last, take)

    def run() -> None:
        values[0] = 0
        walk()

    values.append(0)
    return run


def _store(place: Place, slot: int, evaluate: Any, before: Any) -> Any:
    """A function that stores a value into the view of a slot; `before` (or nothing) comes once the value is known."""
    at = place.at
    array = place.arrays[slot]

    def run() -> None:
        value = evaluate()
        if before is not None:
            before()
        array[at[slot]] = value

    return run
