"""Models in several parts from the outside, on both hosts: what they take and give, and what becomes of failures."""

from alula.backends.select import Selection
from alula.errors import (
    BackendError,
    InputError,
    ShapeError,
    UnsupportedFeatureError,
    UnsupportedOperatorError,
    ValueCheckError,
)
from alula.host.arrays import array_from_list, to_list
from alula.host.tasks import CAN_WAIT, gather
from alula.session import InferenceSession
from alula.tensor import Tensor
from alula_checks import eq, near, raises, raises_async
from onnx_bytes import graph, message, model, node, number, tensor, text, value


def graph_attribute(name, fields):
    """Fields of an AttributeProto that is a graph."""
    return [text(1, name), message(6, fields), number(20, 5)]


def tensor_type(code, sizes):
    shape = [message(1, [text(2, size) if isinstance(size, str) else number(1, size)]) for size in sizes]
    return message(1, [number(1, code), message(2, shape)])


def sequence(name, code, sizes):
    """Fields of a ValueInfoProto of a sequence."""
    return [text(1, name), message(2, [message(4, [message(1, [tensor_type(code, sizes)])])])]


def optional(name, code, sizes):
    return [text(1, name), message(2, [message(9, [message(1, [tensor_type(code, sizes)])])])]


def adding(step='Add'):
    """s + times · x for x of [2], by a loop; and each sum on the way, doubled after the loop."""
    body = graph(
        [node('Identity', ['before'], ['after'], []), node(step, ['s', 'x'], ['t'], []), node('Neg', ['t'], ['n'], [])],
        [value('i', 7, []), value('before', 9, []), value('s', 1, [2])],
        [value('after', 9, []), value('t', 1, [2]), value('n', 1, [2])],
        [],
    )
    nodes = [
        node('Add', ['x', 'x'], ['double'], []),
        node('Loop', ['times', '', 'double'], ['sum', 'all'], [graph_attribute('body', body)]),
        node('Add', ['all', 'all'], ['rows'], []),
    ]
    inputs = [value('x', 1, [2]), value('times', 7, [])]
    return model(graph(nodes, inputs, [value('sum', 1, [2]), value('rows', 1, ['n', 2])], []), [])


def floats(values, dims):
    return Tensor('float32', array_from_list('float32', values), dims)


def times(count):
    return Tensor('int64', [count], [])


def numbers(t):
    return to_list(t.array)


def plain(given):
    """The elements that a synchronous run gives: a NumPy array in Python, a tensor in JS."""
    return numbers(given) if isinstance(given, Tensor) else [given[i] for i in range(len(given))]


