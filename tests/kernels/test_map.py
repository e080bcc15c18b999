"""Maps against the NumPy reference, over shapes with remainders and views of every kind."""

import numpy as np
import pytest
from alula.kernels import expr as e
from alula.kernels.expr import Expr, literal, slot
from alula.kernels.kernel import Map
from alula.kernels.view import Buffer, View, dense, transposed
from hypothesis import strategies as st

from tests.kernels.cases import agree, examples, shapes, step_of, views

EXAMPLES = 25
INTEGERS = ['int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32', 'int64', 'uint64']
COMPUTED = ['float32', 'float64', 'bool', *INTEGERS]


def x(k, dtype='float32'):
    return slot(k, dtype)


def gelu(v):
    return e.mul(e.mul(v, 0.5), e.add(e.erf(e.mul(v, 0.7071067811865476)), 1.0))


FLOAT_MAPS = [
    [e.maximum(e.add(x(0), x(1)), 0.0)],
    [e.minimum(x(0), x(1)), e.maximum(x(0), x(1))],
    [e.sub(x(0), e.mul(x(1), x(0)))],
    [e.div(x(0), e.add(e.absolute(x(1)), 0.5))],
    [gelu(x(0))],
    [e.mul(x(0), e.sigmoid(x(1)))],
    [e.where(e.lt(x(0), x(1)), e.tanh(x(0)), e.neg(x(1)))],
    [e.clamp(e.unary('rint', x(0)), -2.0, 2.0), e.unary('floor', x(1))],
    [e.power(e.absolute(x(0)), x(1))],
    [e.unary('sign', x(0)), e.unary('ceil', x(1)), e.unary('trunc', x(0))],
    [e.cast(e.gt(x(0), x(1)), 'float32')],
    [e.sqrt(e.add(e.mul(x(0), x(0)), e.mul(x(1), x(1))))],
    [e.binary('trunc_mod', x(0), e.add(e.absolute(x(1)), 0.25))],
    [e.unary('sin', x(0)), e.unary('cos', x(1))],
]


@pytest.mark.parametrize('exprs', FLOAT_MAPS, ids=lambda exprs: Map(exprs).key()[:60])
@examples(8, st.data())
def test_float_maps(exprs, data):
    shape = data.draw(shapes())
    inputs = [data.draw(views(shape, 'float32')) for _ in range(2)]
    outputs = [data.draw(views(shape, 'float32', output=True)) for _ in exprs]
    agree(step_of(Map(exprs), inputs, outputs), seed=data.draw(st.integers(0, 99)))


@pytest.mark.parametrize('dtype', INTEGERS)
@examples(8, st.data())
def test_integer_maps(dtype, data):
    a, b = slot(0, dtype), slot(1, dtype)
    exprs = data.draw(
        st.sampled_from(
            [
                [e.add(a, e.mul(b, 3))],
                [e.sub(a, b), e.minimum(a, b)],
                [e.maximum(a, b)],
                [e.div(a, b)],
                [e.where(e.le(a, b), e.mul(a, a), b)],
                [e.unary('sign', a), e.absolute(a)],
                [e.unary('bit_not', a)],
                [e.binary('bit_xor', a, e.binary('bit_and', b, 5))],
                [e.binary('trunc_mod', a, e.maximum(b, 1))],
                [e.binary('floor_mod', a, e.maximum(b, 1))],
                [e.power(a, 2)],
                [e.neg(a)],
            ]
        )
    )
    shape = data.draw(shapes())
    outputs = [data.draw(views(shape, dtype, output=True)) for _ in exprs]
    step = step_of(Map(exprs), [data.draw(views(shape, dtype)), data.draw(views(shape, dtype))], outputs)
    agree(step, low=-90, high=90, seed=data.draw(st.integers(0, 99)))


