"""Every kernel as plain loops over strided views: folds constants in the browser, and runs what nothing else can.

Map, Reduce and Contract are one: for each row of the iteration space stages over the columns, then results, per row or
per element. A Map has rows alone; a Contract has one stage, which sums products over the depth. The others: scatter.py
and order.py."""

from __future__ import annotations

from typing import Any

from alula.backends.script.evaluate import Place, encoder, evaluator, numbers_of
from alula.backends.script.order import run_order
from alula.backends.script.scatter import run_scatter
from alula.backends.script.walk import nest
from alula.kernels.kernel import Contract, Order, Reduce, Scatter, Stage, Step, identity_of, is_copy
from alula.kernels.narrow_float import unrounded
from alula.kernels.primitives import PRIMITIVES

# The primitive that combines the values of a stage; the other stages look for an extreme's index.
COMBINERS = {'sum': 'add', 'prod': 'mul', 'max': 'maximum', 'min': 'minimum'}


def run_step(step: Step, array_of: Any) -> None:
    """Run one step over host arrays: `array_of(buffer)` is the buffer's typed array, read and written in place."""
    kernel: Any = step.kernel
    if isinstance(kernel, Order):
        run_order(step, kernel, array_of)
        return
    if isinstance(kernel, Scatter):
        run_scatter(step, array_of)
        return
    is_reduce = isinstance(kernel, Reduce)
    is_contract = isinstance(kernel, Contract)
    shape = (step.inputs if is_reduce else step.outputs)[0].shape
    rows = kernel.rows if is_reduce else len(shape)
    scopes = kernel.scopes if is_reduce else ['row' for _ in step.outputs]
    exprs = [kernel.epilogue] if is_contract else kernel.exprs
    views = [*step.inputs, *step.outputs]
    strides = [view.strides for view in views]
    if is_contract:
        a = strides[0]
        w = strides[1]
        batch = kernel.batch
        lead = batch + kernel.rows
        deep = batch + kernel.depth
        shape = [*shape, *step.inputs[0].shape[lead:]]
        # The left operand stands still along the output's columns, the right one along its rows.
        strides[0] = [*a[:lead], *[0 for _ in range(kernel.cols)], *a[lead:]]
        strides[1] = [*w[:batch], *[0 for _ in range(kernel.rows)], *w[deep:], *w[batch:deep]]
    arrays = [array_of(view.buffer) for view in views]
    dtypes = ['' if is_copy(kernel) else view.dtype for view in views]
    count = len(step.inputs)
    for s in range(count):
        arrays[s] = numbers_of(dtypes[s], arrays[s])
    place = Place(shape, strides, arrays, [view.offset for view in views])
    cols = len(shape)
    runs = [_stage(place, stage, rows, cols) for stage in kernel.stages] if is_reduce else []
    if is_contract:
        runs.append(_products(place, rows, cols - 1))
    for scope in ['row', 'element']:
        store: Any = None
        for k in range(len(exprs)):
            if scopes[k] == scope:
                store = _store(place, count + k, dtypes[count + k], evaluator(unrounded(exprs[k]), place), store)
        if store is not None:
            runs.append(nest(place, rows, cols if scope == 'element' else rows, store))
    walk = nest(place, 0, rows, lambda: [run() for run in runs])
    walk()


def _stage(place: Place, stage: Stage, rows: int, cols: int) -> Any:
    """A function that computes the next of the stages over the columns of the row where `place` stands."""
    evaluate = evaluator(stage.expr, place)
    identity = identity_of(stage.op, stage.expr.dtype)
    if stage.op in COMBINERS:
        combine = PRIMITIVES[COMBINERS[stage.op]]
        state: list[Any] = [identity]

        def take() -> None:
            state[0] = combine(evaluate(), state[0])
    else:
        is_max = stage.op.startswith('argmax')
        is_last = stage.op.endswith('_last')
        # The linear index of the extreme so far, the extreme, and the index of the element that comes next.
        state = [0, identity, 0]

        def take() -> None:
            value = evaluate()
            if (value == state[1] and is_last) or (value > state[1] if is_max else value < state[1]):
                state[0] = state[2]
                state[1] = value
            state[2] += 1

    return _from_start(place, state, nest(place, rows, cols, take))


def _products(place: Place, rows: int, last: int) -> Any:
    """A function that computes a Contract's sum over its depth, the dims `rows` to `last` (included), as a stage."""
    at = place.at
    size = place.shape[last]
    left = place.arrays[0]
    right = place.arrays[1]
    left_step = place.strides[0][last]
    right_step = place.strides[1][last]
    state: list[Any] = [0]

    def take() -> None:
        total = state[0]
        a = at[0]
        w = at[1]
        for _ in range(size):
            total += left[a] * right[w]
            a += left_step
            w += right_step
        state[0] = total

    return _from_start(place, state, nest(place, rows, last, take))


def _from_start(place: Place, state: list[Any], walk: Any) -> Any:
    """A function that sets a new stage's state to what it is now, and walks."""
    start = state[:]
    place.stages.append(state)

    def run() -> None:
        for i in range(len(start)):
            state[i] = start[i]
        walk()

    return run


def _store(place: Place, slot: int, dtype: str, evaluate: Any, before: Any) -> Any:
    """A function that stores a value into the view of a slot; `before` (or nothing) comes once the value is known."""
    at = place.at
    array = place.arrays[slot]
    encode = encoder(dtype)

    def run() -> None:
        value = evaluate()
        if before is not None:
            before()
        array[at[slot]] = encode(value)

    return run
