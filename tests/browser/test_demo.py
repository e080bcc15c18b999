"""The demo page as a person meets it: drawing, choosing and dropping files, with the keyboard, on a phone, offline."""
import base64
import contextlib
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

from tests.models import weights
from tools import bundle, demo_check
from tools.browser import NO_DEVICE, Chromium, Page
from tools.commands.demo import DRAWINGS, ROOTS
from tools.server import Server, serving

DESKTOP = {'viewport': {'width': 1200, 'height': 900}}
PHONE = {'viewport': {'width': 390, 'height': 844}, 'device_scale_factor': 2, 'has_touch': True, 'is_mobile': True}
IDLE = "document.querySelector('#backends').getAttribute('aria-busy') === 'false'"
# The differences between backends that rounding explains, for the models used here.
CLOSE = 1e-5
ONNX = 'application/octet-stream'

DROP = """files => {
    const transfer = new DataTransfer();
    for (const { name, type, data } of files) {
        const bytes = Uint8Array.from(atob(data), character => character.charCodeAt(0));
        transfer.items.add(new File([bytes], name, { type }));
    }
    for (const kind of ['dragover', 'drop']) {
        document.body.dispatchEvent(new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true }));
    }
}"""
CELLS = """id => [...document.querySelectorAll(`#${id} tbody tr`)].map(
    row => [...row.cells].map(cell => cell.innerText))"""
NAME_OF_FOCUSED = """(({ id, labels, ariaLabel, innerText }) => id || labels?.[0]?.innerText || ariaLabel || innerText)(
    document.activeElement)"""
WATCH_SHIFTS = """new PerformanceObserver(list => {
    window.shifted = list.getEntries().reduce((sum, entry) => sum + entry.value, window.shifted ?? 0);
}).observe({ type: 'layout-shift', buffered: true })"""


@pytest.fixture(scope='module')
def site() -> Iterator[Server]:
    bundle.build()
    with serving(ROOTS) as running:
        yield running


@pytest.fixture
def page(chromium: Chromium, site: Server) -> Iterator[Page]:
    with opened(chromium, site, **DESKTOP) as fresh:
        yield fresh


@contextlib.contextmanager
def opened(chromium: Chromium, site: Server, **options: Any) -> Iterator[Page]:
    """The page once the digits model has run on all backends; nothing may stand in its console in the end."""
    with chromium.page(site.address + '/', **options) as page:
        page.wait_for(f"document.querySelector('#prediction').dataset.state === 'empty' && {IDLE}")
        yield page
        assert [line for line in page.console if line != NO_DEVICE] == []
        assert page.errors == []


def text(page: Page, selector: str) -> str:
    return str(page.evaluate('selector => document.querySelector(selector).innerText', selector))


def answer(page: Page) -> str:
    """The digit that the page sees, once it has made up its mind."""
    page.wait_for("document.querySelector('#prediction').dataset.state === 'done'")
    return str(page.evaluate("document.querySelector('#prediction').dataset.label"))


def drop(page: Page, *files: tuple[str, str, bytes]) -> None:
    """Drop files on the page: name, MIME type and content of each."""
    page.evaluate(DROP, [{'name': name, 'type': kind, 'data': base64.b64encode(data).decode()}
                         for name, kind, data in files])


def backends(page: Page) -> list[list[str]]:
    """The table of backends, without those that this machine has not."""
    rows = page.evaluate(CELLS, 'backends')
    assert [row[0].split('\n')[0] for row in rows][-2:] == ['wasm', 'script']
    return [row for row in rows if row[1] != 'not on this device']


def wait_for_model(page: Page, name: str) -> None:
    page.wait_for(f"document.querySelector('#model-name').textContent === {json.dumps(name)} && {IDLE}")


def number(cell: str) -> float:
    """What a cell says: the number before the unit."""
    return float(cell.replace('−', '-').replace('\u00a0', ' ').split()[0])


def picture(ink: int, paper: int) -> bytes:
    """A 7 as a PNG."""
    pixels = np.full((90, 120), paper, dtype=np.uint8)
    pixels[20:26, 40:80] = ink
    for y in range(20, 75):
        right = 80 - (y - 20) // 2
        pixels[y, right - 7:right] = ink
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, 'PNG')
    return stream.getvalue()


