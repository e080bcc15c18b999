"""Models written byte by byte, right and wrong: what the reader makes of them, and where it says they are wrong."""

from alula.dtypes import byte_size
from alula.errors import ExternalDataError, ModelFormatError
from alula.host.arrays import array_from_list, sub, to_list, u8
from alula.host.table import Table
from alula.kernels.view import numel
from alula.model.onnx_reader import read_model
from alula_checks import eq, raises
from onnx_bytes import (
    chunk,
    f32_bytes,
    float_field,
    graph,
    joined,
    message,
    model,
    negative,
    node,
    number,
    tensor,
    text,
    value,
    varint,
)


def with_tensor(fields):
    """A model whose one initializer has these fields."""
    return model(graph([], [], [value('w', 1, [])], [fields]), [])


def read_tensor(fields):
    return read_model(with_tensor(fields)).graph.initializers.values_list()[0]


def refused(data):
    return raises(ModelFormatError, lambda: read_model(data))


def refused_tensor(fields):
    return refused(with_tensor(fields))


def test_a_small_model():
    relu = node('Relu', ['x', ''], ['y'], [])
    data = model(
        graph([relu], [value('x', 1, ['batch', 3])], [value('y', 1, ['batch', 3])], []),
        [message(14, [text(1, 'author'), text(2, 'nobody')]), message(8, [text(1, 'com.microsoft'), number(2, 1)])],
    )
    found = read_model(data)
    eq(
        [found.ir_version, found.producer, found.opsets.at(''), found.opsets.at('com.microsoft'), found.opsets.count()],
        [8, 'by hand', 17, 1, 2],
    )
    eq(found.metadata.find('author'), 'nobody')
    eq(len(found.graph.nodes), 1)
    eq([found.graph.nodes[0].op_type, found.graph.nodes[0].domain, found.graph.name], ['Relu', '', 'graph'])
    eq(found.graph.nodes[0].inputs, ['x', ''])
    eq(found.graph.inputs[0].shape, ['batch', 3])
    eq(
        [found.graph.inputs[0].name, found.graph.inputs[0].dtype, found.graph.inputs[0].kind],
        ['x', 'float32', 'tensor'],
    )


def test_attributes_of_every_simple_kind():
    body = graph([node('Abs', ['q'], ['r'], [])], [], [value('r', 1, [])], [])
    fields = node('Op', [], ['y'], [
        [text(1, 'alpha'), float_field(2, 0.5), number(20, 1)],
        [text(1, 'axis'), joined([varint(24), negative(-2)]), number(20, 2)],
        [text(1, 'mode'), text(4, 'größe'), number(20, 3)],
        [text(1, 'scales'), float_field(7, 1.5), chunk(7, f32_bytes([2.5, 3.5])), number(20, 6)],
        [text(1, 'pads'), number(8, 300), chunk(8, joined([varint(1), negative(-1)])), number(20, 7)],
        [text(1, 'names'), text(9, 'a'), text(9, ''), number(20, 8)],
        [text(1, 'value'), message(5, tensor('', 7, [1], [chunk(7, [5])])), number(20, 4)],
        [text(1, 'body'), message(6, body), number(20, 5)],
        [text(1, 'untyped'), number(3, 7)],
        [text(1, 'untyped zero'), number(3, 0)],
        [text(1, 'untyped list'), number(8, 2), number(8, 3)],
        [text(1, 'absent'), number(20, 2)],
        [text(1, 'absent text'), number(20, 3)],
        [text(1, 'none'), number(20, 7)],
    ])  # fmt: skip
    found = read_model(model(graph([fields], [], [value('y', 1, [])], []), [])).graph.nodes[0]
    attributes = found.attributes
    eq([attributes.at('alpha'), attributes.at('axis'), attributes.at('mode')], [0.5, -2, 'größe'])
    eq(attributes.at('scales'), [1.5, 2.5, 3.5])
    eq(attributes.at('pads'), [300, 1, -1])
    eq(attributes.at('names'), ['a', ''])
    eq(to_list(attributes.at('value').values()), [5])
    eq(found.subgraphs[0].nodes[0].op_type, 'Abs')
    eq([attributes.at('untyped'), attributes.at('untyped zero'), attributes.at('untyped list')], [7, 0, [2, 3]])
    eq([attributes.at('absent'), attributes.at('absent text'), len(attributes.at('none'))], [0, '', 0])


