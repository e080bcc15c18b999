"""Contracts against the NumPy reference: all remainders of tiles, views of every kind, epilogues."""

import itertools
import math

import numpy as np
import pytest
from alula.kernels import expr as e
from alula.kernels.expr import acc, slot
from alula.kernels.kernel import Contract
from alula.kernels.view import Buffer, View, dense, numel, transposed, windows
from hypothesis import assume
from hypothesis import strategies as st

from tests.kernels.cases import RUNNERS, agree, both, examples, filled, numbers, step_of, views

TOLERANCE = {'rtol': 2e-5, 'atol': 2e-5}
SUM = acc('float32')


def constant(shape, seed=0):
    """A dense constant view."""
    data = filled(value(shape).buffer, np.random.default_rng(seed))
    return dense(Buffer(f'c{next(numbers)}', 'float32', numel(shape), data), shape)


def value(shape, dtype='float32'):
    return dense(Buffer(f'v{next(numbers)}', dtype, numel(shape), None), shape)


def along_columns(view, shape):
    """A vector as an operand of the epilogue that only changes along the columns."""
    strides = [0] * len(shape)
    strides[-1] = view.strides[0]
    return View(view.buffer, shape, strides, view.offset)


EPILOGUES = [
    [SUM, 0],
    [e.maximum(e.add(SUM, slot(2, 'float32')), 0.0), 1],
    [e.add(e.clamp(e.add(SUM, slot(2, 'float32')), 0.0, 6.0), slot(3, 'float32')), 2],
    [e.mul(SUM, e.sigmoid(SUM)), 0],
    [e.mul(e.mul(SUM, 0.5), e.add(e.erf(e.mul(SUM, 0.7071067811865476)), 1.0)), 0],
    [e.where(e.lt(slot(2, 'float32'), slot(3, 'float32')), e.tanh(SUM), slot(3, 'float32')), 2],
]


def test_tile_remainders():
    """Every count of rows up to three tiles and around the blocks, with every remainder of columns; w constant and not,
    on devices by turns."""
    turns = itertools.cycle([[constant], [value]] if RUNNERS[-1].share < 1 else [[constant, value]])
    columns = itertools.cycle([1, 8, 3, 16, 7, 41, 2, 24, 5, 4, 6])
    depths = itertools.cycle([1, 4, 7, 2, 12, 9])
    for rows in [*range(1, 21), 49, 61]:
        n, k = next(columns), next(depths)
        bias = along_columns(value([n]), [rows, n])
        for made in next(turns):
            kernel = Contract(0, 1, 1, 1, 'float32', EPILOGUES[1][0])
            agree(step_of(kernel, [value([rows, k]), made([k, n]), bias], [value([rows, n])]), **TOLERANCE)


@examples(40, st.data())
def test_products_over_views(data):
    """Several dims of each role, in any order of memory; w constant or not; each epilogue; output with gaps."""
    draw = data.draw
    sizes = [draw(st.lists(st.integers(1, 7), max_size=most)) for most in (2, 3, 2, 2)]
    batch, rows, cols, depth = sizes
    if draw(st.booleans()):
        rows = [*rows, draw(st.integers(8, 30))]
    assume(math.prod([*batch, *rows, *cols, *depth]) < 1 << 18)
    out_shape = [*batch, *rows, *cols]
    epilogue, reads = draw(st.sampled_from(EPILOGUES))
    w_shape = [*batch, *depth, *cols]
    inputs = [draw(views([*batch, *rows, *depth], 'float32'))]
    inputs.append(constant(w_shape) if draw(st.booleans()) else draw(views(w_shape, 'float32')))
    for _ in range(reads):
        inputs.append(draw(views(out_shape, 'float32')))
    out = draw(views(out_shape, 'float32', output=True))
    kernel = Contract(len(batch), len(rows), len(cols), len(depth), 'float32', epilogue)
    agree(step_of(kernel, inputs, [out]), **TOLERANCE)


