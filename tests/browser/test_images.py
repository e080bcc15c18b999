"""Every source of pictures that a page has, in Chromium: their pixels are the ones that Pillow put in, resizing is
Pillow's, and what cannot be read says so."""
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import alula
import numpy as np
import pytest
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFilter

from tools import ROOT, browser, bundle
from tools.browser import Chromium, Page
from tools.server import serving

WIDTH, HEIGHT = 37, 23
PIXELS = np.random.default_rng(0).integers(0, 256, (HEIGHT, WIDTH, 3)).astype(np.uint8)
ALPHA = np.linspace(0, 255, WIDTH).astype(np.uint8)     # of each column of glass.png
CAMERA = ('--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream')

# What each test's JavaScript finds in `page`: the module, and the ways to what it reads.
PAGE = '''<!doctype html><title>images</title><script type="module">
import * as alula from '/alula/index.min.js';
const read = async source => {
    const { width, height, data } = await alula.Image.read(source);
    return { width, height, data: Array.from(data) };
};
const blob = async name => (await fetch(name)).blob();
const bitmap = async name => createImageBitmap(await blob(name));
const painted = (canvas, picture) => {
    Object.assign(canvas, { width: picture.width, height: picture.height }).getContext('2d').drawImage(picture, 0, 0);
    return canvas;
};
const element = (tag, properties) => Object.assign(document.createElement(tag), properties);
// A video element that plays and has a frame
const playing = async properties => {
    const video = element('video', { muted: true, ...properties });
    const shown = new Promise(resolve => video.requestVideoFrameCallback(resolve));
    await video.play();
    await shown;
    return video;
};
const error = async source => alula.Image.read(source).then(
    image => String(image), error => [error.constructor.name, error.code, error.message].join(' '));
globalThis.page = { ...alula, read, blob, bitmap, painted, element, playing, error };
</script>'''

WORKER = '''import { Image } from '/alula/index.min.js';
onmessage = async ({ data }) => {
    const bitmap = await createImageBitmap(data);
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    canvas.getContext('2d').drawImage(bitmap, 0, 0);
    const found = [];
    for (const source of [data, bitmap, canvas, 'picture.png']) found.push(Array.from((await Image.read(source)).data));
    postMessage(found);
};'''


