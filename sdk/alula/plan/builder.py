"""The builder that operator functions get as `g`: it turns what an operator means into steps over views.

Elementwise results follow the memory order of what they read, so layouts spread by themselves; a step that reads
constants alone runs at once (constant folding). Graphs and operators are not known here.
"""

from __future__ import annotations

from typing import Any

from alula.dtypes import ROWS, computed_as
from alula.errors import DataDependentShapeError, UnsupportedTypeError, ValueCheckError
from alula.host.arrays import TypedArray, sub, to_list
from alula.host.float16 import f16_bits
from alula.kernels.expr import Expr, Slots, acc, binary, cast, leaves, literal, stage, to_expr
from alula.kernels.kernel import Contract, Kernel, Map, Order, Reduce, Scatter, Stage, Step, copying
from alula.kernels.view import (
    Buffer,
    View,
    broadcast_shapes,
    dims_text,
    is_contiguous,
    is_dense,
    memory_order,
    numel,
    ordered_strides,
    reshaped,
    sliced,
    transposed,
    unrepeated,
)
from alula.plan.constants import Constants

# The element types that kernels compute with.
COMPUTED = [row.label for row in ROWS if row.kind != 'complex']


class Builder:
    """Collects steps. `origin` is the name of the node being lowered, for reports and errors."""

    def __init__(self, constants: Constants) -> None:
        self.constants = constants
        self.steps: list[Step] = []
        self.origin = ''
        self.buffers = 0
        # The narrow floats whose products the backend computes as they are.
        self.multiplied: list[str] = []
        # Pairs: an int32 that must be 0 after a run, and what it means if it isn't.
        self.checks: list[list[Any]] = []

    # Buffers and constants

    def buffer(self, dtype: str, size: int) -> Buffer:
        """A new buffer in the arena. UnsupportedTypeError for a dtype that no kernel computes with."""
        if dtype not in COMPUTED:
            raise UnsupportedTypeError(dtype, 'kernels do not compute with it')
        self.buffers += 1
        return Buffer(f'b{self.buffers}', dtype, size, None)

    def empty(self, dtype: str, shape: list[int], order: list[int] | None) -> View:
        """A new buffer of `shape`, its dims lying in memory in `order`, outermost first (None: as they stand)."""
        return View(self.buffer(dtype, numel(shape)), shape, ordered_strides(shape, order), 0)

    def constant(self, dtype: str, shape: list[int], values: list[Any]) -> View:
        """A constant from a short row-major list of numbers."""
        if dtype == 'float16':
            return self.constants.of_values(dtype, shape, [f16_bits(v) for v in values])
        return self.map(cast(self.constants.of_values(computed_as(dtype), shape, values), dtype))

    def texts(self, texts: list[str]) -> View:
        """A vector of texts."""
        return self.constants.of_texts([len(texts)], texts)

    def numbers(self, view: View, what: str) -> list[Any]:
        """The elements of a constant, row-major. DataDependentShapeError if they are not known while planning."""
        if not view.buffer.is_constant:
            raise self.unknown(view, what)
        return to_list(self.elements(self.map(cast(view, computed_as(view.dtype))), what))

    def elements(self, view: View, what: str) -> TypedArray:
        """`numbers` as the host's arrays hold them; not to be written to."""
        if not view.buffer.is_constant:
            raise self.unknown(view, what)
        plain = self.contiguous(view)
        return sub(plain.buffer.values(), plain.offset, plain.offset + numel(plain.shape))

    def unknown(self, view: View, what: str) -> DataDependentShapeError:
        """The error that a view's elements are not known while planning. Graphs, which say where they come from, are
        not known here."""
        return DataDependentShapeError(what, 'it must be known before the model runs', [], [])

    # Steps

    def emit(self, kernel: Kernel, inputs: list[View], outputs: list[View]) -> None:
        """Add a step, unless there is nothing to compute; to the recipe of its outputs, if they are constants."""
        if numel(outputs[0].shape) > 0:
            step = Step(kernel, inputs, outputs, self.origin)
            if outputs[0].buffer.is_constant:
                for view in outputs:
                    view.buffer.recipe.append(step)
            else:
                self.steps.append(step)

    def finish(self, kernel: Kernel, inputs: list[View], outputs: list[View]) -> list[View]:
        """Emit into fresh outputs. If all inputs are constants, so are the outputs: made once per session."""
        if not _are_constant(inputs):
            self.emit(kernel, inputs, outputs)
            return outputs
        layouts = [*[str(v) for v in inputs], *[dims_text([*o.shape, *o.strides]) for o in outputs]]
        key = kernel.key() + ' of ' + ' '.join(layouts)
        known: list[View] | None = self.constants.by_key.find(key)
        if known is None:
            known = [self._constant_as(o) for o in outputs]
            self.emit(kernel, inputs, known)
            self.constants.by_key.put(key, known)
        return known

    def _constant_as(self, view: View) -> View:
        """A constant with the layout of `view`, to be made by steps."""
        return _over(self.constants.computed(view.dtype, view.buffer.size), view)

    def map(self, expr: Any) -> View:
        """The expression for every index of what its reads broadcast to."""
        tree = to_expr(expr, 'float32')
        if tree.op == 'read':
            view: View = tree.value
            return view
        return self.map_over(tree, _space_of(tree))

    def map_over(self, tree: Expr, shape: list[int]) -> View:
        """The expression for every index of `shape`."""
        slots = Slots([])
        bound = slots.bind(tree, shape)
        out = self.empty(tree.dtype, shape, order_of(slots.views, shape))
        return self.finish(Map([bound]), slots.views, [out])[0]

    def copied(self, view: View, order: list[int] | None) -> View:
        """A copy whose dims lie in memory in `order` (None: row-major)."""
        return self.finish(copying(view.dtype), [view], [self.empty(view.dtype, view.shape, order)])[0]

    def contiguous(self, view: View) -> View:
        """The view itself if its elements lie row-major without gaps, else a copy that does."""
        return view if is_contiguous(view) else self.copied(view, None)

    def whole(self, view: View) -> View:
        """The view as a whole row-major buffer of its own, as a program's outputs are."""
        return view if is_dense(view) else self.copied(view, None)

    def reshape(self, view: View, shape: list[int]) -> View:
        """The same elements in row-major order under another shape: a view where strides can say it, else a copy."""
        same = reshaped(view, shape)
        if same is None:
            same = reshaped(self.copied(view, None), shape)
        assert same is not None
        return same

    def fill(self, view: View, value: float) -> None:
        """Write one value all over a view."""
        self.emit(Map([literal(value, view.dtype)]), [], [view])

    def write(self, target: View, source: View) -> None:
        """Copy a view into another of the same shape."""
        self.emit(copying(source.dtype), [source], [target])

    def concatenated(self, parts: list[View], axis: int) -> View:
        """The parts one after the other along `axis`, in the memory order of the largest."""
        shape = parts[0].shape[:]
        shape[axis] = sum([p.shape[axis] for p in parts])
        largest = max(parts, key=lambda p: numel(p.shape))
        out = self._target(parts[0].dtype, shape, order_of([largest], largest.shape), parts)
        at = 0
        for p in parts:
            self.write(sliced(out, axis, at, p.shape[axis], 1), p)
            at += p.shape[axis]
        return out

    def padded(self, view: View, before: list[int], after: list[int], value: float, order: list[int] | None) -> View:
        """The view within a border of `value`: `before[d]` and `after[d]` elements along dim d (not negative).

        `order` is the result's memory order, None the view's.
        """
        shape = [view.shape[d] + before[d] + after[d] for d in range(len(view.shape))]
        if order is None:
            order = order_of([view], view.shape)
        out = self._target(view.dtype, shape, order, [view])
        inner = out
        for d in range(len(shape)):
            # The border of dim d spans what the dims before it left as interior, so no element is written twice.
            if before[d] + after[d] > 0:
                self._fill_ends(inner, d, before[d], after[d], value)
                inner = sliced(inner, d, before[d], view.shape[d], 1)
        self.write(inner, view)
        return out

    def _fill_ends(self, view: View, axis: int, before: int, after: int, value: float) -> None:
        """Fill the first `before` and the last `after` of an axis: by one step where they are equally many."""
        first = sliced(view, axis, 0, before, 1)
        last = sliced(view, axis, view.shape[axis] - after, after, 1)
        if before == after:
            step = last.offset - first.offset
            self.fill(View(first.buffer, [2, *first.shape], [step, *first.strides], first.offset), value)
        else:
            self.fill(first, value)
            self.fill(last, value)

    def scattered(self, data: View, places: Any, updates: View, combine: str) -> View:
        """A copy of `data` in which each of the `updates` takes the place of the element that `places`, an expression
        over their shape, has the linear index of; or is combined with it by a primitive."""
        wide = computed_as(data.dtype)
        if combine != '' and wide != data.dtype:
            sums = self.scattered(self.map(cast(data, wide)), places, self.map(cast(updates, wide)), combine)
            return self.map(cast(sums, data.dtype))
        index = self.map_over(to_expr(places, 'int32'), updates.shape)
        out = self._target(data.dtype, data.shape, None, [data, index, updates])
        self.write(out, data)
        if numel(updates.shape) > 0:
            slots = Slots([index])
            value = slots.bind(to_expr(updates, data.dtype), updates.shape)
            tree = value if combine == '' else binary(combine, acc(data.dtype), value)
            self.emit(Scatter(tree), slots.views, [out])
        return out

    def ordered(self, x: View, count: int, is_falling: bool) -> View:
        """The indices (int64) of the first `count` elements along the last dim, sorted."""
        x = self.map(cast(x, computed_as(x.dtype)))
        out = self.empty('int64', [*x.shape[:-1], count], None)
        return self.finish(Order(is_falling), [x], [out])[0]

    def _target(self, dtype: str, shape: list[int], order: list[int] | None, sources: list[View]) -> View:
        """An output to be written by parts: a constant buffer if all sources are constants."""
        out = self.empty(dtype, shape, order)
        return self._constant_as(out) if _are_constant(sources) else out

    def check(self, bad: Expr, message: str) -> None:
        """No element of `bad` (bool) may be true: ValueCheckError, now for known values, else after the run."""
        shape = _space_of(bad)
        flag = self.reduce('max', cast(bad, 'int32'), list(range(len(shape))), False)
        if not flag.buffer.is_constant:
            self.checks.append([flag, f'{self.origin}: {message}'])
        elif self.numbers(flag, 'check')[0] > 0:
            raise ValueCheckError(message)

    # Reductions and products

    def rowwise(self, shape: list[int], axes: list[int]) -> Rowwise:
        """Begin a Reduce of `axes` (not negative) of the iteration space `shape`."""
        return Rowwise(self, shape, axes)

    def reduce(self, op: str, expr: Any, axes: list[int], keepdims: bool) -> View:
        """One reduction `op` (kernels.kernel.IDENTITIES)."""
        rows = self.rowwise(_space_of(to_expr(expr, 'float32')), axes)
        rows.row(rows.stage(op, expr), keepdims)
        return rows.done()[0]

    def contract(
        self, a: View, w: View, batch: int, rows: int, depth: int, order: list[int] | None
    ) -> View:
        """Σ over depth of a[batch, rows, depth] · w[batch, depth, cols] as a view [batch, rows, cols].

        `batch`, `rows` and `depth` count dims; the rest of w's are cols. `order` is the result's memory order. It has
        the operands' type; products of narrower floats are summed in float32.
        """
        given = a.dtype
        dtype = computed_as(given)
        if given not in self.multiplied:
            a = self.widened(a)
            w = self.widened(w)
        cols = len(w.shape) - batch - depth
        shape = [*a.shape[: batch + rows], *w.shape[batch + depth :]]
        kernel = Contract(batch, rows, cols, depth, dtype, cast(acc(dtype), given))
        return self.finish(kernel, [a, w], [self.empty(given, shape, order)])[0]

    def widened(self, view: View) -> View:
        """The view over a copy of its buffer in the type that is computed with."""
        wide = computed_as(view.dtype)
        if wide == view.dtype:
            return view
        whole = View(view.buffer, [view.buffer.size], [1], 0)
        return _over(self.map(cast(whole, wide)).buffer, view)