def test_weights_are_views_of_the_input():
    content = f32_bytes([1, 2, 3, 4])
    data = with_tensor(tensor('w', 1, [2, 2], [chunk(9, content)]))
    constant = read_model(data).graph.initializers.at('w')
    eq(constant.shape, [2, 2])
    eq(to_list(constant.values()), [1, 2, 3, 4])
    raw = constant.data
    eq(len(raw), 16)
    raw[3] = 0
    raw[2] = 0
    at = find_bytes(data, content[4:16])
    eq([data[at - 1], data[at - 2]], [0, 0])


def find_bytes(data, content):
    """Where `content` begins in `data`."""
    for i in range(len(data) - len(content)):
        found = True
        for j in range(len(content)):
            if data[i + j] != content[j]:
                found = False
        if found:
            return i
    return -1


def test_every_encoding_of_elements():
    minus = joined([varint(5), negative(-3)])
    for case in [
        [1, [2], [chunk(4, f32_bytes([0.5, -2]))], [0.5, -2]],
        [1, [2], [float_field(4, 0.5), float_field(4, -2)], [0.5, -2]],
        [2, [2], [chunk(5, joined([varint(200), varint(7)]))], [200, 7]],
        [3, [2], [chunk(5, minus)], [5, -3]],
        [5, [2], [chunk(5, minus)], [5, -3]],
        [6, [2], [chunk(5, minus)], [5, -3]],
        [6, [2], [number(5, 5), joined([varint(40), negative(-3)])], [5, -3]],
        [7, [2], [chunk(7, minus)], [5, -3]],
        [7, [3], [number(7, 5), chunk(7, joined([negative(-3), varint(9007199254740991)]))], [5, -3, 9007199254740991]],
        [9, [2], [chunk(5, [1, 0])], [1, 0]],
        [10, [2], [chunk(5, joined([varint(0x3C00), varint(0xC000)]))], [0x3C00, 0xC000]],
        [11, [1], [chunk(10, [0, 0, 0, 0, 0, 0, 0xF8, 0xBF])], [-1.5]],
        [12, [1], [chunk(11, varint(4294967295))], [4294967295]],
        [13, [2], [chunk(11, joined([varint(9007199254740991), varint(1)]))], [9007199254740991, 1]],
        [14, [1], [chunk(4, f32_bytes([1, 2]))], [1, 2]],
        [16, [1], [chunk(9, [0x80, 0x3F])], [0x3F80]],
        [21, [3], [chunk(5, joined([varint(0xA5), varint(7)]))], [5, 10, 7]],
        [22, [3], [chunk(9, [0xA5, 7])], [5, -6, 7]],
        [23, [2], [chunk(9, [0x21])], [1, 2]],
        [26, [5], [chunk(9, [0b11100100, 3])], [0, 1, -2, -1, -1]],
        [27, [4], [chunk(9, [0x41, 0x20, 0x0C])], [1, 1, 2, 3]],
        [27, [2], [chunk(5, joined([varint(63), varint(1)]))], [63, 1]],
        [8, [2], [text(6, 'a'), text(6, '')], ['a', '']],
        [7, [0], [], []],
        [1, [3, 0, 7], [chunk(9, [])], []],
        [1, [], [chunk(9, f32_bytes([2]))], [2]],
    ]:
        constant = read_tensor(tensor('w', case[0], case[1], case[2]))
        values = constant.values()
        eq(values, case[3])
        if constant.data is not None:
            eq(len(constant.data), byte_size(constant.dtype, numel(constant.shape)))


def test_a_slice_to_the_end_of_int64_is_read():
    ends = [255, 255, 255, 255, 255, 255, 255, 127]
    eq(read_tensor(tensor('w', 7, [1], [chunk(9, ends)])).values()[0] > 9e18, True)
    eq(
        read_tensor(tensor('w', 7, [1], [chunk(7, [255, 255, 255, 255, 255, 255, 255, 255, 127])])).values()[0] > 9e18,
        True,
    )


