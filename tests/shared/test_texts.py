"""Texts, maps and labels in a session, on both hosts; and the functions that texts go through."""

from math import inf

from alula.errors import AttributeValueError, InputError, ValueCheckError
from alula.host.data import entries_of, record_of
from alula.host.pattern import full_match
from alula.host.text import brief_text, parse_float, parse_int
from alula.ops.pattern import common_pattern
from alula.session import InferenceSession
from alula.tensor import Tensor
from alula.texts import Texts
from alula_checks import eq, near, raises, raises_async
from onnx_bytes import float_field, graph, message, model, node, number, text, value

ML = [message(8, [text(1, 'ai.onnx.ml'), number(2, 3)])]


def ml_node(op_type, inputs, outputs, attributes):
    return [*node(op_type, inputs, outputs, attributes), text(7, 'ai.onnx.ml')]


def strings(name, values):
    """Fields of an attribute that is a list of texts."""
    return [text(1, name), number(20, 8), *[text(9, each) for each in values]]


def ints(name, values):
    return [text(1, name), number(20, 7), *[number(8, each) for each in values]]


def floats(name, values):
    return [text(1, name), number(20, 6), *[float_field(7, each) for each in values]]


def integer(name, each):
    return [text(1, name), number(20, 2), number(3, each)]


def map_type(name, key, code):
    """Fields of a ValueInfoProto of a map from keys to scalars."""
    return [text(1, name), message(2, [message(5, [number(1, key), message(2, [message(1, [number(1, code)])])])])]


def classifier(labels, zip_labels):
    """x · [1, -1] and its negation as scores of two classes, and a map of them per row."""
    attributes = [floats('coefficients', [1, -1, -1, 1]), floats('intercepts', [0, 0]), labels]
    nodes = [
        ml_node('LinearClassifier', ['x'], ['label', 'scores'], attributes),
        ml_node('ZipMap', ['scores'], ['z'], [zip_labels]),
    ]
    outputs = [[text(1, 'label')], [text(1, 'scores')], [text(1, 'z')]]
    return model(graph(nodes, [value('x', 1, ['n', 2])], outputs, []), ML)


def texts_of(*values):
    return Tensor('string', list(values), [len(values)])


async def answers(bytes_of_model, feeds, backend):
    session = await InferenceSession.create(bytes_of_model, execution_providers=[backend])
    results = await session.run(feeds)
    await session.release()
    return results


async def test_labels_are_texts_and_maps_have_them_as_keys():
    made = classifier(strings('classlabels_strings', ['no', 'yes']), strings('classlabels_strings', ['no', 'yes']))
    for backend in ['wasm', 'script']:
        results = await answers(made, {'x': Tensor('float32', [3, 1, 0, 0.5], [2, 2])}, backend)
        eq([results['label'].dtype, results['label'].array], ['string', ['no', 'yes']])
        eq(results['z'][0]['no'], 2)
        eq([results['z'][1][key] for key in ['no', 'yes']], [-0.5, 0.5])


async def test_maps_of_integers():
    made = classifier(ints('classlabels_ints', [7, 3]), ints('classlabels_int64s', [7, 3]))
    results = await answers(made, {'x': Tensor('float32', [3, 1], [1, 2])}, 'script')
    eq(entries_of(results['z'][0]), [[7, 3], [2, -2]])


async def test_a_map_is_fed():
    vocabulary = strings('string_vocabulary', ['b', 'c', 'a'])
    nodes = [ml_node('DictVectorizer', ['m'], ['y'], [vocabulary])]
    made = model(graph(nodes, [map_type('m', 8, 1)], [[text(1, 'y')]], []), ML)
    results = await answers(made, {'m': {'a': 1.5, 'b': -2}}, 'script')
    near(results['y'].array, [-2, 0, 1.5])
    session = await InferenceSession.create(made, execution_providers=['script'])
    await raises_async(InputError, lambda: session.run({'m': {'a': 'text'}}))
    await raises_async(InputError, lambda: session.run({'m': Tensor('float32', [1], [1])}))


async def test_texts_pass_kernels_and_the_host():
    """Upper case of what a mask leaves, as numbers where they are some."""
    upper = [text(1, 'case_change_action'), number(20, 3), text(4, 'UPPER')]
    nodes = [
        node('Concat', ['a', 'a'], ['twice'], [integer('axis', 0)]),
        node('StringNormalizer', ['twice'], ['upper'], [upper, strings('stopwords', ['x'])]),
        node('Equal', ['upper', 'word'], ['same'], []),
        node('Shape', ['upper'], ['size'], []),
    ]
    inputs = [value('a', 8, ['n']), value('word', 8, [1])]
    outputs = [[text(1, name)] for name in ['upper', 'same', 'size']]
    made = model(graph(nodes, inputs, outputs, []), [])
    for backend in ['wasm', 'script']:
        session = await InferenceSession.create(made, execution_providers=[backend])
        for given in [['b', 'x', 'é'], ['😀b'], ['b', 'x', 'é']]:
            results = await session.run({'a': texts_of(*given), 'word': texts_of('B')})
            kept = [each.upper() for each in [*given, *given] if each != 'x']
            eq(results['upper'].array, kept)
            eq(list(results['same'].array), [1 if each == 'B' else 0 for each in kept])
            eq(list(results['size'].array), [len(kept)])
        await session.release()