def model(op_type: str = 'MatMul') -> onnx.ModelProto:
    """y[rows, 4] = op_type(x[rows, 3], weight[3, 4])."""
    x = helper.make_tensor_value_info('x', TensorProto.FLOAT, ['rows', 3])
    y = helper.make_tensor_value_info('y', TensorProto.FLOAT, ['rows', 4])
    weight = numpy_helper.from_array(np.arange(12, dtype=np.float32).reshape(3, 4), 'weight')
    graph = helper.make_graph([helper.make_node(op_type, ['x', 'weight'], ['y'])], 'graph', [x], [y], [weight])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid('', 17)], ir_version=8, producer_name='tests')


def test_every_drawing_is_recognised(chromium: Chromium, capsys: pytest.CaptureFixture[str]) -> None:
    bundle.build()
    assert demo_check.check(chromium, ROOTS, DRAWINGS) == 0
    assert capsys.readouterr().out.count('backend wasm') == len(json.loads(DRAWINGS.read_text()))


def test_a_finger_draws_and_does_not_scroll(chromium: Chromium, site: Server) -> None:
    with opened(chromium, site, **PHONE) as page:
        box = page.evaluate("(({ x, y, width }) => ({ x, y, width }))("
                            "document.querySelector('#drawing').getBoundingClientRect())")

        def touch(raw: Any) -> None:
            session = raw.context.new_cdp_session(raw)
            points = [(0.3, 0.2), (0.7, 0.2), (0.6, 0.5), (0.45, 0.85)]
            for i, (x, y) in enumerate(points):
                point = {'x': box['x'] + x * box['width'], 'y': box['y'] + y * box['width']}
                session.send('Input.dispatchTouchEvent',
                             {'type': 'touchMove' if i else 'touchStart', 'touchPoints': [point]})
            session.send('Input.dispatchTouchEvent', {'type': 'touchEnd', 'touchPoints': []})

        page.use(touch)
        assert answer(page) == '7'
        assert page.evaluate('scrollY') == 0


def test_an_example_is_drawn_classified_and_cleared(page: Page) -> None:
    page.use(lambda raw: raw.click('#example'))
    assert answer(page) == json.loads(DRAWINGS.read_text())[0]['digit']
    assert text(page, '#origin').endswith('on wasm')
    assert text(page, '#announcement').endswith('by wasm')
    bars = page.evaluate("[...document.querySelectorAll('#bars li')].map(row => row.innerText.split('\\n'))")
    assert [row[0] for row in bars] == [str(digit) for digit in range(10)]
    assert sum(number(row[-1]) for row in bars) == pytest.approx(100, abs=1)
    page.use(lambda raw: raw.click('#clear'))
    page.wait_for("document.querySelector('#prediction').dataset.state === 'empty'")
    assert text(page, '#digit') == '–'
    assert page.evaluate("document.querySelector('#prediction').dataset.label") is None


@pytest.mark.parametrize(('ink', 'paper'), [(0, 255), (255, 0), (90, 200)],
                         ids=['dark on light', 'light on dark', 'pale'])
def test_a_dropped_picture_is_classified(page: Page, ink: int, paper: int) -> None:
    drop(page, ('seven.png', 'image/png', picture(ink, paper)))
    assert answer(page) == '7'


def test_a_picture_that_is_none(page: Page) -> None:
    drop(page, ('holiday.jpg', 'image/jpeg', b'no JPEG'))
    page.wait_for("!document.querySelector('#digit-error').hidden")
    shown = text(page, '#digit-error')
    assert shown.startswith('holiday.jpg: ImageError The image cannot be used: its bytes are no picture')
    drop(page, ('seven.png', 'image/png', picture(0, 255)))
    assert answer(page) == '7'
    assert page.evaluate("document.querySelector('#digit-error').hidden")


def test_every_backend_is_measured_and_they_agree(page: Page) -> None:
    assert text(page, '#model-name') == 'digits.onnx'
    rows = backends(page)
    for row in rows:
        assert all(number(cell) > 0 for cell in row[1:4]), row
    # A device in software may be too slow for all of them.
    assert all(row[3].endswith('of 20') for row in rows[-2:])
    assert rows[0][4] == '–'
    assert all(0 <= number(row[4]) < CLOSE for row in rows[1:])
    assert text(page, '#notes') == ''
    [output] = page.evaluate(CELLS, 'results')
    assert output[0] == 'probabilities\nfloat32 [1, 10]'
    assert number(output[3]) == pytest.approx(0.1)
    assert 0 <= number(output[1]) <= number(output[2]) <= 1