def test_tensors_that_do_not_add_up():
    four = f32_bytes([1])
    for case in [
        [[1], [2], [chunk(9, four)], 'has 4 bytes of raw_data, but float32[2] needs 8'],
        [[1], [2], [], 'has 0 bytes of float_data, but float32[2] needs 8'],
        [[1], [2], [chunk(5, [1, 2])], 'has 0 bytes of float_data'],
        [[7], [2], [chunk(7, [1, 2, 3])], 'has 3 values in int64_data, but int64[2] needs 2'],
        [[7], [3], [chunk(7, [1, 2])], 'has 2 values in int64_data, but int64[3] needs 3'],
        [[8], [1], [], 'has 0 strings'],
        [[0], [1], [chunk(9, four)], 'unknown element type 0'],
        [[99], [1], [chunk(9, four)], 'unknown element type 99'],
        [[1], [1099511627776, 1099511627776], [chunk(9, four)], 'more elements than can be counted'],
        [[1], [1], [chunk(9, four), message(3, [number(1, 0)])], 'segments'],
    ]:
        error = refused_tensor(tensor('weights', case[0][0], case[1], case[2]))
        eq(error.message.find(case[3]) > 0, True)
        eq(error.message.find("tensor 'weights'") > 0, True)
        eq(error.path, 'graph.initializer[0]')
    error = refused_tensor([joined([varint(8), negative(-3)]), number(2, 1), text(8, 'w')])
    eq(error.message.find('negative size -3') > 0, True)


def external(entries):
    fields = [message(13, [text(1, entry[0]), text(2, entry[1])]) for entry in entries]
    fields.append(number(14, 1))
    return with_tensor(tensor('w', 1, [2], fields))


def test_external_data_is_attached():
    data = external([['location', 'weights/w.bin'], ['offset', '4'], ['length', '8'], ['checksum', 'abc']])
    waiting = read_model(data)
    eq(waiting.external_locations(), ['weights/w.bin'])
    eq(raises(ExternalDataError, lambda: waiting.graph.initializers.at('w').values()).location, 'weights/w.bin')
    content = array_from_list('uint8', joined([[9, 9, 9, 9], f32_bytes([1.5, -2])]))
    files = Table()
    files.put('weights/w.bin', content)
    eq(to_list(attached(data, files).values()), [1.5, -2])
    files.put('weights/w.bin', sub(content, 0, 11))
    error = raises(ExternalDataError, lambda: attached(data, files))
    eq([error.tensor, error.message.find('bytes 4 to 12 of the 11 in the file are not the 8') > 0], ['w', True])
    whole = external([['location', 'w.bin']])
    files.put('w.bin', array_from_list('uint8', f32_bytes([3, 4])))
    eq(to_list(attached(whole, files).values()), [3, 4])
    files.put('w.bin', u8(12))
    raises(ExternalDataError, lambda: attached(whole, files))


def attached(data, files):
    model = read_model(data)
    for constant in model.external:
        constant.attach(files)
    return model.graph.initializers.at('w')


def test_external_data_stays_beside_the_model():
    for location in ['', '/etc/passwd', '../secret', 'a/../../b', 'C:\\x', '..', 'http://x/y', '*/_ORT_MEM_ADDR_/*']:
        refused(external([['location', location]]))
    for offset in ['-1', 'x', '1.5', '99999999999999999999']:
        refused(external([['location', 'w'], ['offset', offset]]))


def sparse(values, indices, sizes):
    fields = [message(1, values), message(2, indices)]
    fields.extend([number(3, size) for size in sizes])
    return model(joined([graph([], [], [], []), [message(15, fields)]]), [])


def test_sparse_initializers_become_dense():
    values = tensor('s', 1, [2], [chunk(9, f32_bytes([5, 6]))])
    linear = tensor('', 7, [2], [chunk(7, [1, 5])])
    pairs = tensor('', 7, [2, 2], [chunk(7, [0, 1, 1, 2])])
    for indices in [linear, pairs]:
        constant = read_model(sparse(values, indices, [2, 3])).graph.initializers.at('s')
        eq(constant.shape, [2, 3])
        eq(to_list(constant.values()), [0, 5, 0, 0, 0, 6])
    complex_values = tensor('s', 14, [1], [chunk(4, f32_bytes([1, 2]))])
    constant = read_model(sparse(complex_values, tensor('', 7, [1], [chunk(7, [1])]), [2])).graph.initializers.at('s')
    eq(to_list(constant.values()), [0, 0, 1, 2])


