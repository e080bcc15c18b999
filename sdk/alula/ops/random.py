"""Operators that draw at random. ONNX leaves the generator open: see `alula.random_numbers`."""

from __future__ import annotations

import math
from typing import Any

from alula.dtypes import dtype_of
from alula.kernels.expr import Expr, add, cast, log, lt, mul, neg, sqrt, sub, unary
from alula.kernels.view import View, sliced, with_axis, without_axis
from alula.ops.attributes import required
from alula.ops.registry import operator
from alula.plan.lower import Lowering


def _uniform(g: Lowering, shape: list[int], seed: float | None, *, high: float = 1.0, low: float = 0.0) -> Expr:
    """From `low` to `high`, with 24 bits."""
    return add(mul(g.uniform(shape, seed), high - low), low)


def _normal(g: Lowering, shape: list[int], seed: float | None, *, mean: float = 0.0, scale: float = 1.0) -> Expr:
    """Of the standard deviation `scale`, at most 5.8 of them away: a radius and an angle (Box & Muller 1958)."""
    pair = g.uniform([2, *shape], seed)
    radius, angle = [without_axis(sliced(pair, 0, i, 1, 1), 0) for i in range(2)]
    turned = mul(sqrt(mul(log(sub(1.0, radius)), -2.0)), unary('cos', mul(angle, 2 * math.pi)))
    return add(mul(turned, scale), mean)


def _register(name: str, drawn: Any) -> None:
    @operator(name + 'Like', 1)
    @operator(name, 1)
    def run(
        g: Lowering,
        *like: View,
        dtype: int | None = None,
        seed: float | None = None,
        shape: list[int] | None = None,
        **options: Any,
    ) -> Expr:
        """In the shape and, without a `dtype`, the type of the input, if there is one. Without a `seed` each run has
        other numbers, with one always the same."""
        default = like[0].dtype if len(like) > 0 else 'float32'
        size = like[0].shape if len(like) > 0 else required('shape', shape)
        return cast(drawn(g, size, seed, **options), default if dtype is None else dtype_of(dtype))


_register('RandomUniform', _uniform)
_register('RandomNormal', _normal)


@operator('Bernoulli', 15)
def bernoulli(g: Lowering, x: View, *, dtype: int | None = None, seed: float | None = None) -> Expr:
    """1 with the probability that each element of x is, else 0."""
    drawn = lt(g.uniform(x.shape, seed), cast(x, 'float32'))
    return cast(drawn, x.dtype if dtype is None else dtype_of(dtype))


@operator('Multinomial', 7)
def multinomial(g: Lowering, x: View, *, dtype: int = 6, sample_size: int = 1, seed: float | None = None) -> Expr:
    """`sample_size` classes for each row of x[batch, classes], logarithms of what their probabilities are proportional
    to: those that are the greatest with Gumbel's noise (Gumbel 1954)."""
    noise = log(neg(log(g.uniform([x.shape[0], sample_size, x.shape[1]], seed))))
    logits = cast(with_axis(x, 1, 1), 'float32')
    return cast(g.reduce('argmax', sub(logits, noise), [2], False), dtype_of(dtype))
