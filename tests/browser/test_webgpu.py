"""WebGPU in Chromium as a page meets it: what runs where, devices refused, lost or the app's, drivers that compute
wrongly."""

import base64

import numpy as np
import pytest
from onnx import helper, numpy_helper

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


@pytest.mark.parametrize('is_software', [True, False])
def test_hardware_shares_tiles(page: Page, expected: list[float], is_software: bool) -> None:
    """Where the adapter says that it is no software, workgroups share tiles, and the numbers are the same."""
    answer = ran(page, ['webgpu'], '''
        const told = GPUAdapterInfo.prototype;
        if (!%s) for (const [name, value] of [['isFallbackAdapter', false], ['architecture', 'made-up']])
            Object.defineProperty (told, name, {get: () => value});
        const create = GPUDevice.prototype.createShaderModule;
        globalThis.sharing = 0;
        GPUDevice.prototype.createShaderModule = function (module) {
            sharing += module.code.includes ('w_tile');
            return create.call (this, module);
        };
    ''' % ('true' if is_software else 'false'))
    assert answer['backend'] == 'webgpu'
    assert (page.evaluate('sharing') == 0) == is_software
    close(answer, expected)


HALVES = '''async ([model, type, values]) => {
    const {InferenceSession, Tensor} = await import ('/alula/index.js');
    const bytes = Uint8Array.from (atob (model), letter => letter.charCodeAt (0));
    const session = await InferenceSession.create (bytes, {executionProviders: ['webgpu'], strict: true});
    const data = (type === 'float16' ? Float16Array : Float32Array).from (values);
    const {y} = await session.run ({x: new Tensor (type, data, [3, 255])});
    const memory = session.report ().memory;
    await session.release ();
    return [Array.from (y.data), memory];
}'''


def test_a_model_of_float16_takes_half_the_memory(page: Page) -> None:
    """A product whose weights are packed on the device, and one that reads them as they are; an odd number of them."""
    page.goto(page.address)  # type: ignore[attr-defined]
    rng = np.random.default_rng(1)
    x, w, v = (rng.uniform(-0.5, 0.5, shape).astype(np.float16) for shape in ((3, 255), (257, 255), (257, 61)))
    memory = {}
    for dtype in (np.float16, np.float32):
        nodes = [helper.make_node('Gemm', ['x', 'w'], ['h'], transB=1), helper.make_node('MatMul', ['h', 'v'], ['y'])]
        kind = helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
        graph = helper.make_graph(
            nodes, 'product', [helper.make_tensor_value_info('x', kind, [3, 255])],
            [helper.make_tensor_value_info('y', kind, [3, 61])],
            [numpy_helper.from_array(w.astype(dtype), 'w'), numpy_helper.from_array(v.astype(dtype), 'v')])
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid('', 17)], ir_version=8)
        answer, memory[dtype] = page.evaluate(HALVES, [
            base64.b64encode(model.SerializeToString()).decode(), np.dtype(dtype).name, x.ravel().tolist()])
        wanted = x.astype(np.float64) @ w.astype(np.float64).T @ v.astype(np.float64)
        np.testing.assert_allclose(np.reshape(answer, (3, 61)), wanted, rtol=2e-2, atol=2e-2)
    assert memory[np.float16] < 0.51 * memory[np.float32]