async def test_a_loop_on_every_backend():
    for name in ['wasm', 'script']:
        session = await InferenceSession.create(adding(), execution_providers=[name])
        # What stands before the loop is compiled; what comes of it isn't known.
        eq(len(session.report().programs), 1)
        for count in [3, 0, 1]:
            feeds = {'x': floats([1, -2], [2]), 'times': times(count)}
            results = await session.run(feeds)
            near(numbers(results['sum']), [count + 2, -2 * count - 4])
            eq(results['rows'].dims, [count, 2])
            near(numbers(results['rows']), [[-2, 4][i % 2] * (3 + i // 2) for i in range(2 * count)])
            near(plain(session.run_sync(feeds, ['sum'])['sum']), [count + 2, -2 * count - 4])
        await session.release()


def reaching():
    """As many of the first elements of x as the index of its last that is not 0 says."""
    nodes = [
        node('Neg', ['x'], ['less'], []),
        node('NonZero', ['less'], ['places'], []),
        node('ReduceMax', ['places'], ['last'], []),
        node('Reshape', ['last', 'one'], ['ends'], []),
        node('Slice', ['x', 'zero', 'ends'], ['y'], []),
    ]
    initializers = [tensor(name, 7, [1], [number(7, n)]) for name, n in [['zero', 0], ['one', 1]]]
    return model(graph(nodes, [value('x', 1, ['n'])], [value('y', 1, ['m'])], initializers), [])


async def test_runs_that_overlap_while_the_first_is_cut():
    session = await InferenceSession.create(reaching(), execution_providers=['wasm'])
    many = [floats([1 if i < last else 0 for i in range(1500)], [1500]) for last in [1401, 1301, 1201]]
    results = await gather([session.run({'x': x}) for x in many])
    eq([result['y'].dims for result in results], [[1400], [1300], [1200]])
    # The value that the shape depends on is part of the plan.
    inputs = [program.inputs for program in session.report().programs]
    ends = ['ends=1400', 'ends=1300', 'ends=1200']
    eq([sum([1 for each in inputs if each.endswith(end)]) for end in ends], [1, 1, 1])


class Failing(Selection):
    """Hands out a backend that computes seven steps, then the one asked for."""

    def __init__(self):
        super().__init__(['script', 'script'])
        self.count = 0
        self.steps = 7

    async def next(self):
        backend = await super().next()
        self.count += 1
        if self.count == 1:
            run_step = backend.run_step
            backend.run_step = lambda step, array_of: self.counted(run_step, step, array_of)
        return backend

    def counted(self, run_step, step, array_of):
        self.steps -= 1
        if self.steps < 0:
            raise BackendError('script', 'the device is gone')
        run_step(step, array_of)


async def test_a_backend_that_fails_in_a_loop_hands_over():
    session = await InferenceSession.create(adding(), execution_providers=['script'])
    selection = Failing()
    session.engine.let_go()
    session.engine.selection = selection
    session.engine.backend = await selection.next()
    results = await session.run({'x': floats([1, 2], [2]), 'times': times(6)})
    near(numbers(results['sum']), [8, 16])
    eq(selection.steps, -1)
    eq(session.report().tried, ["script: Backend 'script': the device is gone."])


async def test_a_synchronous_run_hands_over_where_the_host_can_wait():
    session = await InferenceSession.create(adding(), execution_providers=['script'])
    feeds = {'x': floats([1, 2], [2]), 'times': times(6)}
    await session.run(feeds)
    selection = Failing()
    session.engine.selection = selection
    session.engine.backend = await selection.next()
    for part in session.engine.parts:
        part.release()
    await session.run({'x': floats([1, 2], [2]), 'times': times(1)})
    if CAN_WAIT:
        near(plain(session.run_sync(feeds)['sum']), [8, 16])
        eq(len(session.report().tried), 1)
    else:
        raises(BackendError, lambda: session.run_sync(feeds))
        near(numbers((await session.run(feeds))['sum']), [8, 16])
        eq(len(session.report().tried), 1)


async def test_a_session_tells_of_all_its_parts():
    session = await InferenceSession.create(adding(), execution_providers=['wasm'])
    feeds = {'x': floats([1, 2], [2]), 'times': times(2)}
    await session.warmup()
    await session.run(feeds)
    report = session.report()
    eq([program.runs for program in report.programs], [1, 2, 1])
    eq([[p.node, p.backend] for p in report.placement if p.kernel == 'host'][0], ['Loop -> sum, all', 'host'])
    rows = await session.profile(feeds, runs=1)
    eq([row.node for row in rows if row.node != 'Neg -> n'], [
        'Add -> double', 'Add -> t', 'Add -> t', 'Add -> rows'
    ])  # fmt: skip
    told = session.explain()
    eq(told.find('host: Loop') > told.find('# Add -> double'), True)
    eq(told.find('# Add -> t') > told.find('host: Loop'), True)
    eq(str(session.output_metadata[1]), 'rows: float32[n,2]')
    await session.release()


def listed(nodes, outputs, sizes):
    """A model of a sequence of float vectors `parts`, an optional `maybe` and an int64 `at`."""
    inputs = [sequence('parts', 1, sizes), optional('maybe', 1, ['k']), value('at', 7, [])]
    return model(graph(nodes, inputs, outputs, []), [number(1, 8)])


async def test_sequences_and_optionals_are_fed_and_given():
    nodes = [
        node('SequenceErase', ['parts', 'at'], ['rest'], []),
        node('OptionalHasElement', ['maybe'], ['is_there'], []),
        node('Identity', ['maybe'], ['same'], []),
        node('Identity', ['parts'], ['parts_too'], []),
    ]
    outputs = [
        sequence('rest', 1, ['n']),
        value('is_there', 9, []),
        optional('same', 1, ['k']),
        sequence('parts_too', 1, ['n']),
    ]
    session = await InferenceSession.create(listed(nodes, outputs, ['n']), execution_providers=['script'])
    eq([info.is_tensor for info in session.input_metadata], [False, False, True])
    first = floats([1, 2], [2])
    parts = [first, floats([3], [1]), floats([], [0])]
    results = await session.run({'parts': parts, 'maybe': None, 'at': times(-2)})
    eq([numbers(part) for part in results['rest']], [[1, 2], []])
    eq([numbers(results['is_there']), results['same'] is None], [[0], True])
    # Results have memory of their own.
    first.array[0] = 9
    eq(numbers(results['parts_too'][0]), [1, 2])
    results = await session.run({'parts': parts, 'maybe': floats([5], [1]), 'at': times(0)}, ['same'])
    eq(numbers(results['same']), [5])


async def test_feeds_of_sequences_are_checked():
    nodes = [node('SequenceAt', ['parts', 'at'], ['y'], [])]
    session = await InferenceSession.create(
        listed(nodes, [value('y', 1, ['n'])], [2]), execution_providers=['script']
    )
    vector = floats([1, 2], [2])
    error = await raises_async(InputError, lambda: session.run({'parts': vector, 'maybe': None, 'at': times(0)}))
    eq(error.message, "Input 'parts': it is a sequence: expected a list of tensors.")
    long = floats([1, 2, 3], [3])
    error = await raises_async(InputError, lambda: session.run({'parts': [long], 'maybe': None, 'at': times(0)}))
    eq(error.input_name, 'parts')
    error = await raises_async(ValueCheckError, lambda: session.run({'parts': [vector], 'maybe': None, 'at': times(1)}))
    eq(error.message, 'Node SequenceAt -> y of opset 17: Position 1 in a sequence of 1.')


async def test_a_kernel_refuses_a_sequence():
    nodes = [node('Relu', ['parts'], ['y'], [])]
    session = await InferenceSession.create(
        listed(nodes, [value('y', 1, ['n'])], ['n']), execution_providers=['script']
    )
    feeds = {'parts': [], 'maybe': None, 'at': times(1)}
    error = await raises_async(UnsupportedFeatureError, lambda: session.run(feeds))
    eq(error.message.find("'parts'") > 0, True)


async def test_errors_in_a_body_name_its_nodes():
    error = await raises_async(UnsupportedOperatorError, lambda: InferenceSession.create(adding('Mystery')))
    eq(error.op, 'Mystery')
    session = await InferenceSession.create(adding('Concat'), execution_providers=['script'])
    feeds = {'x': floats([1, 2], [2]), 'times': times(1)}
    error = await raises_async(ShapeError, lambda: session.run(feeds))
    eq(error.message.find('Node Loop -> sum, all of opset 17: Node Concat -> t of opset 17: '), 0)
