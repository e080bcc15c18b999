"""Random steps for the WebAssembly backend: views of every kind over filled buffers, run by it and by the NumPy
reference.

Whole buffers are compared, so that a kernel that writes beside its view is found out."""

import asyncio
import itertools

import numpy as np
import pytest
from alula.backends.numpy.run_step import NUMPY_TYPES, run_step
from alula.backends.wasm import calls
from alula.backends.wasm import map as wasm_map
from alula.backends.wasm.backend import WasmBackend
from alula.host import wasm
from alula.host.arrays import put, typed
from alula.host.table import Table
from alula.kernels.kernel import Step
from alula.kernels.view import Buffer, View, dense
from alula.plan.builder import Builder
from alula.plan.constants import Constants
from alula.plan.planner import laid_out
from hypothesis import strategies as st

# Operations per call and elements per row where a step is to be cut into many calls.
SHORT_CALLS = 40
SHORT_ROW = 10

numbers = itertools.count()
BACKENDS = {}
CONSTANTS = Constants(run_step)


def instantiated(assembler, memory):
    """The assembler's module over the memory."""

    async def made():
        return await wasm.instantiate(await wasm.compile_module(assembler.to_bytes()), memory)

    return asyncio.run(made())


def backend(relaxed=True):
    """One backend per feature set for all tests, so that memory and code are reused as in a session."""
    if relaxed not in BACKENDS:
        made = WasmBackend()
        asyncio.run(made.open())
        made.constants.functions.relaxed = relaxed
        BACKENDS[relaxed] = made
    return BACKENDS[relaxed]


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
    return View(Buffer(f'b{next(numbers)}', dtype, max(size, 1), None), shape[:], strides, offset)


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


def both(step, seed=0, relaxed=True, low=-4.0, high=4.0):
    """[what WebAssembly left in each output buffer, what NumPy left there], and the notes of the executable that
    ran. Without relaxed SIMD the step is cut into many short calls."""
    rng = np.random.default_rng(seed)
    buffers = {view.buffer.label: view.buffer for view in step.inputs + step.outputs}
    feeds = Table()
    inputs = Table()
    outputs = Table()
    arrays = {}
    for label, buffer in buffers.items():
        if buffer.data is not None:
            arrays[label] = buffer.data
            continue
        given = filled(buffer, rng, low, high)
        feeds.put(label, given)
        inputs.put(label, dense(buffer, [buffer.size]))
        arrays[label] = typed(buffer.dtype, buffer.size)
        put(arrays[label], given, 0)
    for view in step.outputs:
        outputs.put(view.buffer.label, dense(view.buffer, [view.buffer.size]))
    steps = backend(relaxed).legalised([step], Builder(CONSTANTS))
    with pytest.MonkeyPatch.context() as patch:
        if not relaxed:
            patch.setattr(calls, 'OPERATIONS_PER_CALL', SHORT_CALLS)
            patch.setattr(wasm_map, 'ROW', SHORT_ROW)
        compiled = asyncio.run(backend(relaxed).compile(laid_out(steps, inputs, outputs, backend(relaxed))))
    results = compiled.run(feeds)
    run_step(step, lambda buffer: arrays[buffer.label])
    pairs = []
    for view in step.outputs:
        kind = NUMPY_TYPES[view.dtype]
        label = view.buffer.label
        pairs.append([np.frombuffer(results.at(label), kind), np.frombuffer(arrays[label], kind)])
    notes = compiled.notes()
    compiled.release()
    return pairs, notes


def agree(step, seed=0, rtol=2e-6, atol=1e-6, low=-4.0, high=4.0):
    """Assert that WebAssembly computes the step, with and without relaxed SIMD, as NumPy does."""
    for relaxed in (True, False):
        pairs, notes = both(step, seed, relaxed, low, high)
        assert notes == []
        for got, expected in pairs:
            if np.issubdtype(got.dtype, np.floating):
                np.testing.assert_allclose(got, expected, rtol=rtol, atol=atol)
            else:
                np.testing.assert_array_equal(got, expected)


def step_of(kernel, inputs, outputs):
    return Step(kernel, inputs, outputs, 'test')
