"""The script backend's kernels against sums and copies written out, on both hosts."""

from alula.backends.script.run_step import run_step
from alula.host.arrays import array_from_list, to_list, typed
from alula.kernels.expr import acc, add, cast, coord, div, exp, literal, load, lt, mul, slot, stage, where
from alula.kernels.kernel import Contract, Map, Reduce, Stage, Step
from alula.kernels.view import Buffer, View, dense, numel, sliced, transposed, windows
from alula_checks import eq, near


def filled(dtype, shape):
    """A dense view over 0, 1, 2, …"""
    count = numel(shape)
    values = array_from_list(dtype, list(range(count)))
    return dense(Buffer('x', dtype, count, values), shape)


def empty(dtype, shape):
    return dense(Buffer('y', dtype, numel(shape), typed(dtype, numel(shape))), shape)


def ran(kernel, inputs, out):
    run_step(Step(kernel, inputs, [out], 'test'), lambda buffer: buffer.data)
    return to_list(out.buffer.data)


def test_copies_transpose_slice_and_reverse():
    x = filled('float32', [2, 3, 4])
    view = sliced(transposed(x, [2, 0, 1]), 2, 2, 3, -1)
    expected = [8, 4, 0, 20, 16, 12, 9, 5, 1, 21, 17, 13, 10, 6, 2, 22, 18, 14, 11, 7, 3, 23, 19, 15]
    eq(ran(Map([slot(0, 'float32')]), [view], empty('float32', [4, 2, 3])), expected)
    eq(ran(Map([slot(0, 'int64')]), [filled('int64', [])], empty('int64', [])), [0])


def test_copies_into_a_part():
    out = empty('int32', [3, 4])
    part = sliced(sliced(out, 0, 1, 2, 1), 1, 0, 2, 2)
    eq(ran(Map([slot(0, 'int32')]), [filled('int32', [2, 2])], part), [0, 0, 0, 0, 0, 0, 1, 0, 2, 0, 3, 0])


def test_map_mixes_views_coordinates_and_loads():
    x = filled('float32', [2, 3])
    row = View(x.buffer, [2, 3], [0, 1], 3)
    last = add(coord(1), mul(coord(0), literal(3, 'int32')))
    picked = load_of(1, last)
    tree = where(lt(slot(0, 'float32'), 4.0), picked, div(slot(2, 'float32'), 2.0))
    eq(ran(Map([tree]), [x, x, row], empty('float32', [2, 3])), [0, 1, 2, 3, 2, 2.5])


def load_of(index, at):
    node = load(filled('float32', [1]), at)
    node.value = index
    return node


def test_integers_wrap_to_their_width():
    x = filled('uint8', [4])
    eq(ran(Map([mul(slot(0, 'uint8'), literal(100, 'uint8'))]), [x], empty('uint8', [4])), [0, 100, 200, 44])
    y = filled('int8', [3])
    eq(ran(Map([add(slot(0, 'int8'), literal(126, 'int8'))]), [y], empty('int8', [3])), [126, 127, -128])
    eq(ran(Map([div(literal(-7, 'int32'), add(slot(0, 'int32'), literal(1, 'int32')))]), [filled('int32', [3])],
           empty('int32', [3])), [-7, -3, -2])


def test_casts_truncate_and_saturate():
    tree = cast(add(mul(slot(0, 'float32'), 100.75), -150.5), 'int8')
    eq(ran(Map([tree]), [filled('float32', [4])], empty('int8', [4])), [-128, -49, 51, 127])


def test_reduce_takes_stages_one_after_the_other():
    x = filled('float32', [2, 3])
    top = Stage('max', slot(0, 'float32'), 'float32')
    total = Stage('sum', exp(add(slot(0, 'float32'), mul(stage(0, 'float32'), -1.0))), 'float32')
    tree = div(exp(add(slot(0, 'float32'), mul(stage(0, 'float32'), -1.0))), stage(1, 'float32'))
    got = ran(Reduce(1, [top, total], ['element'], [tree]), [x], empty('float32', [2, 3]))
    near(got, [0.09003057, 0.24472847, 0.66524096, 0.09003057, 0.24472847, 0.66524096])


def test_reduce_finds_extremes():
    values = Buffer('x', 'float32', 6, array_from_list('float32', [1, 5, 5, 7, 2, 7]))
    for op, expected in [['argmax', [1, 0]], ['argmax_last', [2, 2]], ['argmin', [0, 1]]]:
        kernel = Reduce(1, [Stage(op, slot(0, 'float32'), 'int64')], ['row'], [stage(0, 'int64')])
        eq(ran(kernel, [dense(values, [2, 3])], empty('int64', [2])), expected)


def test_contract_over_windows_is_a_convolution():
    x = windows(filled('float32', [5, 1]), 0, 3, 1, 1)
    a = transposed(x, [0, 2, 1])
    w = filled('float32', [3, 1, 2])
    got = ran(Contract(0, 1, 1, 2, 'float32', mul(acc('float32'), 0.5)), [a, w], empty('float32', [3, 2]))
    eq(got, [5, 6.5, 8, 11, 11, 15.5])
