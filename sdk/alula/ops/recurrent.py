"""Recurrent networks, unrolled: a product over the whole sequence, then per time step a product with the state."""

from __future__ import annotations

from typing import Any

from alula.errors import AttributeValueError
from alula.kernels.expr import (
    Expr,
    absolute,
    add,
    cast,
    clamp,
    div,
    exp,
    gt,
    le,
    log,
    lt,
    maximum,
    mul,
    neg,
    sigmoid,
    sub,
    tanh,
    to_expr,
    where,
)
from alula.kernels.view import View, broadcast, sliced, transposed, with_axis, without_axis
from alula.ops.gather import reversed_within
from alula.ops.matmul import matmul
from alula.ops.registry import operator
from alula.ops.shape import trailing
from alula.plan.lower import Lowering

# By name in small letters: default alpha and beta, and the function of x, alpha and beta.
ACTIVATIONS: dict[str, list[Any]] = {
    'relu': [0.0, 0.0, lambda x, a, b: maximum(x, 0.0)],
    'tanh': [0.0, 0.0, lambda x, a, b: tanh(x)],
    'sigmoid': [0.0, 0.0, lambda x, a, b: sigmoid(x)],
    'affine': [1.0, 0.0, lambda x, a, b: add(mul(x, a), b)],
    'leakyrelu': [0.01, 0.0, lambda x, a, b: where(lt(x, 0.0), mul(x, a), x)],
    'thresholdedrelu': [1.0, 0.0, lambda x, a, b: where(gt(x, a), x, 0.0)],
    'scaledtanh': [1.0, 1.0, lambda x, a, b: mul(tanh(mul(x, b)), a)],
    'hardsigmoid': [0.2, 0.5, lambda x, a, b: clamp(add(mul(x, a), b), 0.0, 1.0)],
    'elu': [1.0, 0.0, lambda x, a, b: where(lt(x, 0.0), mul(sub(exp(x), 1.0), a), x)],
    'softsign': [0.0, 0.0, lambda x, a, b: div(x, add(absolute(x), 1.0))],
    'softplus': [0.0, 0.0, lambda x, a, b: add(maximum(x, 0.0), log(add(exp(neg(absolute(x))), 1.0)))],
}
WITH_BETA = ['affine', 'scaledtanh', 'hardsigmoid']
WITH_ALPHA = [*WITH_BETA, 'leakyrelu', 'thresholdedrelu', 'elu']


