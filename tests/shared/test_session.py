"""A session from the outside, on both hosts: what it takes and gives, what it refuses and how it says so."""

from alula.backends.select import Selection
from alula.errors import (
    AlulaError,
    ArgumentRangeError,
    ArgumentTypeError,
    BackendError,
    BackendUnavailableError,
    DataDependentShapeError,
    DisposedError,
    InputError,
    ModelFormatError,
    TensorError,
    UnsupportedOperatorError,
)
from alula.host.arrays import array_from_list
from alula.session import InferenceSession
from alula.tensor import Tensor
from alula_checks import eq, near, raises, raises_async
from onnx_bytes import chunk, f32_bytes, graph, model, node, tensor, value


def affine(sizes):
    """y = relu(x · w + b) for x of [`sizes`…, 3]."""
    weights = [
        tensor('w', 1, [3, 2], [chunk(4, f32_bytes([1, -1, 2, -2, 3, -3]))]),
        tensor('b', 1, [2], [chunk(4, f32_bytes([10, 0.5]))]),
    ]
    nodes = [node('MatMul', ['x', 'w'], ['p'], []), node('Add', ['p', 'b'], ['s'], []), node('Relu', ['s'], ['y'], [])]
    return model(graph(nodes, [value('x', 1, [*sizes, 3])], [value('y', 1, [*sizes, 2])], weights), [])


def counting():
    """i + i and the shape of i, for int64 i of one free dim."""
    nodes = [node('Add', ['i', 'i'], ['twice'], []), node('Shape', ['i'], ['size'], [])]
    return model(graph(nodes, [value('i', 7, ['n'])], [value('twice', 7, ['n']), value('size', 7, [1])], []), [])


def floats(values, dims):
    return Tensor('float32', array_from_list('float32', values), dims)


def numbers(t):
    return [t.array[i] for i in range(len(t.array))]


async def test_every_backend_gives_the_same():
    for name in ['wasm', 'script']:
        session = await InferenceSession.create(affine(['n']), execution_providers=[name])
        results = await session.run({'x': floats([1, 2, 3, -1, -2, -3], [2, 3])})
        near(numbers(results['y']), [24, 0, 0, 14.5])
        eq([results['y'].dtype, results['y'].dims], ['float32', [2, 2]])
        eq(session.report().backend, name)
        await session.release()


async def test_shapes_come_and_go():
    session = await InferenceSession.create(affine(['n']), execution_providers=['wasm'])
    eq(len(session.report().programs), 0)
    for rows in [1, 5, 2, 5, 17, 3, 4, 6, 7, 8, 9, 1]:
        results = await session.run({'x': floats([1 for _ in range(3 * rows)], [rows, 3])})
        near(numbers(results['y']), [16 if i % 2 == 0 else 0 for i in range(2 * rows)])
    eq(len(session.report().programs), 8)
    eq(str(session.input_metadata[0]), 'x: float32[n,3]')


async def test_a_size_given_beforehand_is_compiled_beforehand():
    fixed = {'n': 2}
    session = await InferenceSession.create(affine(['n']), execution_providers=['wasm'], free_dimension_overrides=fixed)
    eq(str(session.input_metadata[0]), 'x: float32[2,3]')
    eq(len(session.report().programs), 1)
    eq(session.explain().find('contract') > 0, True)
    error = await raises_async(InputError, lambda: session.run({'x': floats([1, 2, 3], [1, 3])}))
    eq(error.input_name, 'x')


async def test_values_that_a_shape_depends_on_are_part_of_the_plan():
    """Reshape to half a shape that is fed: planned at the first run, and once per value."""
    nodes = [node('Add', ['s', 's'], ['shape'], []), node('Reshape', ['x', 'shape'], ['y'], [])]
    inputs = [value('x', 1, [8]), value('s', 7, [2])]
    session = await InferenceSession.create(
        model(graph(nodes, inputs, [value('y', 1, ['a', 'b'])], []), []), execution_providers=['wasm']
    )
    eq(len(session.report().programs), 0)
    await session.warmup()
    for half, dims in [[[2, 1], [4, 2]], [[1, 2], [2, 4]], [[2, 1], [4, 2]]]:
        shape = Tensor('int64', half, [2])
        results = await session.run({'x': floats([1, 2, 3, 4, 5, 6, 7, 8], [8]), 's': shape})
        eq(results['y'].dims, dims)
        eq(numbers(results['y']), [1, 2, 3, 4, 5, 6, 7, 8])
    eq(len(session.report().programs), 2)


async def test_a_shape_that_depends_on_much_data_is_refused():
    nodes = [node('Reshape', ['x', 'x'], ['y'], [])]
    session = await InferenceSession.create(
        model(graph(nodes, [value('x', 7, ['n'])], [value('y', 7, ['m'])], []), []), execution_providers=['wasm']
    )
    many = Tensor('int64', [1 for _ in range(2000)], [2000])
    error = await raises_async(DataDependentShapeError, lambda: session.run({'x': many}))
    eq(error.inputs, ['x'])


async def test_integers_are_exact():
    session = await InferenceSession.create(counting(), execution_providers=['wasm'])
    results = await session.run({'i': Tensor('int64', [1, -2, 4503599627370495], [3])})
    eq(numbers(results['twice']), [2, -4, 9007199254740990])
    eq(numbers(results['size']), [3])
    chosen = await session.run({'i': Tensor('int64', [5], [1])}, ['size'])
    eq(list(chosen.keys()), ['size'])


