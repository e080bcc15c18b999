"""Embeddings: from the states of a model's tokens to one vector a text, and how near such vectors are."""

from __future__ import annotations

import math

from alula.errors import TensorError
from alula.host.arrays import TypedArray, f32, put
from alula.host.vectors import add_scaled, dot
from alula.tensor import Tensor, wrapped


def mean_pooled(states: Tensor, mask: TypedArray) -> Tensor:
    """The mean of each text's tokens: of float32 [texts, tokens, d] float32 [texts, d].

    `mask`: [texts, tokens], 0 for what does not count (padding). A text without any token gives zeros.
    """
    n, length, d = states.dims
    array = f32(n * d)
    for i in range(n):
        tokens = [t for t in range(i * length, (i + 1) * length) if mask[t] != 0]
        for t in tokens:
            add_scaled(array, i * d, states.array, t * d, d, 1.0 / len(tokens))
    return wrapped('float32', array, [n, d])


def first_of_each(states: Tensor) -> Tensor:
    """The state of each text's first token ([CLS]): of float32 [texts, tokens, d] float32 [texts, d]."""
    n, length, d = states.dims
    array = f32(n * d)
    for i in range(n):
        add_scaled(array, i * d, states.array, i * length * d, d, 1.0)
    return wrapped('float32', array, [n, d])


def mean_row(vectors: Tensor) -> Tensor:
    """The mean of the rows: of float32 [n, d] float32 [1, d]."""
    n, d = vectors.dims
    array = f32(d)
    for i in range(n):
        add_scaled(array, 0, vectors.array, i * d, d, 1.0 / n)
    return wrapped('float32', array, [1, d])


def stacked_rows(rows: list[Tensor]) -> Tensor:
    """float32 [n, d] of n tensors [1, d]."""
    d = rows[0].size
    array = f32(len(rows) * d)
    for i in range(len(rows)):
        put(array, rows[i].array, i * d)
    return wrapped('float32', array, [len(rows), d])


def normalized(vectors: Tensor) -> Tensor:
    """float32 [n, d] with each row brought to length 1; zeros stay zeros."""
    n, d = vectors.dims
    source = vectors.array
    array = f32(n * d)
    for i in range(0, n * d, d):
        length = math.sqrt(dot(source, i, source, i, d))
        if length > 0.0:
            add_scaled(array, i, source, i, d, 1.0 / length)
    return wrapped('float32', array, [n, d])


def similarity(a: Tensor, b: Tensor) -> Tensor:
    """How near each row of `a`, float32 [n, d], is to each of `b`, float32 [m, d]: the cosines of their angles,
    float32 [n, m], from -1 to 1; 0 for rows of zeros. TensorError if the rows are not of one length."""
    if a.dtype != 'float32' or b.dtype != 'float32' or len(a.dims) != 2 or len(b.dims) != 2 or a.dims[1] != b.dims[1]:
        raise TensorError(f'{a} and {b} do not hold float32 rows of one length')
    n, d = a.dims
    m = b.dims[0]
    left = normalized(a).array
    right = normalized(b).array
    array = f32(n * m)
    for i in range(n):
        for j in range(m):
            array[i * m + j] = dot(left, i * d, right, j * d, d)
    return wrapped('float32', array, [n, m])
