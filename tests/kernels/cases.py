"""Random steps for every backend: views of every kind over filled buffers, run by it and by the NumPy reference.

Whole buffers are compared, so that a kernel that writes beside its view is found out. Which backend runs is the
fixture's affair (conftest.py): test bodies say `agree(step)`."""

import inspect
import itertools
import math

import numpy as np
from alula.backends.numpy.run_step import NUMPY_TYPES, run_step
from alula.host.arrays import put, typed
from alula.kernels.kernel import Step
from alula.kernels.view import Buffer, View
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

numbers = itertools.count()
# The backend under test is the last: an object with `runs(step, arrays)`, which gives a list per way to run the step
# (of the output buffers' contents), `least`, the relative tolerance below which it promises nothing, and `share`, what
# part of a property's examples it is asked.
RUNNERS = []
FOUND = [Phase.explicit, Phase.reuse, Phase.generate]


def examples(count, *drawn):
    """Makes a test of a property, whose last arguments are drawn: of `count` examples, or the backend's share of them.

    On a device most examples are a kernel to compile; so a failure is told there as it was found, not made smaller."""

    def property_of(test):
        names = list(inspect.signature(test).parameters)
        kept = len(names) - len(drawn)

        def run(**arguments):
            share = RUNNERS[-1].share
            phases = FOUND if share < 1 else [*FOUND, Phase.shrink]

            @settings(max_examples=math.ceil(count * share), deadline=None, phases=phases)
            @given(**dict(zip(names[kept:], drawn, strict=True)))
            def case(**values):
                test(**arguments, **values)

            case()

        run.__name__, run.__doc__ = test.__name__, test.__doc__
        run.__signature__ = inspect.Signature([inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY)
                                               for name in names[:kept]])
        return run

    return property_of


@st.composite
def shapes(draw, max_rank=4, max_size=9, min_size=1):
    """Small dims, now and then a long one so that loops over several vectors are reached."""
    shape = draw(st.lists(st.integers(min_size, max_size), max_size=max_rank))
    if len(shape) > 0 and draw(st.booleans()):
        shape[draw(st.integers(0, len(shape) - 1))] = draw(st.integers(10, 70))
    return shape


@st.composite
def views(draw, shape, dtype, output=False):
    """A view of that shape into a buffer of its own: dims in any order in memory, gaps, reversed and (inputs)
    broadcast."""
    plain = draw(st.booleans())
    order = list(range(len(shape))) if plain else draw(st.permutations(range(len(shape))))
    strides = [0] * len(shape)
    offset = 0 if plain else draw(st.integers(0, 3))
    step = 1
    for axis in reversed(order):
        if not output and not plain and draw(st.integers(0, 4)) == 0:
            continue
        gap = 1 if plain else draw(st.sampled_from([1, 1, 1, 2, 3]))
        stride = step * gap
        step = stride * shape[axis]
        if not plain and draw(st.integers(0, 5)) == 0:
            offset += (shape[axis] - 1) * stride
            stride = -stride
        strides[axis] = stride
    size = step + (0 if plain else offset + draw(st.integers(0, 5)))
    return View(Buffer(f'v{next(numbers)}', dtype, max(size, 1), None), shape[:], strides, offset)


def filled(buffer, rng, low=-4.0, high=4.0):
    """A typed array of the buffer's size: small numbers of both signs where the type has them."""
    array = typed(buffer.dtype, buffer.size)
    kind = np.dtype(NUMPY_TYPES[buffer.dtype])
    if buffer.dtype == 'bool':
        values = rng.integers(0, 2, buffer.size)
    elif np.issubdtype(kind, np.floating):
        values = rng.uniform(low, high, buffer.size)
    else:
        values = rng.integers(max(low, np.iinfo(kind).min), high, buffer.size, endpoint=True)
    np.frombuffer(array, kind)[:] = values.astype(kind)
    return array


def both(step, seed=0, low=-4.0, high=4.0):
    """For each way in which the backend under test runs the step: pairs of what it left in each output buffer and what
    NumPy left there."""
    rng = np.random.default_rng(seed)
    arrays = {}
    for view in step.inputs + step.outputs:
        buffer = view.buffer
        if buffer.label not in arrays:
            arrays[buffer.label] = filled(buffer, rng, low, high) if buffer.data is None else buffer.data
    ways = RUNNERS[-1].runs(step, arrays)
    expected = {}
    for label, array in arrays.items():
        dtype = next(v.dtype for v in step.inputs + step.outputs if v.buffer.label == label)
        expected[label] = typed(dtype, len(array))
        put(expected[label], array, 0)
    run_step(step, lambda buffer: expected[buffer.label])
    wanted = [np.frombuffer(expected[view.buffer.label], NUMPY_TYPES[view.dtype]) for view in step.outputs]
    return [list(zip(got, wanted, strict=True)) for got in ways]


def agree(step, seed=0, rtol=2e-6, atol=1e-6, low=-4.0, high=4.0):
    """Assert that the backend under test computes the step as NumPy does."""
    rtol = max(rtol, RUNNERS[-1].least)
    for pairs in both(step, seed, low, high):
        for got, expected in pairs:
            if np.issubdtype(got.dtype, np.floating):
                np.testing.assert_allclose(got, expected, rtol=rtol, atol=atol if atol == 0 else max(atol, rtol))
            else:
                np.testing.assert_array_equal(got, expected)


def step_of(kernel, inputs, outputs):
    return Step(kernel, inputs, outputs, 'test')