def encoded(image: Any, kind: str = 'PNG', **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


@pytest.fixture(scope='module')
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the page."""
    bundle.build()
    folder = tmp_path_factory.mktemp('images')
    (folder / 'index.html').write_text(PAGE)
    (folder / 'worker.js').write_text(WORKER)
    (folder / 'picture.png').write_bytes(encoded(Pillow.fromarray(PIXELS)))
    glass = np.dstack([PIXELS, np.broadcast_to(ALPHA, (HEIGHT, WIDTH))])
    (folder / 'glass.png').write_bytes(encoded(Pillow.fromarray(glass)))
    exif = Pillow.Exif()
    exif[0x0112] = 6
    halves = Pillow.fromarray(np.repeat(np.array([[[255, 0, 0], [0, 0, 255]]], np.uint8), 8, 1).repeat(8, 0))
    (folder / 'turned.jpg').write_bytes(encoded(halves, 'JPEG', quality=95, subsampling=0, exif=exif))
    (folder / 'text.png').write_text('no picture')
    (folder / 'broken.png').write_bytes((folder / 'picture.png').read_bytes()[:60])
    return folder


@pytest.fixture
def page(chromium: Chromium, site: Path) -> Iterator[Page]:
    with serving({'/': site, '/alula/': ROOT / 'transpiled'}) as server, chromium.page(server.address + '/') as opened:
        opened.wait_for('globalThis.page !== undefined')
        yield opened


def pixels_of(found: dict[str, Any]) -> np.ndarray:
    return np.array(found['data'], np.uint8).reshape(found['height'], found['width'], 3)


@pytest.mark.parametrize('source', [
    "'picture.png'",
    "new URL('picture.png', location)",
    "await page.blob('picture.png')",
    "new File([await page.blob('picture.png')], 'picture.png')",
    "await (await page.blob('picture.png')).arrayBuffer()",
    "new Uint8Array(await (await page.blob('picture.png')).arrayBuffer())",
    "page.element('img', { src: 'picture.png' })",
    "await page.bitmap('picture.png')",
    "page.painted(document.createElement('canvas'), await page.bitmap('picture.png'))",
    "page.painted(new OffscreenCanvas(1, 1), await page.bitmap('picture.png'))",
    "page.painted(new OffscreenCanvas(1, 1), await page.bitmap('picture.png')).getContext('2d')"
    '.getImageData(0, 0, 37, 23)',
    "new VideoFrame(page.painted(new OffscreenCanvas(1, 1), await page.bitmap('picture.png')), { timestamp: 0 })",
    "await page.Image.read('picture.png')",
])  # fmt: skip
def test_pixels_are_those_of_the_file(page: Page, source: str) -> None:
    np.testing.assert_array_equal(pixels_of(page.evaluate(f'(async () => page.read({source}))()')), PIXELS)
    assert page.errors == []


@pytest.mark.parametrize('channels', [1, 3, 4])
def test_plain_pixels(page: Page, channels: int) -> None:
    given = np.concatenate([PIXELS, np.full((HEIGHT, WIDTH, 1), 255, np.uint8)], axis=2)[..., :channels]
    found = page.evaluate('([width, height, data]) => page.read({ width, height, data: new Uint8Array(data) })',
                          [WIDTH, HEIGHT, given.reshape(-1).tolist()])
    expected = PIXELS if channels > 1 else np.repeat(given, 3, axis=2)
    np.testing.assert_array_equal(pixels_of(found), expected)


def test_what_is_transparent_stands_on_white(page: Page) -> None:
    alpha = ALPHA[None, :, None].astype(float)
    expected = (PIXELS * alpha + 255 * (255 - alpha)) / 255
    for source in ("'glass.png'", "page.element('img', { src: 'glass.png' })",
                   "page.painted(document.createElement('canvas'), await page.bitmap('glass.png'))"):
        found = pixels_of(page.evaluate(f'(async () => page.read({source}))()'))
        np.testing.assert_allclose(found.astype(float), expected, atol=1.51)     # premultiplied by the browser


def test_orientation_is_followed(page: Page) -> None:
    for source in ("'turned.jpg'", "page.element('img', { src: 'turned.jpg' })"):
        found = pixels_of(page.evaluate(f'(async () => page.read({source}))()'))
        assert found.shape == (16, 8, 3)
        assert found[2, 4, 0] > 240 > 15 > found[2, 4, 2]
        assert found[13, 4, 2] > 240 > 15 > found[13, 4, 0]


# Four quarters: red, green, blue, white
QUARTERS = '''(() => {
    const canvas = page.element('canvas', { width: 64, height: 48 });
    const context = canvas.getContext('2d');
    const paint = () => ['#f00', '#0f0', '#00f', '#fff'].forEach((colour, i) => {
        context.fillStyle = colour;
        context.fillRect(32 * (i % 2), 24 * (i >> 1), 32, 24);
    });
    paint();
    page.painting = setInterval(paint, 20);
    return canvas;
})()'''


def assert_quarters(found: np.ndarray) -> None:
    assert found.shape == (48, 64, 3)
    quarters = [found[12, 16], found[12, 48], found[36, 16], found[36, 48]]
    np.testing.assert_allclose(np.array(quarters, float), [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]],
                               atol=40)     # video has less colour than RGB


def test_a_stream_in_a_video_element(page: Page) -> None:
    found = page.evaluate(f'''(async () => {{
        const video = await page.playing({{ srcObject: {QUARTERS}.captureStream() }});
        return [await page.read(video), await page.read(new VideoFrame(video))];
    }})()''')
    for each in found:
        assert_quarters(pixels_of(each))


def test_a_recorded_video(page: Page) -> None:
    found = page.evaluate(f'''(async () => {{
        const recorder = new MediaRecorder({QUARTERS}.captureStream(), {{ mimeType: 'video/webm; codecs=vp8' }});
        const recorded = new Promise(resolve => {{ recorder.ondataavailable = ({{ data }}) => resolve(data); }});
        recorder.start();
        await page.playing({{ srcObject: recorder.stream }});
        await page.playing({{ srcObject: recorder.stream }});
        recorder.stop();
        return page.read(await page.playing({{ src: URL.createObjectURL(await recorded) }}));
    }})()''')
    assert_quarters(pixels_of(found))


def test_a_camera(site: Path) -> None:
    roots = {'/': site, '/alula/': ROOT / 'transpiled'}
    with browser.chromium(flags=CAMERA) as running, serving(roots) as server:
        with running.page(server.address.replace('127.0.0.1', 'localhost') + '/') as page:
            page.wait_for('globalThis.page !== undefined')
            found = pixels_of(page.evaluate('''(async () => {
                const srcObject = await navigator.mediaDevices.getUserMedia({ video: { width: 320, height: 240 } });
                return page.read(await page.playing({ srcObject }));
            })()'''))
    assert found.shape == (240, 320, 3)
    assert len(np.unique(found.reshape(-1, 3), axis=0)) > 3     # Chromium's test picture, not a black frame


def test_a_worker_reads_them_too(page: Page) -> None:
    for data in page.evaluate('''(async () => {
        const worker = new Worker('worker.js', { type: 'module' });
        const answer = new Promise((resolve, reject) => {
            worker.onmessage = ({ data }) => resolve(data);
            worker.onerror = ({ message }) => reject(new Error(message));
        });
        worker.postMessage(await page.blob('picture.png'));
        return answer;
    })()'''):
        np.testing.assert_array_equal(np.array(data, np.uint8), PIXELS.reshape(-1))


@pytest.mark.parametrize(('source', 'said'), [
    ("'broken.png'", 'ImageError IMAGE The image cannot be used: its bytes are no picture'),
    ("new Blob(['no picture'])", 'ImageError IMAGE The image cannot be used: its bytes are no picture'),
    ('new Uint8Array(8)', 'ImageError IMAGE The image cannot be used: its bytes are no picture'),
    ("page.element('img', { src: 'text.png' })", "ImageError IMAGE The image cannot be used: the img element's source"),
    ("page.element('img', {})", "ImageError IMAGE The image cannot be used: the img element's source"),
    ("'missing.png'", "FetchError FETCH Cannot read 'missing.png' (HTTP 404)"),
    ("page.element('video', {})", 'ImageError IMAGE The image cannot be used: it has no pixels (yet)'),
    ("page.element('canvas', { width: 0 })", 'ImageError IMAGE The image cannot be used: it has no pixels (yet)'),
    ('{ width: 2, height: 2, data: new Uint8Array(15) }', 'ImageError IMAGE The image cannot be used: 2 × 2 pixels'),
    ('{ width: 0, height: 2, data: [] }', 'ImageError IMAGE The image cannot be used: 0 × 2 pixels'),
    ('null', "ArgumentTypeError ARGUMENT_TYPE Argument 'source'"),
    ('17', "ArgumentTypeError ARGUMENT_TYPE Argument 'source'"),
    ('document.body', 'ImageError IMAGE The image cannot be used: it is nothing that can be drawn'),
])  # fmt: skip
def test_what_cannot_be_read(page: Page, source: str, said: str) -> None:
    assert page.evaluate(f'(async () => page.error({source}))()').startswith(said)


def test_a_picture_of_another_origin(page: Page, site: Path) -> None:
    with serving({'/': site}) as other:
        said = page.evaluate(f'''(async () => {{
            const image = page.element('img', {{ src: '{other.address}/picture.png' }});
            await image.decode();
            const canvas = page.painted(document.createElement('canvas'), image);
            return [await page.error(image), await page.error(canvas)];
        }})()''')
    for each in said:
        assert each.startswith('ImageError IMAGE The image cannot be used: its pixels come from another origin')


def test_resizing_is_that_of_pillow(page: Page) -> None:
    rng = np.random.default_rng(1)
    sizes = [(WIDTH, HEIGHT), (224, 224), (1, 1), (36, 3), *rng.integers(1, 90, (60, 2)).tolist()]
    found = page.evaluate('''async sizes => {
        const image = await page.Image.read('picture.png');
        return sizes.map(([width, height]) => Array.from(image.resize(width, height).data));
    }''', [list(size) for size in sizes])
    for size, data in zip(sizes, found, strict=True):
        expected = Pillow.fromarray(PIXELS).resize(tuple(size), Pillow.Resampling.BILINEAR)
        np.testing.assert_array_equal(np.array(data, np.uint8), np.asarray(expected).reshape(-1), err_msg=str(size))


def test_answers_are_those_of_python(page: Page, site: Path) -> None:
    """A written 7, photographed pale and askew: the same bytes in, the same probabilities out."""
    model = (ROOT / 'models/digits/digits.onnx').read_bytes()
    image = Pillow.new('RGB', (311, 207), (188, 180, 160))
    pen = ImageDraw.Draw(image)
    pen.line([(90, 41), (171, 30), (120, 170)], (66, 60, 90), 13, joint='curve')
    data = encoded(image.filter(ImageFilter.GaussianBlur(1.5)))
    (site / 'digits.onnx').write_bytes(model)
    (site / 'seven.png').write_bytes(data)
    found = page.evaluate("""(async () => {
        const task = await page.pipeline('image-classification', 'digits.onnx', { topK: 10 });
        const classes = await task.run('seven.png');
        await task.release();
        return classes.map(({ label, score }) => [label, score]);
    })()""")
    expected = alula.pipeline_sync('image-classification', model, top_k=10).run_sync(data)
    assert found[0][0] == '7'
    assert [label for label, _ in found] == [each.label for each in expected]
    np.testing.assert_allclose([score for _, score in found], [each.score for each in expected], rtol=1e-4)


def test_digits_that_are_drawn_on_a_canvas(page: Page, site: Path) -> None:
    (site / 'digits.onnx').write_bytes((ROOT / 'models/digits/digits.onnx').read_bytes())
    drawings = json.loads((ROOT / 'models/digits/drawings.json').read_text())
    answers = page.evaluate('''async drawings => {
        const task = await page.pipeline('image-classification', 'digits.onnx', { topK: 3 });
        const canvas = page.element('canvas', { width: 280, height: 280 });
        const context = Object.assign(canvas.getContext('2d'), { lineWidth: 16, lineCap: 'round' });
        const answers = [];
        for (const { strokes } of drawings) {
            context.clearRect(0, 0, 280, 280);
            context.beginPath();
            for (const [start, ...rest] of strokes) {
                context.moveTo(28 + 224 * start[0], 28 + 224 * start[1]);
                for (const [x, y] of rest) context.lineTo(28 + 224 * x, 28 + 224 * y);
            }
            context.stroke();
            const best = await task.run(canvas);
            const isTimed = Number.isFinite(task.timings.inference);
            answers.push([best.length, best[0].label, best[0].score > best[1].score, isTimed]);
        }
        await task.release();
        return answers;
    }''', drawings)
    assert answers == [[3, drawing['digit'], True, True] for drawing in drawings]