class Layer:
    """A recurrent node: what RNN, GRU and LSTM have in common.

    `functions`: the activations of all directions, those of one after those of the other; `names` are the operator's
    own, of one direction. Per direction: `w` [input, gates · hidden], `r` [hidden, gates · hidden], and biases, which
    are 0 where the model has none.
    """

    def __init__(
        self,
        g: Lowering,
        x: View,
        w: View,
        r: View,
        b: View | None,
        lengths: View | None,
        names: list[str],
        *,
        activation_alpha: list[float] | None = None,
        activation_beta: list[float] | None = None,
        activations: list[str] | None = None,
        clip: float | None = None,
        direction: str = 'forward',
        hidden_size: int | None = None,
        layout: int = 0,
    ) -> None:
        self.g = g
        self.layout = layout
        self.direction = direction
        if self.direction not in ['forward', 'reverse', 'bidirectional']:
            raise AttributeValueError('direction', f"is '{self.direction}', which ONNX does not define")
        self.clip = clip
        # [time, batch, input]
        self.x = transposed(x, [1, 0, 2]) if self.layout != 0 else x
        self.w = w
        self.r = r
        self.b = b
        self.lengths = lengths
        self.hidden = r.shape[2]
        self.directions = r.shape[0]
        self.functions: list[Any] = []
        every = [name for _ in range(self.directions) for name in names] if activations is None else activations
        alphas = [] if activation_alpha is None else activation_alpha[:]
        betas = [] if activation_beta is None else activation_beta[:]
        if len(every) != self.directions * len(names):
            raise AttributeValueError('activations', f'has {len(every)} names for {self.directions} directions')
        for name in every:
            key = name.lower()
            if key not in ACTIVATIONS:
                raise AttributeValueError('activations', f"has '{name}', which ONNX does not define")
            row = ACTIVATIONS[key]
            alpha = alphas.pop(0) if key in WITH_ALPHA and len(alphas) > 0 else row[0]
            beta = betas.pop(0) if key in WITH_BETA and len(betas) > 0 else row[1]
            self.functions.append(_activation(row[2], alpha, beta))

    def part(self, view: View, direction: int, axis: int, index: int) -> View:
        """Block `index`, as wide as the state, of a direction of a parameter [direction, …]."""
        return sliced(without_axis(sliced(view, 0, direction, 1, 1), 0), axis, index * self.hidden, self.hidden, 1)

    def initial(self, state: View | None, direction: int) -> View:
        """The state [batch, hidden] to begin with."""
        if state is None:
            return broadcast(self.g.constant(self.x.dtype, [], [0]), [self.x.shape[1], self.hidden])
        axis = 1 if self.layout != 0 else 0
        return without_axis(sliced(state, axis, direction, 1, 1), axis)

    def clipped(self, x: Any) -> Any:
        """What goes into an activation."""
        return x if self.clip is None else clamp(x, -self.clip, self.clip)

    def run(self, starts: list[View | None], cell: Any) -> list[View]:
        """All directions over the sequence. `cell(direction, xw, states)` gives the new states (the first is the
        output) from the product [batch, gates · hidden] of the input with w. The results: all outputs, then the last
        of each state."""
        g = self.g
        outputs: list[View] = []
        lasts: list[list[View]] = [[] for _ in starts]
        time = self.x.shape[0]
        for direction in range(self.directions):
            backwards = self.direction == 'reverse' or direction == 1
            x = self._turned(self.x) if backwards else self.x
            weights = transposed(without_axis(sliced(self.w, 0, direction, 1, 1), 0), [1, 0])
            product = matmul(g, x, weights)
            states = [self.initial(start, direction) for start in starts]
            rows: list[View] = []
            for t in range(time):
                fresh = cell(direction, without_axis(sliced(product, 0, t, 1, 1), 0), states)
                result = fresh[0]
                if self.lengths is not None:
                    # Beyond its end a sequence keeps its state and gives zeros.
                    over = le(cast(trailing(self.lengths, 1), 'int32'), t)
                    result = g.map(where(over, 0.0, fresh[0]))
                    fresh = [g.map(where(over, states[i], state)) for i, state in enumerate(fresh)]
                states = fresh
                rows.append(with_axis(result, 0, 1))
            y = g.concatenated(rows, 0)
            outputs.append(with_axis(self._turned(y) if backwards else y, 1, 1))
            for i, state in enumerate(states):
                lasts[i].append(with_axis(state, 0, 1))
        results = [self._joined(outputs, 1), *[self._joined(last, 0) for last in lasts]]
        if self.layout != 0:
            results = [transposed(results[0], [2, 0, 1, 3]), *[transposed(last, [1, 0, 2]) for last in results[1:]]]
        return results

    def _turned(self, x: View) -> View:
        """A sequence backwards, each as far as it goes."""
        if self.lengths is None:
            return sliced(x, 0, x.shape[0] - 1, x.shape[0], -1)
        return reversed_within(self.g, x, self.lengths, 1, 0)

    def _joined(self, views: list[View], axis: int) -> View:
        return views[0] if len(views) == 1 else self.g.concatenated(views, axis)


def _activation(function: Any, alpha: float, beta: float) -> Any:
    return lambda x: function(x, alpha, beta)


def _gate(x: View, index: int, hidden: int) -> View:
    return sliced(x, 1, index * hidden, hidden, 1)


def _with_state(layer: Layer, direction: int, xw: View, h: View, first: int, count: int, bias: View | None) -> View:
    """x·w + h·r + both biases for `count` gates from `first` on."""
    g = layer.g
    width = count * layer.hidden
    rows = sliced(without_axis(sliced(layer.r, 0, direction, 1, 1), 0), 0, first * layer.hidden, width, 1)
    total = add(matmul(g, h, transposed(rows, [1, 0])), sliced(xw, 1, first * layer.hidden, width, 1))
    return g.map(total if bias is None else add(total, sliced(bias, 0, first * layer.hidden, width, 1)))


