"""`pipeline` and its tasks on both hosts, on models written by hand."""

from alula.errors import ArgumentRangeError, ArgumentTypeError, ImageError, OutputError, SettingError
from alula.host.arrays import array_from_list
from alula.host.json import parse_json
from alula.media.image import Image
from alula.session import InferenceSession
from alula.tasks.image_classification import ImageClassification
from alula.tasks.pipeline import pipeline
from alula_checks import eq, near, raises_async
from onnx_bytes import chunk, f32_bytes, graph, message, model, node, number, tensor, text, value


def described(key, content):
    """A field of ModelProto: an entry of its metadata."""
    return message(14, [text(1, key), text(2, content)])


def colours(batch, metadata):
    """Of each picture the mean of its red, green and blue, as logits."""
    nodes = [node('GlobalAveragePool', ['image'], ['mean'], []), node('Flatten', ['mean'], ['logits'], [])]
    inputs = [value('image', 1, [batch, 3, 4, 4])]
    more = [] if metadata == '' else [described('alula', metadata)]
    return model(graph(nodes, inputs, [value('logits', 1, [batch, 3])], []), more)


def constant(dims, values, metadata):
    """Gives `values`, whatever the picture: 32 × 32 pixels of grey."""
    nodes = [
        node('ReduceMean', ['image'], ['mean'], [[text(1, 'keepdims'), number(3, 0), number(20, 2)]]),
        node('Mul', ['mean', 'zero'], ['nothing'], []),
        node('Add', ['values', 'nothing'], ['output'], []),
    ]
    weights = [
        tensor('zero', 1, [1], [chunk(4, f32_bytes([0]))]),
        tensor('values', 1, dims, [chunk(4, f32_bytes(values))]),
    ]
    outputs = [value('output', 1, dims)]
    return model(graph(nodes, [value('image', 1, [1, 1, 32, 32])], outputs, weights), [described('alula', metadata)])


def plain(width, height, colour):
    values = []
    for _ in range(width * height):
        values.extend(colour)
    return Image(width, height, array_from_list('uint8', values))


GREEN = [0, 255, 0]
BLUE = [0, 0, 255]


def test_json():
    eq(parse_json('{"a": [1, {"b": null}], "c": "d"}'), {'a': [1, {'b': None}], 'c': 'd'})
    eq([parse_json('[1.5]'), parse_json('null'), parse_json(''), parse_json('{')], [[1.5], None, None, None])


async def test_classification_of_one_and_of_many():
    for batch in ['batch', 1]:
        task = await pipeline('image-classification', colours(batch, ''), labels=['r', 'g', 'b'], top_k=2)
        best = await task.run(plain(9, 4, GREEN))
        eq([each.label for each in best], ['g', 'r'])
        near([each.score for each in best], [0.57611688, 0.21194156])
        eq(best[0].index, 1)
        many = await task.run([plain(4, 4, BLUE), plain(5, 7, GREEN)])
        eq([answer[0].label for answer in many], ['b', 'g'])
        eq([task.timings.preprocessing >= 0, task.timings.inference > 0, task.timings.postprocessing >= 0], [True] * 3)
        await task.release()
        eq(task.session.is_released, True)


async def test_options_before_metadata_before_defaults():
    metadata = '{"labels": ["x", "y", "z"], "activation": "none", "top_k": 1, "input": {"scale": 1, "order": "bgr"}}'
    task = await pipeline('image-classification', colours(1, metadata))
    best = await task.run(plain(4, 4, BLUE))
    eq([[each.label, each.score] for each in best], [['x', 255]])
    await task.release()
    told = await pipeline('image-classification', colours(1, metadata), labels=['a', 'b', 'c'], input={'scale': 2})
    eq([[each.label, each.score] for each in await told.run(plain(4, 4, BLUE))], [['a', 510]])
    await told.release()
    plainly = await pipeline('image-classification', colours(1, 'no JSON'), activation='none')
    eq([each.label for each in await plainly.run(plain(4, 4, GREEN))], ['1', '0', '2'])
    await plainly.release()


async def test_a_session_tells_its_metadata_and_can_be_given():
    session = await InferenceSession.create(colours(1, '{"top_k": 1}'))
    eq(session.metadata, {'alula': '{"top_k": 1}'})
    task = await pipeline('image-classification', session)
    eq(task.session is session, True)
    eq(len(await task.run(plain(4, 4, GREEN))), 1)
    alone = ImageClassification(session, labels=['r', 'g', 'b'])
    eq((await alone.run(plain(4, 4, GREEN)))[0].label, 'g')
    eq((await alone.see(plain(8, 4, GREEN))).width, 4)
    await session.release()


