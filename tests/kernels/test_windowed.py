"""Pooling and depthwise convolution against the NumPy reference."""

import math

import pytest
from alula.backends.wasm.choose import plan_of
from alula.backends.wasm.windowed import Windows
from alula.host.arrays import typed
from alula.kernels import expr as e
from alula.kernels.expr import slot, stage
from alula.kernels.kernel import Reduce, Stage
from alula.kernels.view import Buffer, View, dense, numel, transposed, windows
from hypothesis import strategies as st

from tests.kernels.cases import agree, examples, numbers, step_of

TOLERANCE = {'rtol': 1e-5, 'atol': 1e-5}
RESULT = stage(0, 'float32')


def value(shape):
    return dense(Buffer(f'v{next(numbers)}', 'float32', numel(shape), None), shape)


def spread(view, strides, shape):
    """A dense view with other strides and shape: broadcast along the dims where a stride is 0."""
    return View(view.buffer, shape, strides, 0)


def window_step(
    count, size, channels, taps, strides, dilations, op='sum', weighted=True, result=RESULT, gap=0, channels_last=True
):
    """A Reduce over windows of x[count, channels, *size], channels last in memory, into an output with `gap` elements
    between pixels; reads of `result` from slot 2 (1 without weights) on are per channel."""
    if channels_last:
        x = transposed(value([count, *size, channels]), [0, 3, 1, 2])
    else:
        x = value([count, channels, *size])
    view = windows(windows(x, 2, taps[0], strides[0], dilations[0]), 3, taps[1], strides[1], dilations[1])
    inputs = [view]
    expr = slot(0, 'float32')
    if weighted:
        inputs.append(spread(value([*taps, channels]), [0, 1, 0, 0, taps[1] * channels, channels], view.shape))
        expr = e.mul(slot(0, 'float32'), slot(1, 'float32'))
    inputs.append(spread(value([channels]), [0, 1, 0, 0, 0, 0], view.shape))
    inputs.append(spread(value([numel(view.shape[2:4])]), [0, 0, view.shape[3], 1, 0, 0], view.shape))
    _, _, high, wide = view.shape[:4]
    out = value([count, high, wide, channels + gap])
    out = View(out.buffer, [count, channels, high, wide], [out.strides[0], 1, out.strides[1], out.strides[2]], 0)
    kernel = Reduce(4, [Stage(op, expr, 'float32')], ['row'], [result])
    return step_of(kernel, inputs, [out])


def is_windowed(step):
    return isinstance(plan_of(step), Windows)


def bias(k):
    return slot(k, 'float32')


RESULTS = [
    RESULT,
    e.clamp(e.add(RESULT, bias(2)), 0.0, 6.0),
    e.mul(e.add(RESULT, bias(2)), e.sigmoid(e.add(RESULT, bias(2)))),
    e.div(RESULT, e.add(e.absolute(bias(3)), 1.0)),
]


@examples(40, st.data())
def test_depthwise(data):
    """All remainders of pixels and channels, strides, dilations, epilogues, outputs with gaps."""
    draw = data.draw
    taps = [draw(st.integers(1, 5)), draw(st.integers(2, 5))]
    strides = [draw(st.integers(1, 3)) for _ in range(2)]
    dilations = [draw(st.integers(1, 2)) for _ in range(2)]
    outputs = [draw(st.integers(1, 3)), draw(st.integers(1, 20))]
    size = [(outputs[d] - 1) * strides[d] + (taps[d] - 1) * dilations[d] + 1 for d in range(2)]
    result = draw(st.sampled_from(RESULTS))
    step = window_step(
        draw(st.integers(1, 2)), size, draw(st.integers(2, 13)), taps, strides, dilations, result=result,
        gap=draw(st.integers(0, 3)),
    )
    assert is_windowed(step)
    agree(step, **TOLERANCE)


@examples(25, st.data())
def test_pooling(data):
    """Each way of combining; windows up to sizes whose taps are walked rather than unrolled."""
    draw = data.draw
    op = draw(st.sampled_from(['sum', 'max', 'min']))
    taps = [draw(st.integers(2, 8)), draw(st.sampled_from([1, 2, 3, 7, 11, 16]))]
    strides = [draw(st.integers(1, 3)) for _ in range(2)]
    size = [taps[0] + draw(st.integers(0, 4)), taps[1] + draw(st.integers(0, 12))]
    result = draw(st.sampled_from([RESULT, e.mul(RESULT, 0.25), e.maximum(e.add(RESULT, bias(1)), 0.0)]))
    step = window_step(1, size, draw(st.integers(2, 9)), taps, strides, [1, 1], op, weighted=False, result=result)
    assert is_windowed(step)
    agree(step, **TOLERANCE)


def test_large_depthwise():
    """Filters of more taps than are unrolled move along with their lines."""
    agree(window_step(1, [14, 20], 10, [9, 7], [1, 1], [1, 1]), rtol=1e-4, atol=1e-4)


def test_channels_first():
    """Without contiguous channels the lanes are neighbouring windows; other strides are left to other kernels."""
    step = window_step(2, [9, 21], 3, [3, 3], [1, 1], [1, 1], 'max', weighted=False, channels_last=False)
    agree(step, **TOLERANCE)
    apart = window_step(2, [9, 21], 3, [3, 3], [2, 2], [1, 1], 'max', weighted=False, channels_last=False)
    assert not is_windowed(apart)


def test_single_channel():
    step = window_step(1, [6, 30], 1, [3, 3], [1, 1], [1, 1])
    agree(step, **TOLERANCE)


@pytest.mark.parametrize('op', ['max', 'min'])
def test_extremes_keep_not_a_number(op):
    """A NaN anywhere in a window is its result; infinite elements are none."""
    step = window_step(1, [5, 9], 4, [3, 3], [1, 1], [1, 1], op, weighted=False)
    view = step.inputs[0]
    data = typed('float32', view.buffer.size)
    for i in range(len(data)):
        data[i] = {50: math.nan, 90: math.inf}.get(i, i)
    step.inputs[0] = View(Buffer('nan ' + op, 'float32', len(data), data), view.shape, view.strides, view.offset)
    agree(step)
