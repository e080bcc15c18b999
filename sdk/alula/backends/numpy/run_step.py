"""Every kernel run by NumPy over strided views: the reference for the other backends (CPython only)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from alula.dtypes import ROWS, bits_of, bounds, computed_as, is_packed
from alula.host.arrays import FORMATS as STORAGES
from alula.host.data import PUBLIC
from alula.kernels.expr import Expr, leaves, slot
from alula.kernels.kernel import Contract, Map, Order, Reduce, Scatter, Stage, Step, identity_of, is_copy
from alula.kernels.narrow_float import FORMATS, bits_type, decoded, encoded, unrounded
from alula.kernels.view import Buffer, View

Array = Any
# What holds the elements of each type: NumPy's own, else that of Alula's arrays; bool's are bytes, a text its number.
_OTHERS = {'bool': np.uint8, 'string': np.int32}
NUMPY_TYPES = {row.label: {**PUBLIC, **_OTHERS}.get(row.label, STORAGES.get(row.storage)) for row in ROWS}
# What each is computed in: narrow floats are rounded where they are stored, as on the other backends.
COMPUTED = {label: NUMPY_TYPES[computed_as(label)] for label in NUMPY_TYPES}


def run_step(step: Step, array_of: Callable[[Buffer], Any]) -> None:
    """Run one step over host arrays: `array_of(buffer)` is the buffer's typed array, read and written in place."""
    outputs = [_strided(v, array_of) for v in step.outputs]
    if is_copy(step.kernel):
        outputs[0][...] = _strided(step.inputs[0], array_of)
        return
    with np.errstate(all='ignore'):
        inputs = [_strided(v, array_of, is_read=True) for v in step.inputs]
        if isinstance(step.kernel, Map):
            _map(step.kernel, inputs, outputs)
        elif isinstance(step.kernel, Reduce):
            _reduce(step.kernel, inputs, outputs)
        elif isinstance(step.kernel, Contract):
            _contract(step.kernel, inputs, outputs)
        elif isinstance(step.kernel, Scatter):
            _scatter(step.kernel, inputs, outputs)
        elif isinstance(step.kernel, Order):
            _order(step.kernel, inputs, outputs)


def _strided(view: View, array_of: Callable[[Buffer], Any], is_read: bool = False) -> Array:
    """The elements of a view: as they are stored, or (`is_read`) as they are computed with."""
    flat = np.frombuffer(array_of(view.buffer), dtype=NUMPY_TYPES[view.dtype])
    if is_read:
        flat = _numbers(flat, view.dtype)
    steps = [s * flat.itemsize for s in view.strides]
    if view.buffer.size == 0 or 0 in view.shape:
        return np.empty(view.shape, flat.dtype)
    return as_strided(flat[view.offset :], view.shape, steps)


class Scope:
    """What an expression's leaves mean while a kernel runs: inputs by slot, coordinates, stages, the accumulator."""

    def __init__(self, inputs: list[Array], shape: tuple[int, ...], stages: list[Array], acc: Array | None) -> None:
        self.inputs = inputs
        self.shape = shape
        self.stages = stages
        self.acc = acc

    def value(self, e: Expr) -> Array:
        """The expression over the whole iteration space, as an array that broadcasts to it."""
        leaf = self._leaf(e)
        if leaf is not None:
            return leaf
        args = [self.value(a) for a in e.args]
        if e.op == 'load':
            return self.inputs[e.value].reshape(-1)[args[0]]
        if e.op == 'where':
            return np.where(args[0] != 0, args[1], args[2])
        if e.op == 'cast':
            return cast(args[0], e.dtype)
        if e.op == 'bitcast':
            bits = _stored(args[0], e.args[0].dtype)
            return _numbers(bits.view(NUMPY_TYPES[e.dtype]), e.dtype)
        return _primitive(e, args)

    def stored(self, e: Expr) -> Array:
        """`value`, as an output stores it."""
        return _stored(self.value(unrounded(e)), e.dtype)

    def _leaf(self, e: Expr) -> Array | None:
        if e.op == 'input':
            return self.inputs[e.value]
        if e.op == 'const':
            return np.asarray(e.value).astype(COMPUTED[e.dtype])
        if e.op == 'coord':
            axis = np.arange(self.shape[e.value], dtype=np.int32)
            return axis.reshape([-1 if d == e.value else 1 for d in range(len(self.shape))])
        if e.op == 'stage':
            return self.stages[e.value]
        return self.acc if e.op == 'acc' else None