async def test_texts_fill_a_tensor_of_the_caller():
    made = model(graph([node('Concat', ['a', 'a'], ['y'], [integer('axis', 0)])], [value('a', 8, ['n'])],
                       [[text(1, 'y')]], []), [])  # fmt: skip
    session = await InferenceSession.create(made, execution_providers=['script'])
    target = texts_of('', '', '', '')
    results = await session.run({'a': texts_of('p', 'q')}, {'y': target})
    eq([results['y'] is target, target.array], [True, ['p', 'q', 'p', 'q']])


async def test_casts_both_ways():
    nodes = [
        node('Cast', ['a'], ['numbers'], [integer('to', 1)]),
        node('Add', ['numbers', 'numbers'], ['sum'], []),
        node('Cast', ['sum'], ['b'], [integer('to', 8)]),
    ]
    made = model(graph(nodes, [value('a', 8, ['n'])], [[text(1, 'b')]], []), [])
    session = await InferenceSession.create(made, execution_providers=['wasm'])
    for given, wanted in [[['1.25', '-3', 'inf'], ['2.5', '-6', 'INF']], [['1e7', 'NaN'], ['20000000', 'NaN']]]:
        results = await session.run({'a': texts_of(*given)})
        eq(results['b'].array, wanted)
    await raises_async(ValueCheckError, lambda: session.run({'a': texts_of('one')}))


def test_numbers_of_texts():
    constants = Texts(None)
    held = constants.numbers(['a', '', 'b', 'a'])
    eq([held[0] == held[3], held[0] < 0, held[1], held[2] != held[0]], [True, True, 0, True])
    run = Texts(constants)
    given = run.numbers(['b', 'c', 'constructor', 'c'])
    eq([given[0] == held[2], given[1] > 0, given[1] == given[3]], [True, True, True])
    eq(run.texts(given), ['b', 'c', 'constructor', 'c'])
    later = constants.numbers(['c'])
    eq(later[0] < 0, True)
    eq([run.texts(given)[1], constants.texts(later)], ['c', ['c']])


def test_numbers_in_texts():
    for given, wanted in [['1', 1], ['-.5', -0.5], ['+3.', 3], ['1e-2', 0.01], ['INF', inf], ['-inf', -inf]]:
        eq(parse_float(given), wanted)
    eq(parse_float('nan') != parse_float('NaN'), True)
    for bad in ['', ' 1', '1_0', '0x10', '1e', '.', 'infinity', 'one']:
        eq(parse_float(bad), None)
    numbers = [1, -0.5, 1e-7, 1.5e-5, 1e-4, 3.14159265, 123456789, 99999999.5, 12345678, 1e20, -2e100, 0]
    texts = '1 -0.5 1e-07 1.5e-05 0.0001 3.1415927 1.2345679e+08 1e+08 12345678 1e+20 -2e+100 0'
    eq([brief_text(each) for each in numbers], texts.split())
    eq(brief_text(-0.0), '-0')
    eq([parse_int('-12'), parse_int('1.0')], [-12, None])


def test_patterns_are_read_alike():
    samples = ['', 'a', 'ab', 'a\nb', 'x\n', 'a😀b', '1 2', ']a', 'a{,3}', '\u00a01', '\u2028', 'é', 'a/b']
    matched = {
        'a.b': ['a😀b', 'a/b'],
        '.*': ['', 'a', 'ab', 'a😀b', '1 2', ']a', 'a{,3}', '\u00a01', '\u2028', 'é', 'a/b'],
        '\\d\\s\\d': ['1 2'],
        '\\s\\d|\\w': ['a'],
        'x$': [],
        '[]a]+': ['a', ']a'],
        'a{,3}': ['a{,3}'],
        '(?P<n>a|b){1,2}?': ['a', 'ab'],
        '[^a]': ['\u2028', 'é'],
        'a/\\w': ['a/b'],
    }
    for pattern in matched.keys():
        eq([pattern, matches_among(samples, pattern)], [pattern, matched[pattern]])
    for bad in ['a**', '(?i)a', '\\pL', '[a', '(a', 'a)(b', 'a\\', '\\1', '[[:alpha:]]']:
        refuse(bad)


def matches_among(samples, pattern):
    matches = full_match(common_pattern(pattern))
    return [each for each in samples if matches(each) is True]


def refuse(pattern):
    raises(AttributeValueError, lambda: full_match(common_pattern(pattern)))


def test_maps_of_users():
    eq(entries_of(record_of(['b', 'a'], [1, 2])), [['b', 'a'], [1, 2]])
    eq(entries_of(record_of([2, 1], [1, 2])), [[2, 1], [1, 2]])
    eq([entries_of([1]), entries_of('text'), entries_of(None)], [None, None, None])


