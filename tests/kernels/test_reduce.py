"""Reduces against the NumPy reference: every style, every combination, over views of every kind."""

import math

import numpy as np
import pytest
from alula.backends.wasm.reduce import COLS, ROWS, SCALARS, reduce_kernel
from alula.kernels import expr as e
from alula.kernels.expr import coord, slot, stage
from alula.kernels.kernel import Reduce, Stage
from alula.kernels.view import Buffer, View, dense, transposed, windows
from hypothesis import strategies as st

from tests.kernels.cases import agree, both, examples, shapes, step_of, views

EXAMPLES = 20
POSITIONAL = ['argmax', 'argmin', 'argmax_last', 'argmin_last']


def softmax(rows):
    x = slot(0, 'float32')
    stages = [Stage('max', x, 'float32'), Stage('sum', e.exp(e.sub(x, stage(0, 'float32'))), 'float32')]
    out = e.div(e.exp(e.sub(x, stage(0, 'float32'))), stage(1, 'float32'))
    return Reduce(rows, stages, ['element'], [out])


def layer_norm(rows, count):
    x = slot(0, 'float32')
    mean = e.div(stage(0, 'float32'), float(count))
    centred = e.sub(x, mean)
    variance = e.div(stage(1, 'float32'), float(count))
    # A larger ε than models have: where all elements of a row are equal, rounding alone is divided by its root.
    scaled = e.div(centred, e.sqrt(e.add(variance, 1e-2)))
    out = e.add(e.mul(scaled, slot(1, 'float32')), slot(2, 'float32'))
    stages = [Stage('sum', x, 'float32'), Stage('sum', e.mul(centred, centred), 'float32')]
    return Reduce(rows, stages, ['element', 'row'], [out, mean])


@examples(EXAMPLES, st.data())
def test_softmax(data):
    shape = data.draw(shapes(max_size=20))
    rows = data.draw(st.integers(0, len(shape)))
    step = step_of(
        softmax(rows), [data.draw(views(shape, 'float32'))], [data.draw(views(shape, 'float32', output=True))]
    )
    agree(step, seed=data.draw(st.integers(0, 99)))


@examples(EXAMPLES, st.data())
def test_layer_norm(data):
    shape = data.draw(shapes(max_size=20))
    rows = data.draw(st.integers(0, len(shape)))
    inputs = [data.draw(views(shape, 'float32')) for _ in range(3)]
    outputs = [data.draw(views(shape, 'float32', output=True)), data.draw(views(shape[:rows], 'float32', output=True))]
    kernel = layer_norm(rows, int(np.prod(shape[rows:])))
    agree(step_of(kernel, inputs, outputs), rtol=2e-4, atol=2e-3)


@pytest.mark.parametrize('op', ['sum', 'prod', 'max', 'min', *POSITIONAL])
@examples(15, st.data())
def test_every_combination(op, data):
    dtype = data.draw(
        st.sampled_from(
            ['float32', 'float32', 'int32', 'int64', 'uint8', 'int8', 'int16', 'float64', 'uint32', 'uint64']
        )
    )
    shape = data.draw(shapes(max_size=12))
    rows = data.draw(st.integers(0, len(shape)))
    result = 'int64' if op in POSITIONAL else dtype
    kernel = Reduce(rows, [Stage(op, slot(0, dtype), result)], ['row'], [stage(0, result)])
    step = step_of(kernel, [data.draw(views(shape, dtype))], [data.draw(views(shape[:rows], result, output=True))])
    # A sum is as good as that of the magnitudes, of about 1.
    terms = math.prod(shape[rows:]) if op == 'sum' else 1
    agree(step, rtol=1e-5, atol=1e-5 * max(1, terms), low=-2, high=2, seed=data.draw(st.integers(0, 99)))


@examples(EXAMPLES, st.data())
def test_a_mask_by_coordinates(data):
    """A causal softmax: terms chosen by where they stand; and a row value that reads the first column."""
    n = data.draw(st.integers(1, 40))
    shape = [data.draw(st.integers(1, 3)), n, n]
    x = e.where(e.gt(coord(2), coord(1)), -1e30, slot(0, 'float32'))
    stages = [Stage('max', x, 'float32'), Stage('sum', e.exp(e.sub(x, stage(0, 'float32'))), 'float32')]
    outs = [
        e.div(e.exp(e.sub(x, stage(0, 'float32'))), stage(1, 'float32')),
        e.add(slot(0, 'float32'), stage(1, 'float32')),
    ]
    outputs = [data.draw(views(shape, 'float32', output=True)), data.draw(views(shape[:2], 'float32', output=True))]
    agree(step_of(Reduce(2, stages, ['element', 'row'], outs), [data.draw(views(shape, 'float32'))], outputs))