def test_a_model_of_ones_own_can_be_stopped(page: Page, tmp_path: Path) -> None:
    name = 'squeezenet1_1.opset17'
    (tmp_path / 'squeezenet.onnx').write_bytes(weights.filled(name))
    page.use(lambda raw: raw.set_input_files('#model', tmp_path / 'squeezenet.onnx'))
    page.wait_for("document.querySelector('#run-status').textContent === 'script: running…'")
    assert text(page, '#run') == 'Stop'
    page.use(lambda raw: raw.click('#run'))
    assert text(page, '#run-status') == 'Stopped.'
    graph = weights.weightless(name).graph
    counts = page.evaluate("[...document.querySelectorAll('#operators li')].map(row => row.innerText)")
    assert f'Conv {sum(node.op_type == "Conv" for node in graph.node)}' in counts
    assert text(page, '#inputs') == 'image float32 [batch, 3, 224, 224]'
    facts = text(page, '#facts').split('\n')
    assert facts[facts.index('Opset') + 1] == '17'
    assert facts[facts.index('Nodes') + 1] == str(len(graph.node))
    [output] = page.evaluate(CELLS, 'results')
    assert output[0].endswith('float32 [1, 1000]')
    drop(page, ('after.onnx', ONNX, model().SerializeToString()))
    wait_for_model(page, 'after.onnx')
    assert all(number(row[3]) > 0 for row in backends(page))


def test_free_sizes_can_be_set(page: Page) -> None:
    drop(page, ('rows.onnx', ONNX, model().SerializeToString()))
    wait_for_model(page, 'rows.onnx')
    page.use(lambda raw: (raw.get_by_label('rows').fill('5'), raw.get_by_label('Runs').fill('3'),
                          raw.get_by_role('button', name='Run on random input').click()))
    page.wait_for(f"document.querySelector('#results').innerText.includes('float32 [5, 4]') && {IDLE}")
    assert all(row[3].endswith('of 3') for row in backends(page))


def test_weights_in_another_file_are_dropped_with_the_model(page: Page, tmp_path: Path) -> None:
    onnx.save(model(), tmp_path / 'model.onnx', save_as_external_data=True, location='model.bin', size_threshold=0)
    main = ('model.onnx', ONNX, (tmp_path / 'model.onnx').read_bytes())
    drop(page, ('model.bin', ONNX, (tmp_path / 'model.bin').read_bytes()), main)
    wait_for_model(page, 'model.onnx')
    assert 'Weights in\nmodel.bin' in text(page, '#facts')
    assert text(page, '#notes') == ''
    drop(page, main)
    page.wait_for("document.querySelector('#notes').innerText !== ''")
    assert text(page, '#notes').startswith("ExternalDataError External data 'model.bin'")


@pytest.mark.parametrize(('name', 'content', 'error'), [
    ('picture.onnx', picture(0, 255), 'ModelFormatError'),
    ('cut.onnx', model().SerializeToString()[:60], 'ModelFormatError'),
    ('empty.onnx', b'', 'ModelFormatError'),
])
def test_a_broken_file_is_said_to_be_broken(page: Page, name: str, content: bytes, error: str) -> None:
    drop(page, (name, ONNX, content))
    page.wait_for("!document.querySelector('#model-error').hidden")
    shown = text(page, '#model-error')
    assert shown.startswith(f'{name}: {error} ') and shown.endswith('MODEL_FORMAT')
    assert page.evaluate("document.querySelector('#model-info').hidden")
    drop(page, ('whole.onnx', ONNX, model().SerializeToString()))
    wait_for_model(page, 'whole.onnx')
    assert page.evaluate("document.querySelector('#model-error').hidden")


def test_an_operator_that_alula_has_not(page: Page) -> None:
    drop(page, ('twist.onnx', ONNX, model('Twist').SerializeToString()))
    wait_for_model(page, 'twist.onnx')
    assert text(page, '#operators') == 'Twist 1, not supported'
    rows = page.evaluate(CELLS, 'backends')
    assert [row[1] for row in rows] == ['UnsupportedOperatorError'] * len(rows)
    assert text(page, '#notes').count('UnsupportedOperatorError') == 1     # the same for both, so said once
    assert "'Twist' (opset 17)" in text(page, '#notes')