@pytest.mark.parametrize('source', COMPUTED)
@pytest.mark.parametrize('target', COMPUTED)
def test_casts(source, target):
    shape = [3, 21]
    inputs = [dense(Buffer('a', source, 63, None), shape)]
    outputs = [dense(Buffer('b', target, 63, None), shape)]
    step = step_of(Map([e.cast(slot(0, source), target)]), inputs, outputs)
    if target.startswith('float'):
        agree(step, low=-300, high=300)
    else:
        agree(step, low=-300 if 'float' not in source else -70000, high=70000)


@examples(EXAMPLES, st.data())
def test_comparisons_and_logic(data):
    shape = data.draw(shapes())
    dtype = data.draw(st.sampled_from(['float32', 'int32', 'uint8', 'float64', 'int64']))
    a, b, c = slot(0, dtype), slot(1, dtype), slot(2, 'bool')
    both_true = e.logical_and(e.ge(a, b), e.logical_not(c))
    exprs = [e.logical_or(both_true, e.eq(a, b)), e.binary('logical_xor', c, e.ne(a, b)), e.where(both_true, a, b)]
    inputs = [data.draw(views(shape, t)) for t in (dtype, dtype, 'bool')]
    outputs = [data.draw(views(shape, t, output=True)) for t in ('bool', 'bool', dtype)]
    agree(step_of(Map(exprs), inputs, outputs))


@examples(EXAMPLES, st.data())
def test_copies_of_every_type(data):
    dtype = data.draw(st.sampled_from([*COMPUTED, 'float16']))
    shape = data.draw(shapes(max_size=20))
    agree(
        step_of(Map([slot(0, dtype)]), [data.draw(views(shape, dtype))], [data.draw(views(shape, dtype, output=True))])
    )


@examples(EXAMPLES, st.integers(1, 60), st.integers(1, 60), st.integers(1, 3),
          st.sampled_from(['float32', 'int32', 'float64', 'uint8']))
def test_transposes(rows, columns, batch, dtype):
    size = rows * columns * batch
    source = transposed(dense(Buffer('a', dtype, size, None), [batch, rows, columns]), [0, 2, 1])
    target = dense(Buffer('b', dtype, size, None), [batch, columns, rows])
    agree(step_of(Map([slot(0, dtype)]), [source], [target]), low=-100, high=100)


@examples(EXAMPLES, st.data())
def test_loads_and_coordinates(data):
    """A gather of rows, a reversal by coordinates and a gather of scattered elements."""
    depth = data.draw(st.integers(1, 40))
    shape = [*data.draw(shapes(max_rank=2)), depth]
    last = len(shape) - 1
    dtype = data.draw(st.sampled_from(['float32', 'int64', 'uint8', 'bool', 'float64']))
    table = dense(Buffer('t', dtype, 5 * depth, None), [5, depth])
    chosen = View(Buffer('i', 'int64', 5, None), shape, [0] * len(shape), data.draw(st.integers(0, 4)))
    row = e.mul(e.cast(e.clamp(slot(1, 'int64'), 0, 4), 'int32'), depth)
    index = data.draw(
        st.sampled_from(
            [
                e.add(row, e.coord(last)),
                e.add(e.mul(literal(2, 'int32'), depth), e.coord(last)),
                e.sub(e.add(row, depth - 1), e.coord(last)),
                e.binary('trunc_mod', e.mul(e.coord(last), 7), 5 * depth),
            ]
        )
    )
    step = step_of(
        Map([Expr('load', [index], dtype, 0)]), [table, chosen], [data.draw(views(shape, dtype, output=True))]
    )
    agree(step, low=0, high=3)


@examples(EXAMPLES, st.data())
def test_fills_and_ranges(data):
    shape = data.draw(shapes())
    dtype = data.draw(st.sampled_from(['float32', 'int64', 'int32', 'uint8', 'bool', 'float64']))
    exprs = [literal(1, dtype), e.cast(e.coord(0), 'float32') if len(shape) > 0 else literal(0.5, 'float32')]
    outputs = [data.draw(views(shape, t, output=True)) for t in (dtype, 'float32')]
    agree(step_of(Map(exprs), [], outputs))