@examples(EXAMPLES, st.data())
def test_coordinates_are_those_of_the_first_column_in_row_values(data):
    """Columns of several dims in any order in memory; a stage of constants beside one of coordinates."""
    shape = [4, 5, 6, 7]
    view = transposed(dense(Buffer('x', 'float32', 840, None), shape), data.draw(st.permutations(range(4))))
    rows = data.draw(st.integers(1, 3))
    x = slot(0, 'float32')
    stages = [
        Stage('sum', e.mul(x, e.cast(coord(2), 'float32')), 'float32'),
        Stage('sum', e.literal(2.0, 'float32'), 'float32'),
    ]
    place = e.cast(e.add(coord(3), coord(0)), 'float32')
    exprs = [e.sub(x, stage(0, 'float32')), e.add(stage(1, 'float32'), e.mul(x, place))]
    outputs = [data.draw(views(view.shape, 'float32', output=True))]
    outputs.append(data.draw(views(view.shape[:rows], 'float32', output=True)))
    agree(step_of(Reduce(rows, stages, ['element', 'row'], exprs), [view], outputs), rtol=1e-4, atol=1e-3)


@examples(EXAMPLES, st.integers(1, 3), st.integers(4, 12), st.integers(1, 20), st.integers(1, 3), st.integers(1, 3),
          st.booleans())
def test_windows(batch, size, channels, taps, stride, channels_last):
    """Pooling: rows are positions and channels, columns the taps, neighbours overlap."""
    order = [batch, size, size, channels] if channels_last else [batch, channels, size, size]
    image = dense(Buffer('x', 'float32', batch * size * size * channels, None), order)
    first = 1 if channels_last else 2
    view = windows(windows(image, first, taps, stride, 1), first + 1, taps, stride, 1)
    count = int(np.prod(view.shape[:4]))
    for op in ('max', 'sum'):
        out = dense(Buffer('y', 'float32', count, None), view.shape[:4])
        kernel = Reduce(4, [Stage(op, slot(0, 'float32'), 'float32')], ['row'], [e.mul(stage(0, 'float32'), 0.5)])
        agree(step_of(kernel, [view], [out]))


def test_empty_columns_give_the_value_of_nothing():
    kernel = Reduce(1, [Stage('sum', slot(0, 'float32'), 'float32')], ['row'], [stage(0, 'float32')])
    step = step_of(
        kernel,
        [View(Buffer('x', 'float32', 1, None), [5, 0], [0, 1], 0)],
        [dense(Buffer('y', 'float32', 5, None), [5])],
    )
    for pairs in both(step):
        assert pairs[0][0].tolist() == [0.0] * 5


@pytest.mark.parametrize(('order', 'style'), [([0, 1], COLS), ([1, 0], ROWS)])
def test_lanes_run_along_what_is_contiguous(order, style):
    shape = [64, 32]
    x = dense(Buffer('x', 'float32', 2048, None), [shape[order[0]], shape[order[1]]])
    view = View(x.buffer, shape, [x.strides[order.index(0)], x.strides[order.index(1)]], 0)
    assert reduce_kernel(step_of(softmax(1), [view], [view])).style == style
    agree(step_of(softmax(1), [view], [view]))
    kernel = Reduce(1, [Stage('argmax', slot(0, 'float32'), 'int64')], ['row'], [stage(0, 'int64')])
    step = step_of(kernel, [view], [dense(Buffer('i', 'int64', 64, None), [64])])
    assert reduce_kernel(step).style == SCALARS


@pytest.mark.parametrize('op', ['max', 'min'])
@pytest.mark.parametrize('order', [[0, 1], [1, 0]])
def test_extremes_of_nan_are_nan(op, order):
    shape = [40, 37]
    x = dense(Buffer('x', 'float32', 1480, None), [shape[a] for a in order])
    view = View(x.buffer, shape, [x.strides[order.index(a)] for a in range(2)], 0)
    some = e.where(e.gt(slot(0, 'float32'), 3.8), math.nan, slot(0, 'float32'))
    step = step_of(
        Reduce(1, [Stage(op, some, 'float32')], ['row'], [stage(0, 'float32')]),
        [view],
        [dense(Buffer('y', 'float32', 40, None), [40])],
    )
    agree(step)
    for pairs in both(step):
        assert 0 < np.count_nonzero(np.isnan(pairs[0][0])) < 40