class Rowwise:
    """A Reduce in the making: `stage` per pass over the row, then `row` or `element` per result, then `done`.

    Where expressions count (`coord`), the reduced axes must be the last.
    """

    def __init__(self, g: Builder, shape: list[int], axes: list[int]) -> None:
        self.g = g
        self.shape = shape
        self.axes = axes
        self.stages: list[Stage] = []
        self.scopes: list[str] = []
        self.keepdims: list[bool] = []
        self.exprs: list[Expr] = []

    def stage(self, op: str, expr: Any) -> Expr:
        """Combine `expr` over the row; the result may be used in what follows."""
        tree = to_expr(expr, 'float32')
        dtype = 'int64' if op.startswith('arg') else tree.dtype
        self.stages.append(Stage(op, tree, computed_as(dtype)))
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
        stages = [Stage(s.op, slots.bind(s.expr, self.shape), s.dtype) for s in self.stages]
        exprs = [slots.bind(e, self.shape) for e in self.exprs]
        order = order_of(slots.views, self.shape)
        dims = range(len(self.shape))
        kept = [d for d in dims if d not in self.axes]
        turn = [*kept, *self.axes]
        # Each result as the operator wants it, and as the kernel writes it: its dims are rows, then (per element) cols.
        results: list[View] = []
        outputs: list[View] = []
        for k in range(len(exprs)):
            own = turn if self.scopes[k] == 'element' else kept
            result = self.g.empty(exprs[k].dtype, [self.shape[d] if d in own else 1 for d in dims], order)
            outputs.append(transposed(result, own))
            results.append(result if self.keepdims[k] else outputs[k])
        # What is only loaded from keeps its shape.
        loaded = [leaf.value for e in [*[s.expr for s in stages], *exprs] for leaf in leaves(e, 'load')]
        inputs = [v if s in loaded else transposed(v, turn) for s, v in enumerate(slots.views)]
        made = self.g.finish(Reduce(len(kept), stages, self.scopes, exprs), inputs, outputs)
        return [_over(made[k].buffer, results[k]) for k in range(len(made))]


def order_of(views: list[View], shape: list[int]) -> list[int] | None:
    """The memory order of the first view that is as large as `shape` and repeats nothing; of computed values before
    constants. None if there is none."""
    best: View | None = None
    for view in views:
        if len(view.shape) == len(shape) and numel(unrepeated(view)) == numel(shape):
            if best is None or (best.buffer.is_constant and not view.buffer.is_constant):
                best = view
    return None if best is None else memory_order(best)


def _space_of(tree: Expr) -> list[int]:
    """What the reads of an expression broadcast to."""
    return broadcast_shapes([leaf.value.shape for leaf in leaves(tree, 'read')])


def _are_constant(views: list[View]) -> bool:
    for view in views:
        if not view.buffer.is_constant:
            return False
    return True


def _over(buffer: Buffer, view: View) -> View:
    return View(buffer, view.shape, view.strides, view.offset)
