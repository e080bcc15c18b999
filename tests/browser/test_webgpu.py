"""WebGPU in Chromium as a page meets it: what runs where, devices refused, lost or the app's, drivers that compute
wrongly."""

import pytest

from tests.browser.digits import MODEL, close, ran
from tools.browser import Page


def test_every_node_is_on_the_device_and_no_webassembly_is_compiled(page: Page, expected: list[float]) -> None:
    answer = ran(page, ['webgpu'], strict=True)
    assert answer['backend'] == 'webgpu' and set(answer['places']) == {'webgpu'}
    assert answer['notes'] == [] and answer['tried'] == [] and answer['modules'] == 0
    close(answer, expected)


# Counts what is submitted, and destroys the device at the one of that number, before it or after.
LOSE = '''
    const prototype = GPUQueue.prototype;
    const submit = prototype.submit;
    let device;
    let submits = 0;
    globalThis.submits = () => submits;
    const request = GPUAdapter.prototype.requestDevice;
    GPUAdapter.prototype.requestDevice = async function (...values) {
        return device = await request.apply (this, values);
    };
    prototype.submit = function (...values) {
        const isLast = ++submits === %d;
        if (isLast && !%s) device.destroy ();
        submit.apply (this, values);
        if (isLast && %s) device.destroy ();
    };
'''


@pytest.fixture(scope='module')
def submits(page: Page) -> int:
    """How many submits opening and both runs take."""
    ran(page, ['webgpu'], LOSE % (-1, 'true', 'true'))
    return page.evaluate('submits ()')


@pytest.mark.parametrize('after', ['false', 'true'])
@pytest.mark.parametrize('part', [0, 0.3, 0.6, 1])
def test_a_lost_device_moves_the_session_on(
    page: Page, expected: list[float], submits: int, part: float, after: str
) -> None:
    """Lost while it proves itself, makes constants, and amid each run: WebAssembly gives the answer."""
    answer = ran(page, ['webgpu', 'wasm'], LOSE % (max(1, round(part * submits)), after, after))
    assert answer['backend'] == 'wasm'
    assert len(answer['tried']) == 1 and 'webgpu' in answer['tried'][0] and 'lost' in answer['tried'][0]
    close(answer, expected)


PATCH = '''
    const create = GPUDevice.prototype.createShaderModule;
    GPUDevice.prototype.createShaderModule = function ({code, ...rest}) {
        return create.call (this, {...rest, code: %s});
    };
'''


def test_a_driver_that_computes_wrongly_is_found_out(page: Page, expected: list[float]) -> None:
    answer = ran(page, ['webgpu', 'wasm'], PATCH % r"code.replace (/\bexp\(/g, '1.01 * exp(')")
    assert answer['backend'] == 'wasm' and 'self-test' in answer['tried'][0]
    close(answer, expected)


def test_a_shader_that_is_refused_moves_the_session_on(page: Page, expected: list[float]) -> None:
    answer = ran(page, ['webgpu', 'wasm'], PATCH % "code + 'x'")
    assert answer['backend'] == 'wasm' and 'a shader was refused' in answer['tried'][0]
    close(answer, expected)


@pytest.mark.parametrize(('patch', 'reason'), [
    ("Object.defineProperty (Navigator.prototype, 'gpu', {value: undefined});", 'this host has none'),
    ('GPU.prototype.requestAdapter = async () => null;', 'gives no adapter'),
    ("GPUAdapter.prototype.requestDevice = async () => { throw new Error ('too many'); };", 'too many'),
])
def test_without_what_it_needs_it_says_why(page: Page, expected: list[float], patch: str, reason: str) -> None:
    answer = ran(page, ['webgpu', 'wasm'], patch)
    assert answer['backend'] == 'wasm' and reason in answer['tried'][0]
    close(answer, expected)


def test_software_is_taken_only_when_asked_for(page: Page, expected: list[float]) -> None:
    answer = ran(page, [])
    assert answer['backend'] == 'wasm'
    assert any(line.startswith('webgpu: ') for line in answer['tried'])
    close(answer, expected)


def test_the_apps_own_device_is_used_and_left_alive(page: Page, expected: list[float]) -> None:
    answer = ran(page, [], '''
        globalThis.providers = async () => {
            const adapter = await navigator.gpu.requestAdapter ();
            globalThis.device = await adapter.requestDevice ();
            navigator.gpu.requestAdapter = async () => null;
            return [{name: 'webgpu', device: globalThis.device}];
        };
    ''')
    assert answer['backend'] == 'webgpu' and answer['tried'] == []
    close(answer, expected)
    assert page.evaluate('''async () => {
        const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
        const buffer = device.createBuffer ({size: 4, usage});
        device.queue.writeBuffer (buffer, 0, Uint8Array.of (1, 2, 3, 4));
        await buffer.mapAsync (GPUMapMode.READ);
        return Array.from (new Uint8Array (buffer.getMappedRange ()));
    }''') == [1, 2, 3, 4]


def test_sessions_share_a_device_until_the_last_ends(page: Page) -> None:
    """RUN's session, which ended alone, had one; two at the same time have the next."""
    ran(page, ['webgpu'], '''
        globalThis.devices = [];
        const request = GPUAdapter.prototype.requestDevice;
        GPUAdapter.prototype.requestDevice = async function (...values) {
            const device = await request.apply (this, values);
            globalThis.devices.push (device);
            return device;
        };
    ''')
    made, backend, reason = page.evaluate('''async bytes => {
        const {InferenceSession} = await import ('/alula/index.js');
        const model = Uint8Array.from (bytes);
        const options = {executionProviders: ['webgpu', 'wasm']};
        await devices [0].lost;
        const both = await Promise.all ([1, 2].map (() => InferenceSession.create (model, options)));
        await both [0].release ();
        await both [1].warmup ();
        const {backend} = both [1].report ();
        await both [1].release ();
        return [devices.length, backend, (await devices [1].lost).reason];
    }''', list(MODEL.read_bytes()))
    assert (made, backend, reason) == (2, 'webgpu', 'destroyed')
