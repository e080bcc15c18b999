"""The tasks on texts, on a model written by hand: it gives each token a row of a table."""

from alula.errors import ArgumentRangeError, ArgumentTypeError, OutputError, SettingError
from alula.host.json import json_value
from alula.media.tokenizer import Tokenizer
from alula.session import InferenceSession
from alula.tasks.pipeline import pipeline
from alula.tasks.text_embedding import TextEmbedding
from alula_checks import eq, near, raises, raises_async
from onnx_bytes import chunk, f32_bytes, graph, message, model, node, number, tensor, text, value
from wordpiece_json import VOCABULARY, config

# What is not here has zeros. Padding would be loud.
ROWS = {'[PAD]': [90, 90, 90], '[CLS]': [0, 0, 3], 'hello': [6, 0, 0], 'world': [0, 6, 0], 'cafe': [3, 3, 0]}
LABELS = {'greeting': ['hello', 'hello !'], 'place': ['world', 'hello world , world']}


def table():
    values = []
    for token in VOCABULARY:
        values.extend(ROWS[token] if token in ROWS else [0, 0, 0])
    return tensor('table', 1, [len(VOCABULARY), 3], [chunk(4, f32_bytes(values))])


def encoder(metadata, dims=None):
    """float32 [texts, tokens, 3] of input_ids and attention_mask; no token types are asked for."""
    nodes = [node('Gather', ['table', 'input_ids'], ['states'], []), node('Identity', ['attention_mask'], ['mask'], [])]
    sizes = ['n', 't'] if dims is None else dims
    inputs = [value('input_ids', 7, sizes), value('attention_mask', 7, sizes)]
    outputs = [value('states', 1, ['n', 't', 3]), value('mask', 7, ['n', 't'])]
    more = [] if metadata == '' else [message(14, [text(1, 'alula'), text(2, metadata)])]
    return model(graph(nodes, inputs, outputs, [table()]), more)


def pooling_encoder(axis):
    """The sum over an axis of the tokens' rows, in the second output: [texts, 3] if the axis is 1."""
    flat = [text(1, 'keepdims'), number(3, 0), number(20, 2)]
    nodes = [
        node('Gather', ['table', 'input_ids'], ['states'], []),
        node('ReduceSum', ['states', 'axes'], ['sentence_embedding'], [flat]),
    ]
    axes = tensor('axes', 7, [len(axis)], [number(7, each) for each in axis])
    outputs = [value('states', 1, ['n', 't', 3]), value('sentence_embedding', 1, ['n', 3] if axis == [1] else ['t'])]
    return model(graph(nodes, [value('input_ids', 7, ['n', 't'])], outputs, [table(), axes]), [])


async def embedding(bytes, **options):
    return await pipeline('text-embedding', bytes, tokenizer=json_value(config({})), **options)


async def test_embeddings_are_means_without_padding_at_length_one():
    task = await embedding(encoder(''))
    found = await task.run(['hello world', 'world'])
    eq([found.dtype, found.dims], ['float32', [2, 3]])
    near(found.array, [2 / 3, 2 / 3, 1 / 3, 0, 2 / 5**0.5, 1 / 5**0.5])
    eq((await task.run('hello')).dims, [1, 3])
    timings = task.timings
    eq([timings.preprocessing >= 0, timings.inference > 0, timings.postprocessing >= 0], [True, True, True])
    await task.release()
    eq(task.session.is_released, True)


async def test_options_before_metadata_before_defaults():
    described = '{"pooling": "cls", "normalize": false}'
    near((await (await embedding(encoder(described))).run('hello')).array, [0, 0, 3])
    told = await embedding(encoder(described), pooling='mean')
    near((await told.run('hello world')).array, [1.5, 1.5, 0.75])
    cut = await embedding(encoder(described), pooling='mean', max_length=3)
    near((await cut.run('hello world')).array, [2, 0, 1])


async def test_a_model_that_pools_itself():
    task = await embedding(pooling_encoder([1]), normalize=False)
    near((await task.run('hello')).array, [6, 0, 3])  # not padded, for it knows no mask
    wrong = await embedding(pooling_encoder([0, 2]))
    eq((await raises_async(OutputError, lambda: wrong.run('hello'))).output_name, 'sentence_embedding')


async def test_a_model_made_for_one_length():
    task = await embedding(encoder('', ['n', 5]), normalize=False)
    near((await task.run('hello')).array, [2, 0, 1])
    near((await task.run('hello world hello hello world')).array, [2.4, 1.2, 0.6])


async def test_search_ranks_by_likeness():
    task = await embedding(encoder(''))
    texts = ['world', 'cafe', 'hello !']
    found = await task.search('hello', texts)
    eq([[match.index, match.text] for match in found], [[2, 'hello !'], [1, 'cafe'], [0, 'world']])
    near(found[0].score, 1)
    best = await task.search('hello', await task.run(texts), top_k=1)
    eq([[match.index, match.text] for match in best], [[2, '']])


async def test_classification_by_the_nearest_prototype():
    task = await pipeline('text-classification', encoder(''), tokenizer=json_value(config({})), labels=LABELS)
    best = await task.run('hello')
    eq([each.label for each in best], ['greeting', 'place'])
    near(best[0].score + best[1].score, 1)
    eq(best[0].index, 0)
    many = await task.run(['world', 'hello'])
    eq([answer[0].label for answer in many], ['place', 'greeting'])
    eq(task.timings.inference > 0, True)


async def test_labels_of_the_metadata_and_the_best_of_them():
    described = '{"labels": {"a": ["hello"], "b": ["world"], "c": ["cafe"]}, "top_k": 1}'
    task = await pipeline('text-classification', encoder(described), tokenizer=Tokenizer.of(config({})))
    eq([each.label for each in await task.run('world')], ['b'])


async def test_what_is_missing_or_wrong():
    net = encoder('')
    session = await InferenceSession.create(net)
    tokenizer = json_value(config({}))
    eq(raises(SettingError, lambda: TextEmbedding(session)).setting, 'tokenizer')
    eq(raises(SettingError, lambda: TextEmbedding(session, tokenizer=tokenizer, pooling='max')).setting, 'pooling')
    for labels in [None, {}]:
        error = await raises_async(SettingError, classifying(session, tokenizer, labels))
        eq(error.setting, 'labels')
    task = await embedding(net)
    eq((await raises_async(ArgumentRangeError, lambda: task.run([]))).argument, 'texts')
    eq((await raises_async(ArgumentTypeError, lambda: task.run([1]))).argument, 'texts')
    error = await raises_async(ArgumentRangeError, lambda: pipeline('text-embedding', net, keypoints=['x']))
    eq(error.argument, 'keypoints')


def classifying(session, tokenizer, labels):
    return lambda: pipeline('text-classification', session, tokenizer=tokenizer, labels=labels)