def test_sparse_initializers_that_do_not_fit():
    values = tensor('s', 1, [1], [chunk(9, f32_bytes([5]))])
    for case in [
        [tensor('', 7, [1], [chunk(7, [6])]), [2, 3]],
        [tensor('', 7, [1], [chunk(7, negative(-1))]), [2, 3]],
        [tensor('', 7, [1, 2], [chunk(7, [0, 3])]), [2, 3]],
        [tensor('', 7, [1, 2], [chunk(7, [1, 1])]), [2, 3, 1]],
        [tensor('', 6, [1], [chunk(5, [1])]), [2, 3]],
        [tensor('', 7, [1], [chunk(7, [1])]), [1000000, 1000000]],
    ]:
        refused(sparse(values, case[0], case[1]))


def test_other_files_are_named():
    for case in [
        [[0x50, 0x4B, 3, 4, 0], 'zip'],
        [[0x3C, 0x21, 0x64], 'HTML'],
        [[0x1F, 0x8B, 8], 'gzip'],
        [[], 'no bytes'],
        [[8, 8], 'no graph'],
        [[24, 0, 0, 0, 79, 82, 84, 77], 'ORT format'],
    ]:
        error = refused(array_from_list('uint8', case[0]))
        eq(error.message.find(case[1]) > 0, True)
        eq(error.code, 'MODEL_FORMAT')


def test_errors_say_where():
    bad_text = [chunk(1, [0xFF]), text(4, 'Relu')]
    error = refused(model(graph([node('Abs', [], [], []), bad_text], [], [], []), []))
    eq(error.path, 'graph.node[1]')
    eq(error.message.find('not UTF-8') > 0, True)
    eq(error.position > 0, True)
    error = refused(model(graph([[text(1, 'x')]], [], [], []), []))
    eq(error.message.find('a node without op_type') > 0, True)
    error = refused(model(graph([], [[number(2, 1)]], [], []), []))
    eq(error.path, 'graph.input[0]')


def test_damaged_encodings():
    for content in [
        [0x80],
        [8, 0x80],
        [8, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1],
        [0x3A, 5, 0],
        [0x3A, 255, 255, 255, 255, 255, 255, 255, 255, 127],
        [0, 1],
        [0x7B, 0x7C],
        [0x3D, 1, 2],
        [0x39, 1, 2],
        [0x3A, 2, 0x0A, 9],
    ]:
        refused(array_from_list('uint8', content))


def test_nesting_is_bounded():
    inner = graph([], [], [], [])
    for _ in range(40):
        inner = graph([node('If', [], [], [[text(1, 'then_branch'), message(6, inner), number(20, 5)]])], [], [], [])
    error = refused(model(inner, []))
    eq(error.message.find('nested more than 100 deep') > 0, True)


def test_repeated_names():
    one = tensor('w', 1, [0], [])
    eq(refused(model(graph([], [], [], [one, one]), [])).message.find("two initializers are called 'w'") > 0, True)
    fields = node('Op', [], [], [[text(1, 'a'), number(3, 1)], [text(1, 'a'), number(3, 2)]])
    eq(refused(model(graph([fields], [], [], []), [])).message.find("two attributes are called 'a'") > 0, True)


def test_types_of_values():
    tensor_type = message(1, [number(1, 7), message(2, [message(1, [number(1, 4)]), message(1, [])])])
    sequence = message(4, [message(1, [tensor_type])])
    optional = message(9, [message(1, [sequence])])
    table = message(5, [number(1, 8), message(2, [message(1, [number(1, 1)])])])
    opaque = message(7, [text(1, 'their')])
    empty = message(4, [])
    pairs = [['t', tensor_type], ['o', optional], ['m', table], ['q', opaque], ['e', empty]]
    inputs = [
        [text(1, name), message(2, [fields])] for name, fields in pairs
    ]
    inputs.append([text(1, 'u')])
    found = read_model(model(graph([], inputs, [], []), [])).graph.inputs
    eq([info.kind for info in found], ['tensor', 'optional', 'map', 'opaque', 'sequence', ''])
    eq([info.dtype for info in found], ['int64', 'int64', 'float32', '', '', ''])
    eq(found[0].shape, [4, None])
    eq(found[1].shape, [4, None])
    eq([info.shape is None for info in found[2:]], [True, True, True, True])