@examples(EXAMPLES, st.data())
def test_in_place(data):
    """An output may be the very view that an input is."""
    shape = data.draw(shapes())
    view = data.draw(views(shape, 'float32', output=True))
    other = data.draw(views(shape, 'float32'))
    agree(step_of(Map([e.add(e.mul(x(0), 2.0), x(1))]), [view, other], [view]))


def test_nan_and_infinities():
    values = np.array([np.nan, np.inf, -np.inf, 0.0, -1.5, 2.5, 1e38, -1e38] * 5, np.float32)
    source = Buffer('a', 'float32', 40, memoryview(bytearray(values.tobytes())).cast('f'))
    exprs = [
        e.maximum(x(0), 0.0),
        e.clamp(x(0), -1.0, 1.0),
        e.minimum(x(0), e.neg(x(0))),
        e.exp(x(0)),
        e.cast(x(0), 'int32'),
        e.cast(x(0), 'bool'),
        e.ne(x(0), x(0)),
        e.eq(x(0), x(0)),
        e.lt(x(0), x(0)),
        e.log(e.absolute(x(0))),
        e.cast(x(0), 'int64'),
        e.cast(x(0), 'uint8'),
    ]
    outputs = [dense(Buffer(f'o{k}', expr.dtype, 40, None), [40]) for k, expr in enumerate(exprs)]
    for expr, output in zip(exprs, outputs, strict=True):
        agree(step_of(Map([expr]), [dense(source, [40])], [output]), rtol=1e-6, atol=0)


OPEN = [
    e.power(x(0), e.unary('rint', x(1))),
    e.power(x(0), x(1)),
    e.binary('floor_mod', e.mul(x(0), 10.0), x(1)),
    e.binary('trunc_mod', e.mul(x(0), 1e6), x(1)),
    e.sqrt(x(0)),
    e.log(x(0)),
    e.exp(e.mul(x(0), 30.0)),
    e.unary('atan', e.mul(x(0), 5.0)),
    e.erf(x(0)),
    e.tanh(e.mul(x(0), 4.0)),
    e.unary('sin', x(0)),
    e.unary('cos', x(1)),
    e.unary('sign', x(0)),
]


def test_what_languages_leave_open():
    """Negative bases, arguments out of a function's domain, divisors of 0 among others: 0 is every tenth number."""
    shape = [9, 10]
    inputs = [dense(Buffer(f'a{k}', 'float32', 90, None), shape) for k in range(2)]
    columns = [e.ne(e.coord(1), column) for column in (3, 7)]
    for expr in OPEN:
        some = e.rebound(expr, [e.where(columns[k], x(k), 0.0) for k in range(2)], None)
        agree(step_of(Map([some]), inputs, [dense(Buffer('o', 'float32', 90, None), shape)]), rtol=2e-5, atol=1e-6)


@pytest.mark.parametrize('dtype', INTEGERS)
def test_what_languages_leave_open_of_integers(dtype):
    """Quotients by 0, remainders of negative numbers, powers of either sign, shifts beyond the width of narrow ones."""
    a, b = slot(0, dtype), slot(1, dtype)
    exprs = [e.div(a, b), e.binary('floor_mod', a, b), e.binary('trunc_mod', a, b)]
    exprs.append(e.power(e.where(e.eq(a, 0), 1, a), b))  # 0 to a negative power is nothing that an integer holds
    if dtype.startswith('u'):
        wide = e.mul(b, 7)
        exprs.extend([e.binary('shift_left', a, wide), e.binary('shift_right', e.mul(a, 31), b)])
    shape = [7, 11]
    inputs = [dense(Buffer(f'a{k}', dtype, 77, None), shape) for k in range(2)]
    for expr in exprs:
        agree(step_of(Map([expr]), inputs, [dense(Buffer('o', dtype, 77, None), shape)]), low=-4, high=4)
