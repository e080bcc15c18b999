"""Steps rewritten for the WebAssembly kernels: what is packed, what is read where it lies; results stay the same."""

import numpy as np
from alula.backends.numpy.run_step import run_step
from alula.backends.wasm.contract_form import LANES, PackedContract
from alula.backends.wasm.legalise import legalised
from alula.kernels import expr as e
from alula.kernels.expr import acc, slot
from alula.kernels.kernel import Contract
from alula.kernels.view import Buffer, View, dense, numel, transposed
from alula.plan.builder import Builder
from alula.plan.constants import Constants
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kernels.cases import agree, filled, numbers, step_of, views

RELAXED = True
SUM = acc('float32')


def value(shape, dtype='float32'):
    return dense(Buffer(f'v{next(numbers)}', dtype, numel(shape), None), shape)


def constant(shape):
    data = filled(value(shape).buffer, np.random.default_rng(3))
    return dense(Buffer(f'c{next(numbers)}', 'float32', numel(shape), data), shape)


def product(a, w, out, epilogue=SUM, reads=(), batch=0):
    return step_of(Contract(batch, 1, 1, 1, 'float32', epilogue), [a, w, *reads], [out])


def plan():
    return Builder(Constants(run_step))


def test_a_constant_is_packed_once():
    """However often it is used; but anew where its dims have other roles."""
    shared = plan()
    w = constant([6, 10])
    steps = [product(value([m, 6]), w, value([m, 10])) for m in (3, 20)]
    first, second = legalised(steps, shared, RELAXED)
    assert isinstance(first.kernel, PackedContract)
    assert first.inputs[1].buffer is second.inputs[1].buffer
    stack = constant([2, 6, 10])
    batched = product(value([2, 3, 6]), stack, value([2, 3, 10]), batch=1)
    deep = step_of(Contract(0, 1, 1, 2, 'float32', SUM), [value([3, 2, 6]), stack], [value([3, 10])])
    by_batch, by_depth = legalised([batched, deep], shared, RELAXED)
    assert by_batch.inputs[1].shape == [2, 2, 6, LANES]
    assert by_depth.inputs[1].shape == [2, 12, LANES]


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_packed_constants(data):
    """Column n of w is lane n % LANES of tile n // LANES, k in row-major order of the depth; whatever w's strides."""
    draw = data.draw
    depth, cols = draw(st.integers(1, 9)), draw(st.integers(1, 20))
    strided = draw(views([depth, cols], 'float32', output=True))
    data = filled(strided.buffer, np.random.default_rng(5))
    buffer = Buffer(f'c{next(numbers)}', 'float32', strided.buffer.size, data)
    w = View(buffer, strided.shape, strided.strides, strided.offset)
    [step] = legalised([product(value([4, depth]), w, value([4, cols]))], plan(), RELAXED)
    packed = step.inputs[1]
    tiles = np.frombuffer(packed.buffer.values(), np.float32).reshape(packed.shape)
    flat = np.frombuffer(buffer.data, np.float32)
    for k in range(depth):
        for n in range(cols):
            assert tiles[n // LANES, k, n % LANES] == flat[w.offset + k * w.strides[0] + n * w.strides[1]]


def test_weights_of_16_bits_are_widened_where_they_are_packed():
    """So that no array of them as float32 ever is."""
    data = np.random.default_rng(5).standard_normal([6, 11]).astype(np.float16)
    w = dense(Buffer(f'c{next(numbers)}', 'float16', data.size, memoryview(data.reshape(-1).view(np.uint16))), [6, 11])
    g = plan()
    g.contract(value([4, 6], 'float16'), w, 0, 1, 1, None)
    steps = legalised(g.steps, g, RELAXED)
    assert [s.kernel.kind for s in steps] == ['map', 'contract', 'map']
    packed = steps[1].inputs[1]
    assert {view.buffer for made in packed.buffer.recipe for view in made.inputs} == {w.buffer}
    tiles = np.frombuffer(packed.buffer.values(), np.float32).reshape(packed.shape)
    wide = tiles.transpose(1, 0, 2).reshape(6, -1)[:, :11]
    np.testing.assert_array_equal(wide, data.astype(np.float32))


def test_a_computed_w_is_packed_before_use():
    """By one copy for the full tiles and one for the rest."""
    steps = legalised([product(value([3, 6]), value([6, 10]), value([3, 10]))], plan(), RELAXED)
    assert [s.kernel.kind for s in steps] == ['map', 'map', 'contract']
    assert steps[0].outputs[0].buffer is steps[2].inputs[1].buffer


def test_a_computed_w_is_read_where_it_lies():
    """If its columns are contiguous and fill their tiles; also through gaps between rows. Repeated rows are packed."""
    w = value([6, 16])
    [only] = legalised([product(value([3, 6]), w, value([3, 16]))], plan(), RELAXED)
    assert only.inputs[1].buffer is w.buffer
    wide = value([6, 40])
    part = View(wide.buffer, [6, 16], [40, 1], 8)
    [only] = legalised([product(value([3, 6]), part, value([3, 16]))], plan(), RELAXED)
    assert only.inputs[1].buffer is wide.buffer
    repeated = View(w.buffer, [6, 16], [0, 1], 16)
    step = product(value([3, 6]), repeated, value([3, 16]))
    assert len(legalised([step], plan(), RELAXED)) == 2
    agree(step, rtol=1e-5, atol=1e-5)


def test_batches_that_share_w_are_rows():
    w = constant([6, 10])
    spread = View(w.buffer, [5, 6, 10], [0, 10, 1], 0)
    step = product(value([5, 7, 6]), spread, value([5, 7, 10]), batch=1)
    [packed] = legalised([step], plan(), RELAXED)
    assert packed.inputs[0].shape == [35, 6]
    agree(step, rtol=1e-5, atol=1e-5)


def test_columns_that_no_stride_reaches_are_batches():
    """A projection written head by head: columns (head, size) whose heads lie apart."""
    heads, size, tokens, depth = 3, 8, 5, 6
    out = transposed(value([heads, tokens, size]), [1, 0, 2])
    kernel = Contract(0, 1, 2, 1, 'float32', SUM)
    step = step_of(kernel, [value([tokens, depth]), constant([depth, heads, size])], [out])
    [packed] = legalised([step], plan(), RELAXED)
    assert packed.inputs[1].shape == [heads, 1, depth, LANES]
    agree(step, rtol=1e-5, atol=1e-5)


def test_an_epilogue_of_other_types_becomes_a_map():
    mask = value([4, 9], 'bool')
    expr = e.where(slot(2, 'bool'), SUM, e.literal(-1.0, 'float32'))
    step = product(value([4, 6]), constant([6, 9]), value([4, 9]), expr, [mask])
    steps = legalised([step], plan(), RELAXED)
    assert [s.kernel.kind for s in steps] == ['contract', 'map']
    agree(step, rtol=1e-5, atol=1e-5)


def test_other_steps_stay():
    """Integers, and products of nothing."""
    whole = step_of(Contract(0, 1, 1, 1, 'int32', acc('int32')), [value([3, 4], 'int8'), value([4, 5], 'int8')],
                    [value([3, 5], 'int32')])
    empty = product(value([3, 0]), value([0, 5]), value([3, 5]))
    assert legalised([whole, empty], plan(), RELAXED) == [whole, empty]
