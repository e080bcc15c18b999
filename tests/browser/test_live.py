"""The live page: each job on each backend that is here, on a picture, a camera and a text, and the models it keeps."""
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from models.shapes import scenes
from tests.models import minilm
from tools import bundle
from tools.browser import NO_DEVICE, Chromium, Page, chromium
from tools.commands.demo import ROOTS
from tools.server import Server, serving

READY = "document.body.dataset.state === 'ready'"
FOUND = "document.querySelector('#view').dataset.found ?? ''"
ROWS = 'id => [...document.querySelectorAll(`#${id} li`)].map(row => row.children[0].textContent)'
FRAMES = 12


@pytest.fixture(scope='module')
def site() -> Iterator[Server]:
    bundle.build()
    minilm.path()
    with serving(ROOTS) as running:
        yield running


@pytest.fixture(scope='module')
def scene() -> Any:
    """A scene of three shapes or more, and what stands on it."""
    return next(each for each in map(scenes.scene, range(700_000, 700_100)) if len(each.labels) >= 3)


@pytest.fixture(scope='module')
def camera(tmp_path_factory: pytest.TempPathFactory, scene: Any) -> Iterator[Chromium]:
    """A browser whose camera shows the scene."""
    film = tmp_path_factory.mktemp('film') / 'scene.mjpeg'
    picture = Image.fromarray(scene.image).resize((640, 640)).crop((0, 80, 640, 560))
    stream = io.BytesIO()
    picture.save(stream, 'JPEG', quality=95)
    film.write_bytes(stream.getvalue() * FRAMES)
    with chromium(flags=('--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream',
                         f'--use-file-for-fake-video-capture={film}')) as running:
        yield running


@pytest.fixture
def page(camera: Chromium, site: Server) -> Iterator[Page]:
    with camera.page(f'{site.address}/live.html', viewport={'width': 1200, 'height': 1000}) as fresh:
        fresh.wait_for(READY)
        yield fresh
        assert [line for line in fresh.console if line != NO_DEVICE] == []
        # A download that is no longer wanted when the page goes is no error of the page's.
        assert [line for line in fresh.errors if not line.endswith('net::ERR_ABORTED')] == []


def choose(page: Page, group: str, value: str) -> None:
    page.use(lambda raw: raw.check(f'input[name={group}][value={value}]', force=True))
    page.wait_for(READY, 60)


def found(page: Page) -> list[dict[str, Any]]:
    answer: list[dict[str, Any]] = json.loads(page.wait_for(FOUND))
    return answer


def text(page: Page, selector: str) -> str:
    return str(page.evaluate('selector => document.querySelector(selector).innerText', selector))


@pytest.mark.parametrize('backend', ['best', 'wasm', 'script'])
def test_shapes_on_a_chosen_picture(page: Page, scene: Any, tmp_path: Path, backend: str) -> None:
    choose(page, 'backend', backend)
    file = tmp_path / 'scene.png'
    Image.fromarray(scene.image).save(file)
    page.evaluate("document.querySelector('#view').dataset.found = ''")
    page.use(lambda raw: raw.set_input_files('#picture', file))
    assert {each['label'] for each in found(page)} & {scenes.CLASSES[label] for label in scene.labels}
    assert page.evaluate(ROWS, 'found') == [each['label'] for each in found(page)]
    assert text(page, '#backend') == ('wasm' if backend == 'best' else backend)
    assert text(page, '#inference').endswith('ms')
    assert text(page, '#kernels').endswith(f'on {text(page, "#backend")}')


def test_the_camera_is_followed_frame_by_frame(page: Page) -> None:
    page.use(lambda raw: raw.click('#camera'))
    page.wait_for("document.querySelector('#rate').textContent.endsWith('s')")
    assert page.evaluate("document.querySelector('#camera').ariaPressed") == 'true'
    assert page.evaluate("document.querySelector('#view').width") == 640
    assert len(found(page)) > 0
    page.use(lambda raw: raw.click('#camera'))
    assert page.evaluate("document.querySelector('#camera').ariaPressed") == 'false'


def test_a_digit_is_read(page: Page) -> None:
    choose(page, 'job', 'classify')
    assert page.evaluate(ROWS, 'found')[0] == '5'


def test_texts_are_ranked_and_models_are_kept_and_removed(page: Page) -> None:
    choose(page, 'job', 'text')
    page.use(lambda raw: (raw.fill('#query', 'A cat sleeps on the sofa.'),
                          raw.fill('#corpus', 'Shares fell sharply.\nThe kitten naps on the couch.'),
                          raw.click('#query-form button')))
    page.wait_for("document.querySelector('#ranking li span').textContent === 'The kitten naps on the couch.'")
    kept = page.evaluate("[...document.querySelectorAll('#kept code')].map(each => each.textContent)")
    assert {path.rsplit('/', 1)[-1] for path in kept} == {'minilm_l6.opset17.onnx', 'tokenizer.json', 'shapes.onnx'}
    page.use(lambda raw: raw.click('#kept li:first-child button'))
    page.wait_for("document.querySelectorAll('#kept li').length === 2")
    page.use(lambda raw: raw.click('#clear-cache'))
    page.wait_for("document.querySelectorAll('#kept li').length === 0")
    assert page.evaluate("document.querySelector('#clear-cache').disabled")


def test_a_model_that_was_kept_needs_no_network(page: Page, site: Server) -> None:
    site.requested.clear()
    choose(page, 'backend', 'wasm')
    assert [path for path in site.requested if path.endswith('.onnx')] == []


def test_a_picture_that_is_none(page: Page, tmp_path: Path) -> None:
    (tmp_path / 'holiday.jpg').write_bytes(b'no JPEG')
    page.use(lambda raw: raw.set_input_files('#picture', tmp_path / 'holiday.jpg'))
    page.wait_for("!document.querySelector('#job-error').hidden")
    assert text(page, '#job-error') == 'TypeError holiday.jpg is no image that this browser can read.'


def test_it_fits_a_phone(camera: Chromium, site: Server) -> None:
    with camera.page(f'{site.address}/live.html', viewport={'width': 390, 'height': 844}, is_mobile=True) as page:
        page.wait_for(READY)
        assert page.evaluate('document.documentElement.scrollWidth') == 390
