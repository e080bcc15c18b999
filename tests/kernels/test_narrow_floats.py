"""Narrow floats in Maps, Reduces and epilogues: a backend that has them computes as NumPy does, one that hasn't leaves
them to another."""

import numpy as np
import pytest
from alula.dtypes import bits_of
from alula.kernels import expr as e
from alula.kernels.expr import acc, slot, stage
from alula.kernels.kernel import Contract, Map, Reduce, Stage
from alula.kernels.narrow_float import FORMATS
from alula.kernels.view import Buffer, View, dense
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kernels.cases import agree, numbers, shapes, step_of, views

NARROW = list(FORMATS)
examples = settings(max_examples=4, deadline=None)


def known(dtype, data):
    """A dense constant of these elements, or bits."""
    return dense(Buffer(f'k{next(numbers)}', dtype, data.size, memoryview(data)), list(data.shape))


def result(dtype, shape):
    return dense(Buffer(f'r{next(numbers)}', dtype, int(np.prod(shape)), None), shape)


@pytest.mark.parametrize('dtype', NARROW)
def test_every_code_becomes_its_float32(dtype):
    count = 2 ** bits_of(dtype)
    codes = np.arange(0, count, 1 if count < 300 else 61).astype('u2' if bits_of(dtype) == 16 else 'u1')
    agree(step_of(Map([e.cast(slot(0, dtype), 'float32')]), [known(dtype, codes)], [result('float32', [codes.size])]),
          rtol=0, atol=0)


@pytest.mark.parametrize('dtype', NARROW)
def test_float32_becomes_its_code(dtype):
    rng = np.random.default_rng(7)
    values = np.concatenate([rng.standard_normal(70), rng.uniform(-500, 500, 60), rng.standard_normal(70) / 1000,
                             [np.inf, -np.inf, 0, 70000, 3e38]]).astype(np.float32)
    agree(step_of(Map([e.cast(slot(0, 'float32'), dtype)]), [known('float32', values)], [result(dtype, [values.size])]))


@pytest.mark.parametrize('dtype', ['float16', 'bfloat16', 'float8e5m2'])
@examples
@given(data=st.data())
def test_arithmetic_over_views(dtype, data):
    shape = data.draw(shapes())
    a, b = slot(0, dtype), slot(1, dtype)
    exprs = [e.add(a, e.mul(b, 2.0)), e.where(e.lt(a, b), e.cast(e.cast(a, 'float32'), dtype), b)]
    outputs = [data.draw(views(shape, dtype, output=True)) for _ in exprs]
    agree(step_of(Map(exprs), [data.draw(views(shape, dtype)) for _ in range(2)], outputs), rtol=2e-3)


@pytest.mark.parametrize('dtype', ['float16', 'bfloat16', 'float8e4m3fn'])
@examples
@given(data=st.data())
def test_softmax_over_views(dtype, data):
    shape = [*data.draw(shapes(2, 6)), data.draw(st.integers(1, 40))]
    x = slot(0, dtype)
    shifted = e.exp(e.sub(x, stage(0, dtype)))
    kernel = Reduce(len(shape) - 1, [Stage('max', x, 'float32'), Stage('sum', shifted, 'float32')], ['element'],
                    [e.div(shifted, stage(1, dtype))])
    agree(step_of(kernel, [data.draw(views(shape, dtype))], [data.draw(views(shape, dtype, output=True))]), rtol=2e-3)


@pytest.mark.parametrize('dtype', ['float16', 'bfloat16'])
def test_epilogues(dtype):
    kernel = Contract(0, 1, 1, 1, 'float32', e.add(e.cast(acc('float32'), dtype), slot(2, dtype)))
    bias = result(dtype, [5])
    inputs = [result('float32', [3, 7]), result('float32', [7, 5]), View(bias.buffer, [3, 5], [0, 1], 0)]
    agree(step_of(kernel, inputs, [result(dtype, [3, 5])]), rtol=2e-3)