def _primitive(e: Expr, args: list[Array]) -> Array:
    function = _FUNCTIONS.get(e.op)
    result = getattr(np, e.op)(*args) if function is None else function(*args)
    return np.asarray(result).astype(COMPUTED[e.dtype], copy=False)


def _numbers(bits: Array, dtype: str) -> Array:
    """Stored elements as they are computed with."""
    if dtype in FORMATS and dtype not in PUBLIC:
        return Scope([bits], bits.shape, [], None).value(decoded(slot(0, bits_type(dtype)), dtype))
    return bits.astype(COMPUTED[dtype], copy=False)


def _stored(x: Array, dtype: str) -> Array:
    """What is computed as it is stored."""
    if dtype in FORMATS and dtype not in PUBLIC:
        return Scope([x], x.shape, [], None).value(encoded(slot(0, 'float32'), dtype))
    return x.astype(NUMPY_TYPES[dtype], copy=False)


def cast(x: Array, target: str) -> Array:
    """ONNX Cast: to bool anything but zero is true; floats are truncated towards zero, saturating."""
    if target == 'bool':
        return (x != 0).astype(np.uint8)
    if target in FORMATS:
        return _numbers(_stored(x.astype(np.float32), target), target)
    kind = np.dtype(NUMPY_TYPES[target])
    if np.issubdtype(x.dtype, np.floating) and np.issubdtype(kind, np.integer):
        low, high = bounds(target)
        whole = np.nan_to_num(np.trunc(x.astype(np.float64)), nan=0.0, posinf=float(high), neginf=float(low))
        inside = np.clip(whole, float(low), float(high))
        # The highest int64 is no float64: the float next to it is 2**63, which no cast takes.
        beyond = inside >= float(high)
        return np.where(beyond, high, np.where(beyond, 0, inside).astype(kind))
    if is_packed(target):
        low, size = bounds(target)[0], 2 ** bits_of(target)
        return ((x - low) % size + low).astype(kind)
    return x.astype(kind)


def _div(a: Array, b: Array) -> Array:
    """Quotient; of integers towards zero, and 0 for a zero divisor."""
    if np.issubdtype(a.dtype, np.floating):
        return a / b
    safe = np.where(b == 0, 1, b)
    quotient = (
        np.abs(a) // np.abs(safe) * np.sign(a) * np.sign(safe)
        if np.issubdtype(a.dtype, np.signedinteger)
        else a // safe
    )
    return np.where(b == 0, 0, quotient)


_erf = np.vectorize(math.erf, otypes=[np.float64])
# The primitives that NumPy does not have, or not under the same name.
_FUNCTIONS: dict[str, Callable[..., Array]] = {
    'sub': np.subtract,
    'mul': np.multiply,
    'div': _div,
    'power': lambda a, b: np.power(a, b) if np.issubdtype(a.dtype, np.floating) else np.power(a.astype(np.float64), b),
    'floor_mod': np.mod,
    'trunc_mod': np.fmod,
    'neg': np.negative,
    'atan': np.arctan,
    'erf': lambda a: _erf(a) if a.size > 0 else a,
    'bit_and': np.bitwise_and,
    'bit_or': np.bitwise_or,
    'bit_xor': np.bitwise_xor,
    'bit_not': np.invert,
    'shift_left': np.left_shift,
    'shift_right': np.right_shift,
    'eq': np.equal,
    'ne': np.not_equal,
    'lt': np.less,
    'le': np.less_equal,
    'gt': np.greater,
    'ge': np.greater_equal,
}


def _map(kernel: Map, inputs: list[Array], outputs: list[Array]) -> None:
    scope = Scope(inputs, outputs[0].shape, [], None)
    values = [np.array(scope.stored(e)) for e in kernel.exprs]
    for k in range(len(outputs)):
        outputs[k][...] = values[k]


_COMBINE: dict[str, Callable[..., Array]] = {
    'sum': lambda x: np.sum(x, axis=1, dtype=np.float64 if np.issubdtype(x.dtype, np.floating) else x.dtype),
    'prod': lambda x: np.prod(x, axis=1, dtype=x.dtype),
    'max': lambda x: np.max(x, axis=1),
    'min': lambda x: np.min(x, axis=1),
    'argmax': lambda x: np.argmax(x, axis=1),
    'argmin': lambda x: np.argmin(x, axis=1),
    'argmax_last': lambda x: x.shape[1] - 1 - np.argmax(x[:, ::-1], axis=1),
    'argmin_last': lambda x: x.shape[1] - 1 - np.argmin(x[:, ::-1], axis=1),
}

