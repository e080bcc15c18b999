"""The WebAssembly backend against the script interpreter, on both hosts: what is emitted is the same on either."""

from alula.backends.script.run_step import run_step
from alula.backends.wasm.backend import WasmBackend
from alula.host.arrays import array_from_list, to_list, typed
from alula.host.table import Table
from alula.kernels.expr import (
    add,
    binary,
    cast,
    clamp,
    coord,
    div,
    erf,
    exp,
    gt,
    literal,
    load,
    log,
    logical_not,
    maximum,
    minimum,
    mul,
    neg,
    power,
    slot,
    sqrt,
    stage,
    sub,
    tanh,
    unary,
    where,
)
from alula.kernels.kernel import Map, Reduce, Stage, Step
from alula.kernels.view import Buffer, View, broadcast, dense, numel, sliced, transposed, windows
from alula.plan.planner import laid_out
from alula_checks import eq, near

# Sizes with remainders: one vector short of a turn, a few elements over.
SHAPE = [5, 27]


def given(label, dtype, shape):
    """A dense view, and values of both signs in no order."""
    return dense(Buffer(label, dtype, numel(shape), None), shape)


def values_of(view):
    spread = [(i * 37 + 11) % 23 - 9 for i in range(view.buffer.size)]
    if view.dtype == 'bool':
        return [1 if v > 0 else 0 for v in spread]
    if view.dtype.startswith('uint'):
        return [abs(v) for v in spread]
    if view.dtype.startswith('float'):
        return [v / 4 for v in spread]
    return spread


async def both_ran(kernel, inputs, outputs):
    """[what WebAssembly computes, what plain loops compute] for each output."""
    step = Step(kernel, inputs, outputs, 'test')
    feeds = Table()
    arrays = Table()
    declared = Table()
    for view in inputs:
        feeds.put(view.buffer.label, array_from_list(view.dtype, values_of(view)))
        arrays.put(view.buffer.label, feeds.at(view.buffer.label))
        declared.put(view.buffer.label, dense(view.buffer, [view.buffer.size]))
    results = Table()
    for view in outputs:
        arrays.put(view.buffer.label, typed(view.dtype, view.buffer.size))
        results.put(view.buffer.label, dense(view.buffer, [view.buffer.size]))
    backend = WasmBackend()
    await backend.open()
    executable = await backend.compile(laid_out([step], declared, results, backend))
    eq(executable.notes(), [])
    got = executable.run(feeds)
    run_step(step, lambda buffer: arrays.at(buffer.label))
    pairs = []
    for view in outputs:
        pairs.append([to_list(got.at(view.buffer.label)), to_list(arrays.at(view.buffer.label))])
    backend.release()
    return pairs


async def agree(kernel, inputs, outputs):
    for pair in await both_ran(kernel, inputs, outputs):
        near(pair[0], pair[1], rel=2e-6, abs=2e-6)


async def test_every_float_primitive():
    x = slot(0, 'float32')
    y = slot(1, 'float32')
    inputs = [given('x', 'float32', SHAPE), broadcast(given('y', 'float32', [1, 27]), SHAPE)]
    exprs = [
        add(x, y), sub(x, mul(x, y)), div(x, add(mul(y, y), 0.5)), minimum(x, y), clamp(x, -1.0, 1.5), neg(x),
        sqrt(add(mul(x, x), 0.25)), exp(x), log(add(mul(x, x), 0.01)), tanh(x), erf(x), unary('sin', mul(x, 3.0)),
        unary('cos', x), unary('floor', x), unary('ceil', x), unary('rint', x), unary('trunc', x), unary('sign', x),
        power(add(mul(x, x), 0.5), y), binary('trunc_mod', x, add(mul(y, y), 0.75)), where(gt(x, y), x, y),
    ]
    for expr in exprs:
        await agree(Map([expr]), inputs, [given('o', 'float32', SHAPE)])


async def test_every_integer_primitive():
    for dtype in ['int32', 'int64', 'uint8', 'int8', 'uint32']:
        x = slot(0, dtype)
        y = slot(1, dtype)
        inputs = [given('x', dtype, SHAPE), broadcast(given('y', dtype, [1, 27]), SHAPE)]
        exprs = [
            add(x, mul(y, literal(3, dtype))), minimum(x, y), maximum(x, y), div(x, maximum(y, literal(1, dtype))),
            binary('trunc_mod', x, maximum(y, literal(2, dtype))),
            binary('floor_mod', x, maximum(y, literal(2, dtype))),
            unary('sign', x), unary('absolute', x), power(x, literal(2, dtype)),
        ]
        for expr in exprs:
            await agree(Map([expr]), inputs, [given('o', dtype, SHAPE)])


