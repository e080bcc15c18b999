"""float16 on devices against the NumPy reference: constants of it, packed or not, of any size, wherever they are read
and whatever is made of them before."""

import itertools

import numpy as np
from alula.kernels import expr as e
from alula.kernels.expr import acc, cast, slot
from alula.kernels.kernel import Contract, Map, Reduce, Stage
from alula.kernels.view import Buffer, View, dense, numel, transposed
from hypothesis import strategies as st

from tests.kernels.cases import agree, examples, filled, shapes, step_of, views

HALF = 'float16'
TOLERANCE = {'rtol': 2e-3, 'atol': 2e-3}
labels = (f'h{n}' for n in itertools.count())


def constant(view, seed):
    """The view, of a constant of float16."""
    buffer = view.buffer
    data = filled(buffer, np.random.default_rng(seed))
    return View(Buffer(next(labels), HALF, buffer.size, data), view.shape, view.strides, view.offset)


@examples(25, st.data())
def test_maps_read_constants(data):
    """Side by side or apart, from odd places on."""
    shape = data.draw(shapes())
    inputs = [constant(data.draw(views(shape, HALF)), data.draw(st.integers(0, 9))), data.draw(views(shape, HALF))]
    outputs = [data.draw(views(shape, dtype, output=True)) for dtype in (HALF, 'float32')]
    x, y = slot(0, HALF), slot(1, HALF)
    agree(step_of(Map([e.add(x, y), cast(x, 'float32')]), inputs, outputs), **TOLERANCE)


@examples(15, st.integers(1, 40), st.integers(1, 40), st.integers(1, 40), st.booleans())
def test_products_with_constants(rows, depth, cols, turned):
    """Those that lie with their columns apart are packed anew on the device."""
    a = dense(Buffer('a', 'float32', rows * depth, None), [rows, depth])
    shape = [cols, depth] if turned else [depth, cols]
    w = constant(dense(Buffer('w', HALF, numel(shape), None), shape), 1)
    out = dense(Buffer('y', 'float32', rows * cols, None), [rows, cols])
    kernel = Contract(0, 1, 1, 1, 'float32', e.maximum(acc('float32'), 0.0))
    agree(step_of(kernel, [a, transposed(w, [1, 0]) if turned else w], [out]), **TOLERANCE)


@examples(10, st.integers(1, 9), st.integers(1, 70))
def test_reductions_of_constants(rows, cols):
    x = constant(dense(Buffer('x', HALF, rows * cols, None), [rows, cols]), 2)
    kernel = Reduce(1, [Stage('max', slot(0, HALF), HALF)], ['row'], [e.stage(0, HALF)])
    agree(step_of(kernel, [x], [dense(Buffer('y', HALF, rows, None), [rows])]), **TOLERANCE)
