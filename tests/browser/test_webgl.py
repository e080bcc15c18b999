"""WebGL2 in Chromium as a page meets it: what runs where, contexts refused or lost, drivers that compute wrongly."""

import pytest

from tests.browser.digits import close, ran
from tools.browser import Page


def test_every_node_is_on_the_device_and_no_webassembly_is_compiled(page: Page, expected: list[float]) -> None:
    answer = ran(page, ['webgl'], strict=True)
    assert answer['backend'] == 'webgl' and set(answer['places']) == {'webgl'}
    assert answer['notes'] == [] and answer['tried'] == [] and answer['modules'] == 0
    close(answer, expected)


LOSE = '''
    const prototype = WebGL2RenderingContext.prototype;
    const draw = prototype.drawArrays;
    let draws = 0;
    prototype.drawArrays = function (...values) {
        if (++draws === %d) this.getExtension ('WEBGL_lose_context').loseContext ();
        return draw.apply (this, values);
    };
'''


def draws_of(page: Page) -> int:
    """How many draw calls opening and both runs take."""
    count = LOSE % -1 + 'globalThis.draws = () => draws;'
    ran(page, ['webgl'], count)
    total = page.evaluate('draws ()')
    page.goto(page.address)  # type: ignore[attr-defined]
    return total


@pytest.mark.parametrize('part', [0.02, 0.3, 0.75, 0.97])
def test_a_lost_context_moves_the_session_on(page: Page, expected: list[float], part: float) -> None:
    """Lost while it proves itself, makes constants, and amid each run: WebAssembly gives the answer."""
    answer = ran(page, ['webgl', 'wasm'], LOSE % max(1, round(part * draws_of(page))))
    assert answer['backend'] == 'wasm'
    assert len(answer['tried']) == 1 and 'webgl' in answer['tried'][0] and 'lost' in answer['tried'][0]
    close(answer, expected)


def test_a_driver_that_computes_wrongly_is_found_out(page: Page, expected: list[float]) -> None:
    answer = ran(page, ['webgl', 'wasm'], '''
        const prototype = WebGL2RenderingContext.prototype;
        const source = prototype.shaderSource;
        prototype.shaderSource = function (shader, text) {
            return source.call (this, shader, text.replaceAll ('5.0000001201e-1', '0.49'));
        };
    ''')
    assert answer['backend'] == 'wasm' and 'self-test' in answer['tried'][0]
    close(answer, expected)


def test_a_shader_that_is_refused_moves_the_session_on(page: Page, expected: list[float]) -> None:
    answer = ran(page, ['webgl', 'wasm'], '''
        const prototype = WebGL2RenderingContext.prototype;
        const source = prototype.shaderSource;
        prototype.shaderSource = function (shader, text) { return source.call (this, shader, text + 'x'); };
    ''')
    assert answer['backend'] == 'wasm' and 'shader was refused' in answer['tried'][0]
    close(answer, expected)


@pytest.mark.parametrize(('patch', 'reason'), [
    ('OffscreenCanvas.prototype.getContext = () => null;', 'gives no context'),
    ('''const get = WebGL2RenderingContext.prototype.getExtension;
        WebGL2RenderingContext.prototype.getExtension = function (name) {
            return name === 'EXT_color_buffer_float' ? null : get.call (this, name);
        };''', 'EXT_color_buffer_float'),
    ('delete globalThis.OffscreenCanvas; document.createElement = () => ({getContext: () => null});',
     'gives no context'),
])
def test_without_what_it_needs_it_says_why(page: Page, expected: list[float], patch: str, reason: str) -> None:
    answer = ran(page, ['webgl', 'wasm'], patch)
    assert answer['backend'] == 'wasm' and reason in answer['tried'][0]
    close(answer, expected)


def test_software_is_taken_only_when_asked_for(page: Page, expected: list[float]) -> None:
    answer = ran(page, [])
    assert answer['backend'] == 'wasm'
    assert any(line.startswith('webgl: ') for line in answer['tried'])
    close(answer, expected)
