"""Every kernel as plain loops over strided views: folds constants in the browser, and runs what nothing else can."""

from __future__ import annotations

from typing import Any

from alula.backends.script.evaluate import Place, evaluator, storer
from alula.dtypes import is_float
from alula.host.arrays import fill
from alula.kernels.expr import Expr
from alula.kernels.kernel import IDENTITIES, Contract, Map, Reduce, Step, is_copy
from alula.kernels.view import View, numel


def run_step(step: Step, array_of: Any) -> None:
    """Run one step over host arrays: `array_of(buffer)` is the buffer's typed array, read and written in place."""
    kernel = step.kernel
    if isinstance(kernel, Map):
        if numel(step.outputs[0].shape) > 0:
            _map(kernel, step, array_of)
    elif isinstance(kernel, Reduce):
        _reduce(kernel, step, array_of)
    elif isinstance(kernel, Contract):
        _contract(kernel, step, array_of)


class Walk:
    """Positions in several views of one shape, stepped together in row-major order; the last dim by the caller."""

    def __init__(self, shape: list[int], views: list[View]) -> None:
        self.shape = shape[:] if len(shape) > 0 else [1]
        self.inner = self.shape[len(self.shape) - 1]
        self.steps = [v.strides[:] if len(shape) > 0 else [0] for v in views]
        self.starts = [v.offset for v in views]
        self.index = [0 for _ in self.shape]

    def inner_steps(self) -> list[int]:
        last = len(self.shape) - 1
        return [s[last] for s in self.steps]

    def place(self, at: list[int]) -> None:
        """Set `at[k]` to view k's position at the start of the current run."""
        for k in range(len(self.steps)):
            position = self.starts[k]
            strides = self.steps[k]
            for d in range(len(self.shape) - 1):
                position += self.index[d] * strides[d]
            at[k] = position

    def advance(self) -> bool:
        """On to the next run of the last dim; False after the last."""
        d = len(self.shape) - 2
        while d >= 0:
            self.index[d] += 1
            if self.index[d] < self.shape[d]:
                return True
            self.index[d] = 0
            d -= 1
        return False


def _walked(view: View, shape: list[int]) -> View:
    """The view itself where it has the iteration's shape; one that is only loaded from stands still."""
    if len(view.shape) == len(shape):
        same = True
        for d in range(len(shape)):
            if view.shape[d] != shape[d]:
                same = False
        if same:
            return view
    return View(view.buffer, shape, [0 for _ in shape], view.offset)


def _place_of(step: Step, array_of: Any, rank: int) -> Place:
    arrays = [array_of(v.buffer) for v in step.inputs]
    return Place(arrays, [v.offset for v in step.inputs], rank)


def _map(kernel: Map, step: Step, array_of: Any) -> None:
    out = step.outputs[0]
    target = array_of(out.buffer)
    if (
        len(kernel.exprs) == 1
        and kernel.exprs[0].op == 'const'
        and numel(out.shape) == out.buffer.size
        and is_float(out.dtype)
    ):
        value = kernel.exprs[0].value
        if out.dtype == 'float32' or out.dtype == 'float64':
            fill(target, value, 0, out.buffer.size)
            return
    if is_copy(kernel):
        _copy(target, array_of(step.inputs[0].buffer), out, step.inputs[0])
        return
    count = len(step.inputs)
    views = [_walked(v, out.shape) for v in step.inputs]
    views.extend(step.outputs)
    place = _place_of(step, array_of, max(1, len(out.shape)))
    evaluators = [evaluator(e, place) for e in kernel.exprs]
    stores = [storer(v.dtype) for v in step.outputs]
    targets = [array_of(v.buffer) for v in step.outputs]
    walk = Walk(out.shape, views)
    steps = walk.inner_steps()
    positions = [0 for _ in views]
    last = len(walk.shape) - 1
    values: list[Any] = [0 for _ in evaluators]
    going = walk.inner > 0
    while going:
        walk.place(positions)
        for d in range(last):
            place.index[d] = walk.index[d]
        for i in range(walk.inner):
            place.index[last] = i
            for s in range(count):
                place.at[s] = positions[s] + i * steps[s]
            for k in range(len(evaluators)):
                evaluate = evaluators[k]
                values[k] = evaluate()
            for k in range(len(evaluators)):
                store = stores[k]
                store(targets[k], positions[count + k] + i * steps[count + k], values[k])
        going = walk.advance()


