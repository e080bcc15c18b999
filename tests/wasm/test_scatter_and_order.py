"""Scatters and Orders in WebAssembly against the NumPy reference."""

import numpy as np
import pytest
from alula.kernels.expr import acc, binary, slot
from alula.kernels.kernel import Order, Scatter
from alula.kernels.view import Buffer, dense, numel
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kernels.cases import agree, numbers, shapes, step_of, views

EXAMPLES = settings(max_examples=25, deadline=None)
DTYPES = ['float32', 'float64', 'int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32', 'int64', 'uint64', 'bool']


def constant(values, dtype='int32'):
    data = memoryview(bytearray(np.asarray(values, np.dtype(dtype)).tobytes())).cast('i')
    return Buffer(f'b{next(numbers)}', dtype, len(values), data)


@pytest.mark.parametrize('combine', ['', 'add', 'mul', 'minimum', 'maximum'])
@EXAMPLES
@given(data=st.data())
def test_scatters(combine, data):
    dtype = data.draw(st.sampled_from(DTYPES[:-1] if combine else DTYPES))
    shape = data.draw(shapes(max_rank=3, max_size=5))
    size = data.draw(st.integers(1, 20))
    out = dense(Buffer(f'b{next(numbers)}', dtype, size, None), [size])
    places = data.draw(st.lists(st.integers(0, size - 1), min_size=numel(shape), max_size=numel(shape)))
    updates = data.draw(views(shape, dtype))
    value = slot(1, dtype)
    kernel = Scatter(value if combine == '' else binary(combine, acc(dtype), value))
    # Few enough that products of small numbers stay exact enough.
    agree(step_of(kernel, [dense(constant(places), shape), updates], [out]), data.draw(st.integers(0, 99)),
          rtol=2e-5, atol=1e-5)


@pytest.mark.parametrize('is_falling', [True, False])
@EXAMPLES
@given(data=st.data())
def test_orders(is_falling, data):
    dtype = data.draw(st.sampled_from(DTYPES[:-1]))
    shape = [*data.draw(shapes(max_rank=2, max_size=4)), data.draw(st.integers(1, 50))]
    count = data.draw(st.integers(1, shape[-1]))
    x = data.draw(views(shape, dtype))
    out = data.draw(views([*shape[:-1], count], 'int64', output=True))
    # Small numbers: of integers many are equal.
    agree(step_of(Order(is_falling), [x], [out]), data.draw(st.integers(0, 99)))