@examples(25, st.data())
def test_convolutions(data):
    """Windows with strides and dilations over channels last or first, in groups, into a wider output."""
    draw = data.draw
    groups, channels, maps = draw(st.sampled_from([[1, 1, 1], [1, 3, 8], [1, 4, 13], [2, 4, 3], [3, 1, 2]]))
    taps = [draw(st.integers(1, 3)) for _ in range(2)]
    strides = [draw(st.integers(1, 2)) for _ in range(2)]
    dilations = [draw(st.integers(1, 2)) for _ in range(2)]
    size = [draw(st.integers(5, 9)) for _ in range(2)]
    count = draw(st.integers(1, 2))
    if draw(st.booleans()):
        x = value([count, *size, groups, channels])
        x = transposed(x, [3, 0, 1, 2, 4])
    else:
        x = transposed(value([count, groups, channels, *size]), [1, 0, 3, 4, 2])
    a = windows(windows(x, 2, taps[0], strides[0], dilations[0]), 3, taps[1], strides[1], dilations[1])
    a = transposed(a, [0, 1, 2, 3, 5, 6, 4])
    w = transposed(constant([groups, maps, channels, *taps]), [0, 3, 4, 2, 1])
    placed = [a.shape[1], a.shape[2], a.shape[3]]
    wide = value([placed[0], placed[1] + 2, placed[2] + 1, groups * maps + 3])
    strided = wide.strides
    out = View(wide.buffer, [groups, *placed, maps], [maps, *strided], strided[1] + strided[2] + 2)
    bias = value([groups, maps])
    bias = View(bias.buffer, out.shape, [maps, 0, 0, 0, 1], 0)
    kernel = Contract(1, 3, 1, 3, 'float32', e.clamp(e.add(SUM, slot(2, 'float32')), -1.0, 6.0))
    agree(step_of(kernel, [a, w, bias], [out]), **TOLERANCE)


@pytest.mark.parametrize('rows, depth, cols', [[130, 1100, 70], [700, 36, 20], [7, 900, 130], [1, 300, 1000]])
def test_blocks(rows, depth, cols):
    """Products that are cut into several items each way."""
    kernel = Contract(0, 1, 1, 1, 'float32', SUM)
    step = step_of(kernel, [value([rows, depth]), constant([depth, cols])], [value([rows, cols])])
    agree(step, rtol=1e-3, atol=2e-3)


def test_attention():
    """Heads as batches over strided views; the output of each head lies between those of the others."""
    heads, tokens, size = 3, 11, 16
    q, k, v = (transposed(value([tokens, heads, size]), [1, 0, 2]) for _ in range(3))
    scores = Contract(1, 1, 1, 1, 'float32', e.mul(SUM, 0.25))
    agree(step_of(scores, [q, transposed(k, [0, 2, 1])], [value([heads, tokens, tokens])]), **TOLERANCE)
    mixed = transposed(value([tokens, heads, size]), [1, 0, 2])
    agree(step_of(Contract(1, 1, 1, 1, 'float32', SUM), [value([heads, tokens, tokens]), v], [mixed]), **TOLERANCE)


@pytest.mark.parametrize('a, w, dtype, out', [
    ['uint8', 'int8', 'int32', 'int32'], ['int8', 'int8', 'int32', 'float32'],
    ['float64', 'float64', 'float64', 'float64'],
    ['float32', 'float32', 'float64', 'float64'], ['float32', 'float32', 'float32', 'int32'],
    ['float32', 'float32', 'float32', 'bool'],
])
@examples(6, st.data())
def test_other_types(a, w, dtype, out, data):
    """Scalar products, and float32 ones whose epilogue leads to another type."""
    draw = data.draw
    batch, rows, depth, cols = (draw(st.integers(1, 9)) for _ in range(4))
    epilogue = acc(dtype)
    if out == 'bool':
        epilogue = e.gt(epilogue, slot(2, dtype))
    elif out != dtype:
        epilogue = e.cast(e.add(epilogue, slot(2, dtype)), out)
    inputs = [draw(views([batch, rows, depth], a)), draw(views([batch, depth, cols], w))]
    if out != dtype:
        inputs.append(draw(views([batch, rows, cols], dtype)))
    kernel = Contract(1, 1, 1, 1, dtype, epilogue)
    # sums of the same products in another order may truncate to the next integer
    step = step_of(kernel, inputs, [draw(views([batch, rows, cols], out, output=True))])
    if out == 'int32' and dtype == 'float32':
        for pairs in both(step):
            assert np.abs(pairs[0][0] - pairs[0][1]).max() <= 1
    else:
        agree(step, **TOLERANCE)


def test_nothing_to_sum():
    """A product over no depth is the epilogue of 0."""
    kernel = Contract(0, 1, 1, 1, 'float32', e.add(SUM, 1.5))
    agree(step_of(kernel, [value([3, 0]), value([0, 5])], [value([3, 5])]))


def test_not_a_number_stays():
    """NaN and infinity reach their own row and column and no other, through a clamp too."""
    a = constant([7, 5])
    a.buffer.data[2 * 5 + 3] = float('nan')
    w = constant([5, 9], seed=1)
    w.buffer.data[1 * 9 + 8] = float('inf')
    kernel = Contract(0, 1, 1, 1, 'float32', e.clamp(SUM, -1.0, 1.0))
    agree(step_of(kernel, [a, w], [value([7, 9])]), **TOLERANCE)