def _copy(target: Any, source: Any, out: View, view: View) -> None:
    """Same dtype on both sides, so elements are moved as they are stored. The two innermost dims are plain loops."""
    rank = len(out.shape)
    lead = rank - 2 if rank > 2 else 0
    rows = out.shape[lead] if rank > 1 else 1
    cols = out.shape[rank - 1] if rank > 0 else 1
    from_row = view.strides[lead] if rank > 1 else 0
    to_row = out.strides[lead] if rank > 1 else 0
    from_col = view.strides[rank - 1] if rank > 0 else 0
    to_col = out.strides[rank - 1] if rank > 0 else 0
    outer = out.shape[:lead]
    # The walk's last dim belongs to the caller: here it is the pair of loops, so it counts as one.
    outer.append(1)
    walk = Walk(outer, [_outer_view(view, outer), _outer_view(out, outer)])
    positions = [0, 0]
    going = rows > 0 and cols > 0
    while going:
        walk.place(positions)
        row_from = positions[0]
        row_to = positions[1]
        for _ in range(rows):
            a = row_from
            b = row_to
            for _ in range(cols):
                target[b] = source[a]
                a += from_col
                b += to_col
            row_from += from_row
            row_to += to_row
        going = walk.advance()


def _outer_view(view: View, outer: list[int]) -> View:
    strides = view.strides[: len(outer) - 1]
    strides.append(0)
    return View(view.buffer, outer, strides, view.offset)


def _combined(op: str, total: Any, value: Any) -> Any:
    if op == 'sum':
        return total + value
    if op == 'prod':
        return total * value
    if value != value or total != total:
        return value + total
    if op == 'max':
        return value if value > total else total
    return value if value < total else total


def _stage_value(op: str, evaluate: Any, place: Place, walk: Walk, steps: list[int], starts: list[int]) -> Any:
    """One stage over the row at `starts`."""
    total: Any = IDENTITIES[op]
    best = 0
    count = 0
    is_arg = op.startswith('arg')
    keeps_first = not op.endswith('_last')
    largest = op.startswith('argmax')
    positions = [0 for _ in steps]
    going = numel(walk.shape) > 0
    while going:
        walk.place(positions)
        for i in range(walk.inner):
            for s in range(len(steps)):
                place.at[s] = starts[s] + positions[s] + i * steps[s]
            value = evaluate()
            if not is_arg:
                total = _combined(op, total, value)
            elif value == total:
                best = best if keeps_first and count > 0 else count
            elif (value > total) if largest else (value < total):
                total = value
                best = count
            count += 1
        going = walk.advance()
    return best if is_arg else total


def _reduce(kernel: Reduce, step: Step, array_of: Any) -> None:
    full = step.inputs[0].shape
    rows = full[: kernel.rows]
    cols = full[kernel.rows :]
    if numel(rows) == 0:
        return
    place = _place_of(step, array_of, max(1, len(full)))
    outer = [View(v.buffer, rows, v.strides[: kernel.rows], v.offset) for v in step.inputs]
    inner = [View(v.buffer, cols, v.strides[kernel.rows :], 0) for v in step.inputs]
    count = len(step.inputs)
    for k in range(len(step.outputs)):
        v = step.outputs[k]
        outer.append(View(v.buffer, rows, v.strides[: kernel.rows], v.offset))
        inner.append(
            View(v.buffer, cols, v.strides[kernel.rows :] if kernel.scopes[k] == 'element' else [0 for _ in cols], 0)
        )
    evaluators = [evaluator(s.expr, place) for s in kernel.stages]
    finishers = [evaluator(e, place) for e in kernel.exprs]
    walk = Walk(rows, outer)
    steps = walk.inner_steps()
    positions = [0 for _ in outer]
    base = [0 for _ in outer]
    going = True
    while going:
        walk.place(positions)
        for i in range(walk.inner):
            for s in range(len(outer)):
                base[s] = positions[s] + i * steps[s]
            place.stages = []
            for k in range(len(kernel.stages)):
                columns = Walk(cols, inner[:count])
                value = _stage_value(kernel.stages[k].op, evaluators[k], place, columns, columns.inner_steps(), base)
                place.stages.append(value)
            _write_row(kernel, step, array_of, place, finishers, inner, base, cols)
        going = walk.advance()