async def test_detection():
    # anchors: two that overlap, one elsewhere, one too faint; the picture is 64 × 32, so 16 pixels high in the input
    rows = [
        8, 9, 24, 16,
        16, 16, 16, 16,
        8, 8, 4, 4,
        8, 8, 4, 4,
        0.9, 0.8, 0.1, 0.2,
        0.1, 0.2, 0.7, 0.1,
    ]  # fmt: skip
    task = await pipeline('object-detection', constant([1, 6, 4], rows, '{"labels": ["disc", "bar"]}'))
    found = await task.run(plain(64, 32, GREEN))
    eq([each.label for each in found], ['disc', 'bar'])
    near([each.score for each in found], [0.9, 0.7])
    boxes = [[each.box.x, each.box.y, each.box.width, each.box.height] for each in found]
    near(boxes, [[8, 8, 16, 16], [44, 12, 8, 8]])
    await task.release()
    free = await pipeline('object-detection', constant([1, 6, 4], rows, '{}'), iou_threshold=0.9, threshold=0.15)
    eq([each.label for each in await free.run(plain(64, 32, GREEN))], ['0', '0', '1', '0'])
    await free.release()
    one = await pipeline('object-detection', constant([1, 6, 4], rows, '{}'), max_detections=1, class_agnostic=True)
    eq(len(await one.run(plain(64, 32, GREEN))), 1)
    await one.release()


async def test_pose():
    heat = [0 for _ in range(2 * 8 * 8)]
    heat[8 * 3 + 5] = 1
    heat[64 + 8 * 6 + 2] = 0.5
    metadata = '{"keypoints": ["head", "foot"], "skeleton": [[0, 1]]}'
    task = await pipeline('pose-estimation', constant([1, 2, 8, 8], heat, metadata))
    [pose] = await task.run(plain(64, 64, GREEN))
    eq([each.name for each in pose.keypoints], ['head', 'foot'])
    near([[each.x, each.y, each.score] for each in pose.keypoints], [[44, 28, 1], [20, 52, 0.5]])
    near(pose.score, 0.75)
    eq([task.keypoints, task.skeleton], [['head', 'foot'], [[0, 1]]])
    await task.release()


def copying(sizes):
    """Gives what it is given."""
    return model(graph([node('Identity', ['x'], ['y'], [])], [value('x', 1, sizes)], [value('y', 1, sizes)], []), [])


async def no_input(net, spec):
    error = await raises_async(SettingError, lambda: pipeline('image-classification', net, input=spec))
    eq(error.setting, 'input')


async def test_what_pipeline_does_not_take():
    net = colours(1, '')
    eq((await raises_async(ArgumentRangeError, lambda: pipeline('image-writing', net))).argument, 'task')
    eq((await raises_async(ArgumentRangeError, lambda: pipeline('pose-estimation', net, top_k=3))).argument, 'top_k')
    for spec in [{'fitt': 'crop'}, {'layout': 'nwhc'}, {'height': 5}, {'channels': 1}, {'mean': [0, 0]}]:
        await no_input(net, spec)
    await no_input(copying([1, 3, 'h', 'w']), {'width': 8})
    await no_input(copying([1, 3]), None)


async def test_what_a_task_does_not_take():
    task = await pipeline('image-classification', colours(1, ''), labels=['r', 'g'])
    eq((await raises_async(SettingError, lambda: task.run(plain(4, 4, GREEN)))).setting, 'labels')
    await raises_async(ArgumentTypeError, lambda: task.run([]))
    await raises_async(ImageError, lambda: task.run(None))
    await raises_async(ImageError, lambda: task.run({'x': 1}))
    await task.release()
    wrong = await pipeline('object-detection', colours(1, ''))
    eq((await raises_async(OutputError, lambda: wrong.run(plain(4, 4, GREEN)))).output_name, 'logits')
    await wrong.release()
    thin = await pipeline('object-detection', constant([1, 4, 2], [0 for _ in range(8)], '{}'))
    await raises_async(OutputError, lambda: thin.run(plain(4, 4, GREEN)))
    await thin.release()
