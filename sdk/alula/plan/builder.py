"""The builder that operator functions get as `g`: it turns what an operator means into steps over views.

Elementwise results follow the memory order of what they read, so layouts spread by themselves; a step that reads
constants alone runs at once (constant folding). Graphs and operators are not known here.
"""

from __future__ import annotations

from typing import Any

from alula.errors import DataDependentShapeError, ShapeError, UnsupportedTypeError, ValueCheckError
from alula.host.arrays import to_list
from alula.kernels.expr import Expr, Slots, acc, cast, leaves, read, stage, to_expr
from alula.kernels.kernel import COMPUTED_TYPES, Contract, Map, Reduce, Stage, Step
from alula.kernels.view import (
    Buffer,
    View,
    broadcast,
    broadcast_shapes,
    dense,
    dims_text,
    is_contiguous,
    is_dense,
    memory_order,
    numel,
    ordered_strides,
    reshaped,
    sliced,
    transposed,
)
from alula.plan.constants import Constants


class Check:
    """A value that only a run knows must be in order: `flag`, an int32, is then 0; `message` says what is wrong."""

    def __init__(self, flag: View, message: str) -> None:
        self.flag = flag
        self.message = message


class Builder:
    """Collects steps. `origin` is the name of the node being lowered, for reports and errors."""

    def __init__(self, constants: Constants) -> None:
        self.constants = constants
        self.steps: list[Step] = []
        self.origin = ''
        self.buffers = 0
        self.checks: list[Check] = []

    # Buffers and constants

    def buffer(self, dtype: str, size: int) -> Buffer:
        """A new buffer in the arena. UnsupportedTypeError for a dtype that no kernel computes with."""
        if dtype not in COMPUTED_TYPES:
            raise UnsupportedTypeError(dtype, 'kernels do not compute with it')
        self.buffers += 1
        return Buffer(f'b{self.buffers}', dtype, size, None)

    def empty(self, dtype: str, shape: list[int], order: list[int] | None = None) -> View:
        """A new buffer of `shape`, its dims lying in memory in `order`, outermost first (None: as they stand)."""
        buffer = self.buffer(dtype, numel(shape))
        return dense(buffer, shape) if order is None else View(buffer, shape, ordered_strides(shape, order), 0)

    def constant(self, dtype: str, shape: list[int], values: list[Any]) -> View:
        """A constant from a short row-major list."""
        return self.constants.of_values(dtype, shape, values)

    def is_constant(self, view: View | None) -> bool:
        return view is not None and view.buffer.is_constant

    def numbers(self, view: View, what: str) -> list[Any]:
        """The elements of a constant, row-major. DataDependentShapeError if they are not known while planning."""
        if not view.buffer.is_constant:
            raise DataDependentShapeError(what, 'it must be known before the model runs')
        plain = self.contiguous(view)
        count = numel(plain.shape)
        values: list[Any] = to_list(plain.buffer.values())
        return values[plain.offset : plain.offset + count] if count > 0 else []

    # Steps

    def emit(self, kernel: Any, inputs: list[View], outputs: list[View]) -> None:
        """Add a step; to the recipe of its outputs, if they are constants."""
        step = Step(kernel, inputs, outputs, self.origin)
        if outputs[0].buffer.is_constant:
            for view in outputs:
                view.buffer.recipe.append(step)
        elif numel(outputs[0].shape) > 0:
            self.steps.append(step)

    def finish(self, kernel: Any, inputs: list[View], outputs: list[View]) -> list[View]:
        """Emit into fresh outputs. If all inputs are constants, so are the outputs: made once per session."""
        folds = len(inputs) > 0
        for view in inputs:
            if not view.buffer.is_constant:
                folds = False
        if not folds:
            self.emit(kernel, inputs, outputs)
            return outputs
        shapes = [o.dtype + dims_text(o.shape) + dims_text(o.strides) for o in outputs]
        key = kernel.key() + ' of ' + ' '.join([str(v) for v in inputs]) + ' as ' + ' '.join(shapes)
        known = self.constants.by_key.find(key)
        if known is None:
            known = [self.constants.computed(view.dtype, view.buffer.size) for view in outputs]
            views = [_over(known[i], outputs[i]) for i in range(len(outputs))]
            self.emit(kernel, inputs, views)
            self.constants.by_key.put(key, known)
        return [_over(known[i], outputs[i]) for i in range(len(outputs))]

    def map(self, expr: Any, shape: list[int] | None = None) -> View:
        """The expression for every index of `shape` (None: what its reads broadcast to)."""
        tree = to_expr(expr, 'float32')
        if tree.op == 'read' and shape is None:
            view: View = tree.value
            return view
        reads = leaves(tree, 'read')
        if shape is None:
            shape = broadcast_shapes([r.value.shape for r in reads])
            if shape is None:
                texts = [dims_text(r.value.shape) for r in reads]
                raise ShapeError('Shapes ' + ' and '.join(texts) + ' do not broadcast together')
        slots = Slots([])
        bound = slots.bind(tree, shape)
        order = self._order_of(reads, shape)
        return self.finish(Map([bound]), slots.views, [self.empty(tree.dtype, shape, order)])[0]

    def _order_of(self, reads: list[Expr], shape: list[int]) -> list[int] | None:
        """The memory order of the first read that is as large as the result; of computed values before constants."""
        count = numel(shape)
        best: View | None = None
        for leaf in reads:
            view: View = leaf.value
            if numel(view.shape) == count and len(view.shape) == len(shape) and _has_no_repeats(view):
                if best is None or (best.buffer.is_constant and not view.buffer.is_constant):
                    best = view
        return None if best is None else memory_order(best)

    def copied(self, view: View, order: list[int] | None = None) -> View:
        """A copy whose dims lie in memory in `order` (None: row-major)."""
        slots = Slots([])
        expr = slots.bind(read(view), view.shape)
        return self.finish(Map([expr]), slots.views, [self.empty(view.dtype, view.shape[:], order)])[0]

    def contiguous(self, view: View) -> View:
        """The view itself if its elements lie row-major without gaps, else a copy that does."""
        return view if is_contiguous(view) else self.copied(view)

    def reshape(self, view: View, shape: list[int]) -> View:
        """The same elements in row-major order under another shape: a view where strides can say it, else a copy."""
        same = reshaped(view, shape)
        if same is None:
            same = reshaped(self.copied(view), shape)
        assert same is not None
        return same

    def expand(self, view: View, shape: list[int]) -> View:
        """The view broadcast to `shape`; moves nothing."""
        wide = broadcast(view, shape)
        if wide is None:
            raise ShapeError(f'Shape {dims_text(view.shape)} does not broadcast to {dims_text(shape)}')
        return wide

    def fill(self, view: View, value: float) -> None:
        """Write one value all over a view."""
        if numel(view.shape) > 0:
            self.emit(Map([to_expr(value, view.dtype)]), [], [view])

    def write(self, target: View, source: View) -> None:
        """Copy a view into another of the same shape."""
        slots = Slots([])
        expr = slots.bind(read(source), target.shape)
        if numel(target.shape) > 0:
            self.emit(Map([expr]), slots.views, [target])

    def concatenated(self, parts: list[View], axis: int) -> View:
        """The parts one after the other along `axis`, in the memory order of the largest."""
        shape = parts[0].shape[:]
        shape[axis] = sum([p.shape[axis] for p in parts])
        largest = parts[0]
        for p in parts:
            if numel(p.shape) > numel(largest.shape):
                largest = p
        order = memory_order(largest) if _has_no_repeats(largest) else None
        out = self._target(parts[0].dtype, shape, order, parts)
        at = 0
        for p in parts:
            self.write(sliced(out, axis, at, p.shape[axis], 1), p)
            at += p.shape[axis]
        return out

    def padded(
        self, view: View, before: list[int], after: list[int], value: float, order: list[int] | None = None
    ) -> View:
        """The view within a border of `value`: `before[d]` and `after[d]` elements along dim d (not negative)."""
        shape = [view.shape[d] + before[d] + after[d] for d in range(len(view.shape))]
        if order is None and _has_no_repeats(view):
            order = memory_order(view)
        out = self._target(view.dtype, shape, order, [view])
        inner = out
        for d in range(len(shape)):
            # The border of dim d spans what the dims before it left as interior, so no element is written twice.
            self._fill_ends(inner, d, before[d], after[d], value)
            inner = sliced(inner, d, before[d], view.shape[d], 1)
        self.write(inner, view)
        return out

    def _fill_ends(self, view: View, axis: int, before: int, after: int, value: float) -> None:
        """Fill the first `before` and the last `after` of an axis: by one step where they are equally many."""
        rest = view.shape[axis] - after
        first = sliced(view, axis, 0, before, 1)
        if before == after and before > 0:
            step = rest * view.strides[axis]
            self.fill(View(first.buffer, [2, *first.shape], [step, *first.strides], first.offset), value)
        else:
            self.fill(first, value)
            self.fill(sliced(view, axis, rest, after, 1), value)

    def _target(self, dtype: str, shape: list[int], order: list[int] | None, sources: list[View]) -> View:
        """An output to be written by parts: a constant buffer if all sources are constants."""
        out = self.empty(dtype, shape, order)
        for view in sources:
            if not view.buffer.is_constant:
                return out
        return _over(self.constants.computed(dtype, out.buffer.size), out)

    def check(self, bad: Expr, message: str) -> None:
        """No element of `bad` (bool) may be true: ValueCheckError, now for known values, else after the run."""
        shape = broadcast_shapes([r.value.shape for r in leaves(bad, 'read')])
        assert shape is not None
        flag = self.reduce('max', cast(bad, 'int32'), list(range(len(shape))), False)
        if not self.is_constant(flag):
            self.checks.append(Check(flag, f'{self.origin}: {message}'))
        elif numel(shape) > 0 and self.numbers(flag, 'check')[0] != 0:
            raise ValueCheckError(message)

    # Reductions and products

    def rowwise(self, shape: list[int], axes: list[int]) -> Rowwise:
        """Begin a Reduce of `axes` (not negative) of the iteration space `shape`."""
        return Rowwise(self, shape, axes)

    def reduce(self, op: str, expr: Any, axes: list[int], keepdims: bool, finish: Any = None) -> View:
        """One reduction `op` (kernels.kernel.IDENTITIES); `finish` maps the result's expression, if given."""
        tree = to_expr(expr, 'float32')
        shape = broadcast_shapes([r.value.shape for r in leaves(tree, 'read')])
        assert shape is not None
        rows = self.rowwise(shape, axes)
        result = rows.stage(op, tree)
        rows.row(result if finish is None else finish(result), keepdims)
        return rows.done()[0]

    def contract(
        self,
        a: View,
        w: View,
        batch: int,
        rows: int,
        depth: int,
        order: list[int] | None = None,
    ) -> View:
        """Σ over depth of a[batch, rows, depth] · w[batch, depth, cols] as a view [batch, rows, cols].

        `batch`, `rows` and `depth` count dims; the rest of w's are cols. `order` is the result's memory order. It has
        the operands' type; products of float16 are summed in float32.
        """
        cols = len(w.shape) - batch - depth
        shape = a.shape[: batch + rows]
        shape.extend(w.shape[batch + depth :])
        dtype = 'float32' if a.dtype == 'float16' else a.dtype
        kernel = Contract(batch, rows, cols, depth, dtype, cast(acc(dtype), a.dtype))
        return self.finish(kernel, [a, w], [self.empty(a.dtype, shape, order)])[0]