def test_nothing_is_asked_of_the_network_after_loading(page: Page, site: Server) -> None:
    site.requested.clear()
    page.use(lambda raw: raw.context.set_offline(True))
    page.use(lambda raw: raw.click('#example'))
    assert answer(page) == '0'
    drop(page, ('offline.onnx', ONNX, model().SerializeToString()))
    wait_for_model(page, 'offline.onnx')
    assert all(number(row[3]) > 0 for row in backends(page))
    assert site.requested == []


def test_the_keyboard_reaches_everything_in_order(page: Page) -> None:
    reached = []
    for _ in range(13):
        page.use(lambda raw: raw.keyboard.press('Tab'))
        reached.append(page.evaluate(NAME_OF_FOCUSED))
    assert reached[:11] == ['Draw, and any model', 'Live', 'clear', 'example', 'picture', 'model', 'batch', 'runs',
                            'run', 'Table of backends', 'Table of outputs']
    page.evaluate("document.querySelector('#example').focus()")
    page.use(lambda raw: raw.keyboard.press('Enter'))
    assert answer(page) == '0'
    outline = page.evaluate('getComputedStyle(document.activeElement).outlineStyle')
    assert outline == 'solid'
    page.evaluate("document.querySelector('#clear').focus()")
    page.use(lambda raw: raw.keyboard.press('Tab') or raw.keyboard.press('Tab'))
    assert page.evaluate("getComputedStyle(document.querySelector('label[for=picture]')).outlineStyle") == 'solid'


def test_every_control_has_a_name(page: Page) -> None:
    nameless = page.evaluate("""[...document.querySelectorAll('input, button, canvas, [tabindex]')].filter(each =>
        !each.ariaLabel && !each.labels?.[0]?.innerText && !each.innerText).map(each => each.outerHTML)""")
    assert nameless == []


@pytest.mark.parametrize('options', [DESKTOP, PHONE], ids=['desktop', 'phone'])
def test_nothing_jumps_or_overflows(chromium: Chromium, site: Server, options: dict[str, Any]) -> None:
    with opened(chromium, site, **options) as page:
        page.evaluate(WATCH_SHIFTS)
        page.use(lambda raw: raw.click('#example'))
        answer(page)
        page.use(lambda raw: raw.click('#run'))
        page.wait_for(IDLE)
        assert page.evaluate('window.shifted ?? 0') < 0.01
        page.evaluate("document.querySelector('#backends').style.marginTop = '200px'")
        page.wait_for('window.shifted > 0.01')     # a jump would have been seen
        assert page.evaluate('document.documentElement.scrollWidth') == options['viewport']['width']


def test_the_page_follows_the_colour_scheme(chromium: Chromium, site: Server) -> None:
    luminance = {}
    for scheme in ('light', 'dark'):
        with opened(chromium, site, color_scheme=scheme, **DESKTOP) as page:
            colour = page.evaluate('getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)')
            luminance[scheme] = sum(colour) / 3
    assert luminance['light'] > 200 and luminance['dark'] < 50


def test_statistics(page: Page) -> None:
    found = page.evaluate("""import('/statistics.js').then(({ median, summary, greatestDifference }) => {
        const tensor = (type, data) => ({ y: { type, data } });
        const apart = (type, one, other) => String(greatestDifference(tensor(type, one), tensor(type, other)));
        return {
            medians: [median([3, 1, 2]), median([4, 1, 3, 2])],
            summary: summary(new Float32Array([1, 2, NaN, 3])),
            wide: summary(new BigInt64Array([-2n, 4n])),
            none: [summary([]), summary(['text'])],
            apart: [apart('float32', [1, NaN], [1.5, NaN]), apart('float32', [1], [NaN]), apart('int64', [3n], [1n]),
                apart('string', ['a'], ['b']), apart('float32', [Infinity], [Infinity]), apart('float32', [1], [1, 2])],
        };
    })""")
    assert found['medians'] == [2, 2.5]
    assert found['summary'] == {'min': 1, 'max': 3, 'mean': 2, 'deviation': pytest.approx((2 / 3) ** 0.5), 'nans': 1}
    assert found['wide'] == {'min': -2, 'max': 4, 'mean': 1, 'deviation': 3, 'nans': 0}
    assert found['none'] == [None, None]
    assert found['apart'] == ['0.5', 'NaN', '2', 'NaN', '0', 'NaN']