async def test_results_can_be_given_a_place():
    session = await InferenceSession.create(affine([]), execution_providers=['script'])
    place = floats([0, 0], [2])
    results = await session.run({'x': floats([1, 1, 1], [3])}, {'y': place})
    eq(results['y'] is place, True)
    near(numbers(place), [16, 0])
    await raises_async(TensorError, lambda: session.run({'x': floats([1, 1, 1], [3])}, {'y': floats([0], [1])}))


async def test_results_outlive_the_next_run():
    session = await InferenceSession.create(affine([]), execution_providers=['wasm'])
    first = await session.run({'x': floats([1, 1, 1], [3])})
    await session.run({'x': floats([0, 0, 0], [3])})
    near(numbers(first['y']), [16, 0])


async def test_feeds_that_do_not_fit_are_refused():
    session = await InferenceSession.create(affine(['n']), execution_providers=['script'])
    good = floats([1, 2, 3], [1, 3])
    await raises_async(InputError, lambda: session.run({}))
    await raises_async(InputError, lambda: session.run({'x': good, 'z': good}))
    await raises_async(InputError, lambda: session.run({'x': floats([1, 2, 3], [3])}))
    await raises_async(InputError, lambda: session.run({'x': floats([1, 2], [1, 2])}))
    await raises_async(InputError, lambda: session.run({'x': Tensor('int32', [1, 2, 3], [1, 3])}))
    await raises_async(ArgumentTypeError, lambda: session.run([good]))
    await raises_async(ArgumentTypeError, lambda: session.run({'x': good}, []))
    await raises_async(ArgumentTypeError, lambda: session.run({'x': good}, good))
    await raises_async(ArgumentRangeError, lambda: session.run({'x': good}, ['q']))
    near(numbers((await session.run({'x': good}))['y']), [24, 0])


async def test_what_is_released_is_gone():
    session = await InferenceSession.create(affine([]), execution_providers=['wasm'])
    await session.release()
    await raises_async(DisposedError, lambda: session.run({'x': floats([1, 1, 1], [3])}))
    t = floats([1], [1])
    t.dispose()
    raises(DisposedError, lambda: t.data)
    eq(t.location, 'none')


async def test_models_that_cannot_run_say_so_at_once():
    nodes = [node('Twist', ['x'], ['t'], []), node('Bend', ['t'], ['y'], [])]
    data = model(graph(nodes, [value('x', 1, [1])], [value('y', 1, [1])], []), [])
    error = await raises_async(UnsupportedOperatorError, lambda: InferenceSession.create(data))
    eq([error.message.find('Twist') > 0, error.message.find('Bend') > 0], [True, True])
    await raises_async(ModelFormatError, lambda: InferenceSession.create(array_from_list('uint8', [8, 8, 58])))
    await raises_async(ArgumentTypeError, lambda: InferenceSession.create(7))
    await raises_async(ArgumentRangeError, lambda: InferenceSession.create(affine([]), 100000))


async def test_part_of_a_buffer_is_a_model():
    data = affine([])
    wide = array_from_list('uint8', [0 for _ in range(len(data) + 9)])
    for i in range(len(data)):
        wide[i + 4] = data[i]
    session = await InferenceSession.create(wide, 4, len(data), execution_providers=['script'])
    near(numbers((await session.run({'x': floats([1, 1, 1], [3])}))['y']), [16, 0])


async def test_backends_that_are_not_there_are_named():
    data = affine([])
    asked = ['tpu']
    create = lambda: InferenceSession.create(data, execution_providers=asked)  # noqa: E731 - a raise needs a function
    error = await raises_async(BackendUnavailableError, create)
    eq(error.reasons, ['tpu: there is no such backend here'])
    session = await InferenceSession.create(affine([]), execution_providers=['tpu', 'script'])
    eq(session.report().tried, ['tpu: there is no such backend here'])
    eq((await Selection([{'name': 'tpu'}, {'name': 'script'}]).next()).label, 'script')
    eq((await Selection(['cpu']).next()).label, 'wasm')


class Failing(Selection):
    """Hands out a backend that compiles nothing, then the one asked for."""

    def __init__(self):
        super().__init__(['script', 'script'])
        self.count = 0

    async def next(self):
        backend = await super().next()
        self.count += 1
        if self.count == 1:
            backend.run_step = refuse
        return backend


def refuse(step, array_of):
    raise BackendError('script', 'the device is gone')


async def test_a_backend_that_fails_hands_over():
    session = await InferenceSession.create(affine(['n']), execution_providers=['script'])
    session.engine.selection = Failing()
    session.engine.backend = await session.engine.selection.next()
    results = await session.run({'x': floats([1, 1, 1], [1, 3])})
    near(numbers(results['y']), [16, 0])
    eq(len(session.report().tried), 1)
    eq(session.report().tried[0].find('the device is gone') > 0, True)


def test_tensors_check_themselves():
    raises(TensorError, lambda: Tensor('float32', [1, 2], [3]))
    raises(ArgumentTypeError, lambda: Tensor('float31', [1], [1]))
    raises(ArgumentTypeError, lambda: Tensor('float32', [1], [0.5]))
    raises(ArgumentRangeError, lambda: Tensor('float32', [1], [-1]))
    eq(Tensor('bool', [True, False], [2]).size, 2)
    eq(Tensor('float32', [1, 2, 3, 4], [4]).reshape([2, 2]).dims, [2, 2])
    eq(isinstance(raises(TensorError, lambda: floats([1, 2], [2]).reshape([3])), AlulaError), True)