async def test_casts_between_all_types():
    dtypes = ['float32', 'float64', 'int8', 'uint8', 'int32', 'uint32', 'int64', 'bool']
    for source in dtypes:
        for target in dtypes:
            await agree(Map([cast(slot(0, source), target)]), [given('x', source, SHAPE)], [given('o', target, SHAPE)])


async def test_views_coordinates_and_loads():
    x = given('x', 'float32', SHAPE)
    reversed_rows = sliced(x, 1, 26, 27, -1)
    columns = transposed(given('y', 'float32', [27, 5]), [1, 0])
    index = add(mul(literal(2, 'int32'), 27), coord(1))
    tree = where(logical_not(gt(coord(1), literal(20, 'int32'))), load_of(1, index), slot(2, 'float32'))
    await agree(Map([tree]), [reversed_rows, x, columns], [given('o', 'float32', SHAPE)])
    await agree(Map([slot(0, 'float32')]), [columns], [given('o', 'float32', SHAPE)])
    await agree(Map([slot(0, 'int64')]), [given('x', 'int64', SHAPE)], [given('o', 'int64', SHAPE)])


def load_of(index, at):
    node = load(given('t', 'float32', [135]), at)
    node.value = index
    return node


async def test_softmax_along_rows_and_along_columns():
    x = slot(0, 'float32')
    top = stage(0, 'float32')
    stages = [Stage('max', x, 'float32'), Stage('sum', exp(sub(x, top)), 'float32')]
    kernel = Reduce(1, stages, ['element', 'row'], [div(exp(sub(x, top)), stage(1, 'float32')), top])
    rows = given('x', 'float32', SHAPE)
    columns = transposed(given('x', 'float32', [27, 5]), [1, 0])
    for view in [rows, columns]:
        await agree(kernel, [view], [given('o', 'float32', SHAPE), given('t', 'float32', [5])])


async def test_reductions_of_every_kind():
    for op in ['sum', 'prod', 'max', 'min', 'argmax', 'argmin', 'argmax_last', 'argmin_last']:
        for dtype in ['float32', 'int64', 'uint8']:
            result = 'int64' if op.startswith('arg') else dtype
            term = cast(gt(slot(0, dtype), literal(2, dtype)), dtype) if op == 'prod' else slot(0, dtype)
            kernel = Reduce(1, [Stage(op, term, result)], ['row'], [stage(0, result)])
            await agree(kernel, [given('x', dtype, SHAPE)], [given('o', result, [5])])


async def test_pooling_and_depthwise_convolution():
    """Channels last with 4, 6 and 1 of them; tiles of two sizes; an addend per pixel of a mean over all pixels."""
    x = slot(0, 'float32')
    total = stage(0, 'float32')
    for channels in [4, 6, 1]:
        image = transposed(given('x', 'float32', [1, 7, 19, channels]), [0, 3, 1, 2])
        for stride in [1, 2]:
            view = windows(windows(image, 2, 3, stride, 1), 3, 3, stride, 1)
            out = transposed(given('o', 'float32', [1, view.shape[2], view.shape[3], channels]), [0, 3, 1, 2])
            flat = given('w', 'float32', [9 * channels])
            filters = View(flat.buffer, view.shape, [0, 1, 0, 0, 3 * channels, channels], 0)
            kernel = Reduce(4, [Stage('max', x, 'float32')], ['row'], [total])
            await agree(kernel, [view], [out])
            weighted = mul(x, slot(1, 'float32'))
            kernel = Reduce(4, [Stage('sum', weighted, 'float32')], ['row'], [clamp(total, -1.0, 2.0)])
            await agree(kernel, [view, filters], [out])
    view = transposed(given('x', 'float32', [9, 5, 24]), [2, 0, 1])
    addend = broadcast(given('y', 'float32', [24, 1, 1]), [24, 9, 5])
    kernel = Reduce(1, [Stage('sum', maximum(add(x, slot(1, 'float32')), 0.0), 'float32')], ['row'], [div(total, 45.0)])
    await agree(kernel, [view, addend], [given('o', 'float32', [24])])


async def test_what_has_no_webassembly_falls_back():
    kernel = Map([cast(tanh(slot(0, 'float64')), 'int64')])
    step = Step(kernel, [given('x', 'float64', [3])], [given('o', 'int64', [3])], 'double')
    declared = Table()
    declared.put('x', step.inputs[0])
    results = Table()
    results.put('o', step.outputs[0])
    backend = WasmBackend()
    await backend.open()
    executable = await backend.compile(laid_out([step], declared, results, backend))
    eq(len(executable.notes()), 1)
    feeds = Table()
    feeds.put('x', array_from_list('float64', [100.0, -300.0, 0.0]))
    eq(to_list(executable.run(feeds).at('o')), [1, -1, 0])