def _biases(layer: Layer, gates: int) -> list[View | None]:
    """Of each direction the sum of the biases of input and state."""
    sums: list[View | None] = []
    for direction in range(layer.directions):
        if layer.b is None:
            sums.append(None)
            continue
        b = without_axis(sliced(layer.b, 0, direction, 1, 1), 0)
        size = gates * layer.hidden
        sums.append(layer.g.map(add(sliced(b, 0, 0, size, 1), sliced(b, 0, size, size, 1))))
    return sums


@operator('RNN', 7, '. . . . . .')
def rnn(
    g: Lowering,
    x: View,
    w: View,
    r: View,
    b: View | None,
    lengths: View | None,
    h: View | None,
    **options: Any,
) -> list[View]:
    """h' = f(x·w + h·r + b)."""
    layer = Layer(g, x, w, r, b, lengths, ['Tanh'], **options)
    biases = _biases(layer, 1)

    def cell(direction: int, xw: View, states: list[View]) -> list[View]:
        total = _with_state(layer, direction, xw, states[0], 0, 1, biases[direction])
        return [g.map(layer.functions[direction](layer.clipped(total)))]

    return layer.run([h], cell)


@operator('GRU', 7, '. . . . . .')
def gru(
    g: Lowering,
    x: View,
    w: View,
    r: View,
    b: View | None,
    lengths: View | None,
    h: View | None,
    *,
    linear_before_reset: int = 0,
    **options: Any,
) -> list[View]:
    """Gates z and r, candidate c: h' = (1 - z) · c + z · h (Cho et al., arXiv:1406.1078)."""
    layer = Layer(g, x, w, r, b, lengths, ['Sigmoid', 'Tanh'], **options)
    size = layer.hidden
    linear = linear_before_reset != 0
    biases = _biases(layer, 3)

    def cell(direction: int, xw: View, states: list[View]) -> list[View]:
        old = states[0]
        gates = _with_state(layer, direction, xw, old, 0, 2, biases[direction])
        opened: list[Expr] = [layer.functions[2 * direction](layer.clipped(_gate(gates, i, size))) for i in range(2)]
        if linear:
            product: Any = matmul(g, old, transposed(layer.part(layer.r, direction, 0, 2), [1, 0]))
            total: Any = _gate(xw, 2, size)
            if layer.b is not None:
                product = add(product, layer.part(layer.b, direction, 0, 5))
                total = add(total, layer.part(layer.b, direction, 0, 2))
            total = add(mul(opened[1], product), total)
        else:
            total = _with_state(layer, direction, xw, g.map(mul(opened[1], old)), 2, 1, biases[direction])
        fresh = layer.functions[2 * direction + 1](layer.clipped(total))
        return [g.map(add(mul(sub(1.0, opened[0]), fresh), mul(opened[0], old)))]

    return layer.run([h], cell)


@operator('LSTM', 7, '. . . . . . . .')
def lstm(
    g: Lowering,
    x: View,
    w: View,
    r: View,
    b: View | None,
    lengths: View | None,
    h: View | None,
    c: View | None,
    peepholes: View | None,
    *,
    input_forget: int = 0,
    **options: Any,
) -> list[View]:
    """Gates i, o, f and the cell's candidate, in this order; peepholes are i, o, f (Gers & Schmidhuber 2000)."""
    layer = Layer(g, x, w, r, b, lengths, ['Sigmoid', 'Tanh', 'Tanh'], **options)
    size = layer.hidden
    coupled = input_forget != 0
    biases = _biases(layer, 4)

    def cell(direction: int, xw: View, states: list[View]) -> list[View]:
        total = _with_state(layer, direction, xw, states[0], 0, 4, biases[direction])
        sigma, candidate, squash = layer.functions[3 * direction : 3 * direction + 3]

        def gate(index: int, cells: View) -> Expr:
            value: Any = _gate(total, index, size)
            if peepholes is not None:
                value = add(value, mul(layer.part(peepholes, direction, 0, index), cells))
            result: Expr = sigma(layer.clipped(value))
            return result

        old = states[1]
        entry = gate(0, old)
        kept = sub(1.0, entry) if coupled else gate(2, old)
        fresh = candidate(layer.clipped(_gate(total, 3, size)))
        cells = g.map(add(mul(kept, to_expr(old, old.dtype)), mul(entry, fresh)))
        return [g.map(mul(gate(1, cells), squash(cells))), cells]

    return layer.run([h, c], cell)
