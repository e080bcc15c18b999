"""What ModelInfo tells of a model before anything runs: counts over subgraphs and functions, what is not supported."""

from alula.errors import ArgumentTypeError, ModelFormatError
from alula.host.arrays import array_from_list
from alula.model_info import ModelInfo
from alula_checks import eq, raises_async
from onnx_bytes import chunk, f32_bytes, graph, message, model, node, number, tensor, text, value


def counts(operators):
    return [[name, operators[name]] for name in operators.keys()]


async def test_a_model_tells_what_it_is():
    nodes = [node('Relu', ['x'], ['a'], []), node('Add', ['a', 'w'], ['b'], []), node('Relu', ['b'], ['y'], [])]
    inputs = [value('x', 1, ['batch', 3]), value('w', 1, [3])]
    weight = tensor('w', 1, [3], [chunk(4, f32_bytes([1, 2, 3]))])
    fields = graph(nodes, inputs, [value('y', 1, ['batch', 3])], [weight])
    metadata = message(14, [text(1, 'author'), text(2, 'nobody')])
    data = model(fields, [text(3, '1.0'), metadata, message(8, [text(1, 'com.microsoft'), number(2, 1)])])
    info = await ModelInfo.read(data)
    eq([info.size, info.producer, info.ir_version, info.parameters], [len(data), 'by hand 1.0', 8, 3])
    eq(info.opsets, {'ai.onnx': 17, 'com.microsoft': 1})
    eq(info.metadata, {'author': 'nobody'})
    eq([str(each) for each in info.inputs], ['x: float32[batch,3]'])
    eq([str(each) for each in info.outputs], ['y: float32[batch,3]'])
    eq(counts(info.operators), [['Relu', 2], ['Add', 1]])
    eq([len(info.unsupported), len(info.external_data)], [0, 0])


async def test_operators_of_subgraphs_and_functions_count():
    branch = [text(1, 'body'), message(6, graph([node('Relu', ['x'], ['y'], [])], [], [value('y', 1, [])], []))]
    nodes = [node('Branch', ['c'], ['y'], [branch]), node('Twice', ['y'], ['z'], [])]
    nodes[1].append(text(7, 'own'))
    function = [text(1, 'Twice'), text(10, 'own'), text(4, 'a'), text(5, 'b'), message(9, [number(2, 17)])]
    function.extend([message(7, node('Add', ['a', 'a'], ['b'], [])), message(7, node('Twist', ['a'], ['c'], []))])
    fields = graph(nodes, [value('c', 9, []), value('x', 1, [])], [value('z', 1, [])], [])
    info = await ModelInfo.read(model(fields, [message(8, [text(1, 'own'), number(2, 1)]), message(25, function)]))
    eq(counts(info.operators), [['Branch', 1], ['Relu', 1], ['own.Twice', 1], ['Add', 1], ['Twist', 1]])
    eq(info.unsupported, ['Branch', 'Twist'])


async def test_what_is_no_model_is_refused():
    await raises_async(ModelFormatError, lambda: ModelInfo.read(array_from_list('uint8', [1, 2, 3])))
    await raises_async(ArgumentTypeError, lambda: ModelInfo.read(3))