def _write_row(
    kernel: Reduce,
    step: Step,
    array_of: Any,
    place: Place,
    finishers: list[Any],
    inner: list[View],
    base: list[int],
    cols: list[int],
) -> None:
    count = len(step.inputs)
    for k in range(len(finishers)):
        finish = finishers[k]
        store = storer(step.outputs[k].dtype)
        target = array_of(step.outputs[k].buffer)
        if kernel.scopes[k] == 'row':
            for s in range(count):
                place.at[s] = base[s]
            store(target, base[count + k], finish())
            continue
        walk = Walk(cols, inner)
        steps = walk.inner_steps()
        positions = [0 for _ in inner]
        going = numel(cols) > 0
        while going:
            walk.place(positions)
            for i in range(walk.inner):
                for s in range(count):
                    place.at[s] = base[s] + positions[s] + i * steps[s]
                store(target, base[count + k] + positions[count + k] + i * steps[count + k], finish())
            going = walk.advance()


def _contract(kernel: Contract, step: Step, array_of: Any) -> None:
    """Row-major over the output; per element a walk over the depth."""
    out = step.outputs[0]
    if numel(out.shape) == 0:
        return
    a = step.inputs[0]
    w = step.inputs[1]
    lead = kernel.batch + kernel.rows
    depth = a.shape[lead:]
    wa = _spread(a, out.shape, kernel.batch, kernel.rows, True)
    ww = _spread(w, out.shape, kernel.batch, kernel.rows, False)
    views = [wa, ww]
    views.extend(step.inputs[2:])
    views.append(out)
    place = _place_of(step, array_of, max(1, len(out.shape)))
    finish = evaluator(kernel.epilogue, place)
    store = storer(out.dtype)
    target = array_of(out.buffer)
    deep = Walk(
        depth,
        [
            View(a.buffer, depth, a.strides[lead:], 0),
            View(w.buffer, depth, w.strides[kernel.batch : kernel.batch + kernel.depth], 0),
        ],
    )
    walk = Walk(out.shape, views)
    steps = walk.inner_steps()
    positions = [0 for _ in views]
    last = len(views) - 1
    left = evaluator(Expr('input', [], a.dtype, 0), place)
    right = evaluator(Expr('input', [], w.dtype, 1), place)
    going = walk.inner > 0
    while going:
        walk.place(positions)
        for i in range(walk.inner):
            place.acc = _dot(place, deep, left, right, positions[0] + i * steps[0], positions[1] + i * steps[1])
            for s in range(2, last):
                place.at[s] = positions[s] + i * steps[s]
            store(target, positions[last] + i * steps[last], finish())
        going = walk.advance()


def _spread(view: View, shape: list[int], batch: int, rows: int, is_left: bool) -> View:
    """The operand's position over the output's dims: the left one stands still along cols, the right one along rows."""
    strides = view.strides[:batch]
    cols = len(shape) - batch - rows
    if is_left:
        strides.extend(view.strides[batch : batch + rows])
        strides.extend([0 for _ in range(cols)])
    else:
        strides.extend([0 for _ in range(rows)])
        strides.extend(view.strides[len(view.strides) - cols :])
    return View(view.buffer, shape, strides, view.offset)


def _dot(place: Place, deep: Walk, left: Any, right: Any, a: int, w: int) -> Any:
    steps = deep.inner_steps()
    positions = [0, 0]
    total: Any = 0
    going = numel(deep.shape) > 0
    while going:
        deep.place(positions)
        place.at[0] = a + positions[0]
        place.at[1] = w + positions[1]
        for _ in range(deep.inner):
            total += left() * right()
            place.at[0] += steps[0]
            place.at[1] += steps[1]
        going = deep.advance()
    return total