# A window of few taps is combined tap by tap, which needs no array of rows × taps.
FEW_COLS = 64
_ACCUMULATE: dict[str, Callable[..., Array]] = {'sum': np.add, 'max': np.maximum, 'min': np.minimum}


def _by_column(stage: Stage, scope: Scope, rows: tuple[int, ...], cols: tuple[int, ...]) -> Array:
    total: Array | None = None
    for tap in np.ndindex(*cols):
        inputs = [x[(..., *tap)] for x in scope.inputs]
        stages = [s.reshape(rows) for s in scope.stages]
        value = np.broadcast_to(Scope(inputs, rows, stages, None).value(stage.expr), rows)
        total = value.copy() if total is None else _ACCUMULATE[stage.op](total, value, out=total)
    return np.asarray(total).astype(COMPUTED[stage.dtype], copy=False).reshape(rows + (1,) * len(cols))


def _reduce(kernel: Reduce, inputs: list[Array], outputs: list[Array]) -> None:
    # Not of all inputs: what is only loaded from has a shape of its own.
    shape = inputs[0].shape
    rows, cols = shape[: kernel.rows], shape[kernel.rows :]
    scope = Scope(inputs, shape, [], None)
    for stage in kernel.stages:
        plain = len(leaves(stage.expr, 'coord')) == 0 and len(leaves(stage.expr, 'load')) == 0
        if plain and stage.op in _ACCUMULATE and 0 < math.prod(cols) <= FEW_COLS < math.prod(rows):
            scope.stages.append(_by_column(stage, scope, rows, cols))
            continue
        flat = np.broadcast_to(scope.value(stage.expr), shape).reshape(math.prod(rows), math.prod(cols))
        dtype = COMPUTED[stage.dtype]
        nothing = identity_of(stage.op, stage.expr.dtype)
        combined = _COMBINE[stage.op](flat) if flat.shape[1] > 0 else np.full(flat.shape[0], nothing, dtype)
        scope.stages.append(combined.astype(dtype).reshape(rows + (1,) * len(cols)))
    for k in range(len(outputs)):
        value = np.broadcast_to(scope.stored(kernel.exprs[k]), shape if 0 not in cols else rows + (1,) * len(cols))
        if kernel.scopes[k] == 'row':
            value = value.reshape(rows + (-1,))[..., 0]
        outputs[k][...] = value


def _contract(kernel: Contract, inputs: list[Array], outputs: list[Array]) -> None:
    dims = kernel.batch + kernel.rows + kernel.depth
    a, w = inputs[0], inputs[1]
    batch, rows = a.shape[: kernel.batch], a.shape[kernel.batch : kernel.batch + kernel.rows]
    depth, cols = a.shape[kernel.batch + kernel.rows : dims], w.shape[kernel.batch + kernel.depth :]
    kind = COMPUTED[kernel.dtype]
    left = a.reshape(batch + (math.prod(rows), math.prod(depth))).astype(kind)
    right = w.reshape(batch + (math.prod(depth), math.prod(cols))).astype(kind)
    product = np.matmul(left, right).reshape(batch + rows + cols)
    outputs[0][...] = Scope(inputs, product.shape, [], product).stored(kernel.epilogue)


def _scatter(kernel: Scatter, inputs: list[Array], outputs: list[Array]) -> None:
    expr = kernel.exprs[0]
    flat = outputs[0].reshape(-1)
    assert np.shares_memory(flat, outputs[0])
    shape = inputs[0].shape
    combined = len(expr.args) > 0 and expr.args[0].op == 'acc'
    value = np.broadcast_to(Scope(inputs, shape, [], None).stored(expr.args[1] if combined else expr), shape)
    if combined:
        ufunc = {'add': np.add, 'mul': np.multiply, 'minimum': np.minimum, 'maximum': np.maximum}[expr.op]
        ufunc.at(flat, inputs[0], value)
    else:
        flat[inputs[0]] = value


def _order(kernel: Order, inputs: list[Array], outputs: list[Array]) -> None:
    keys = inputs[0]
    if np.issubdtype(keys.dtype, np.floating):
        # NumPy sorts NaN to the end, whatever its sign.
        keys = -keys if kernel.is_falling else keys
    elif kernel.is_falling:
        # Of integers the complement falls as they rise, for all of them.
        keys = ~keys
    outputs[0][...] = np.argsort(keys, axis=-1, kind='stable')[..., : outputs[0].shape[-1]]