class Rowwise:
    """A Reduce in the making: `stage` per pass over the row, then `row` or `element` per result, then `done`."""

    def __init__(self, g: Builder, shape: list[int], axes: list[int]) -> None:
        self.g = g
        self.shape = shape
        self.axes = axes
        self.kept = [d for d in range(len(shape)) if d not in axes]
        self.stages: list[Stage] = []
        self.scopes: list[str] = []
        self.keepdims: list[bool] = []
        self.exprs: list[Expr] = []

    def stage(self, op: str, expr: Any) -> Expr:
        """Combine `expr` over the row; the result may be used in what follows."""
        tree = to_expr(expr, 'float32')
        dtype = 'int64' if op.startswith('arg') else tree.dtype
        self.stages.append(Stage(op, tree, dtype))
        return stage(len(self.stages) - 1, dtype)

    def row(self, expr: Expr, keepdims: bool) -> None:
        """A result per row; with `keepdims` the reduced dims stay, of size 1."""
        self._result('row', expr, keepdims)

    def element(self, expr: Expr) -> None:
        """A result per element."""
        self._result('element', expr, True)

    def _result(self, scope: str, expr: Expr, keepdims: bool) -> None:
        self.scopes.append(scope)
        self.exprs.append(expr)
        self.keepdims.append(keepdims)

    def done(self) -> list[View]:
        """Emit; the results in the order in which they were asked for."""
        slots = Slots([])
        trees = [s.expr for s in self.stages]
        trees.extend(self.exprs)
        reads: list[Expr] = []
        for tree in trees:
            reads.extend(leaves(tree, 'read'))
        order = self.g._order_of(reads, self.shape)
        if order is None:
            order = list(range(len(self.shape)))
        stages = [Stage(s.op, slots.bind(s.expr, self.shape), s.dtype) for s in self.stages]
        exprs = [slots.bind(e, self.shape) for e in self.exprs]
        turn = self.kept[:]
        turn.extend(self.axes)
        inputs = [transposed(v, turn) for v in slots.views]
        kernel = Reduce(len(self.kept), stages, self.scopes, exprs)
        results = self.g.finish(kernel, inputs, [self._output(k, turn, order) for k in range(len(exprs))])
        return [self._named(k, results[k], turn) for k in range(len(results))]

    def _output(self, k: int, turn: list[int], order: list[int]) -> View:
        """The output as the kernel writes it: its dims are rows, then (per element) cols."""
        dims = turn if self.scopes[k] == 'element' else self.kept
        shape = [self.shape[d] for d in dims]
        memory = [dims.index(d) for d in order if d in dims]
        return self.g.empty(self.exprs[k].dtype, shape, memory)

    def _named(self, k: int, view: View, turn: list[int]) -> View:
        """The output with its dims where the operator wants them."""
        if self.scopes[k] == 'element':
            return transposed(view, [turn.index(d) for d in range(len(turn))])
        if not self.keepdims[k]:
            return view
        shape = [1 for _ in self.shape]
        strides = [0 for _ in self.shape]
        for i in range(len(self.kept)):
            shape[self.kept[i]] = view.shape[i]
            strides[self.kept[i]] = view.strides[i]
        return View(view.buffer, shape, strides, view.offset)


def _over(buffer: Buffer, view: View) -> View:
    return View(buffer, view.shape, view.strides, view.offset)


def _has_no_repeats(view: View) -> bool:
    """Whether no dim is broadcast: the view's memory order says something."""
    for i in range(len(view.shape)):
        if view.shape[i] != 1 and view.strides[i] == 0:
            return False
    return True


def ensure_dense(g: Builder, view: View) -> View:
    """The view as a whole row-major buffer of its own, as a program's outputs are."""
    return view if is_dense(view) else g.copied(view)
