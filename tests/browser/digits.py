"""The digits model in a page of Chromium, on graphics devices that tests refuse, lose or make compute wrongly."""

import base64
import json

import numpy as np

from tools import ROOT
from tools.browser import Page

MODEL = ROOT / 'models' / 'digits' / 'digits.onnx'
# Runs the digits model twice; `patch` is JS that changes the page before (and may leave a function `providers` for what
# JSON can't say), `options` those of create.
RUN = '''async ([model, options, patch]) => {
    let modules = 0;
    const compile = WebAssembly.compile;
    WebAssembly.compile = (...bytes) => { modules++; return compile (...bytes); };
    new Function (patch) ();
    if (globalThis.providers) options.executionProviders = await globalThis.providers ();
    const {InferenceSession, Tensor} = await import ('/alula/index.js');
    const bytes = Uint8Array.from (atob (model), letter => letter.charCodeAt (0));
    const session = await InferenceSession.create (bytes, options);
    const [name] = session.inputNames;
    const {shape} = session.inputMetadata [0];
    const dims = shape.map (size => typeof size === 'number' ? size : 1);
    const count = dims.reduce ((a, b) => a * b, 1);
    const image = Float32Array.from ({length: count}, (_, i) => (i * 37 % 101) / 101);
    const run = async () => {
        const results = await session.run ({[name]: new Tensor ('float32', image, dims)});
        return Array.from (results [session.outputNames [0]].data);
    };
    const first = await run ();
    const second = await run ();
    const {backend, tried, notes, placement} = session.report ();
    await session.release ();
    const places = placement.map (each => each.backend);
    return {backend, tried: [...tried], notes: [...notes], places, modules, first, second};
}'''


def ran(page: Page, providers: list[str], patch: str = '', **options: object) -> dict:
    """What RUN gives in a page of its own."""
    page.goto(page.address)  # type: ignore[attr-defined]
    wanted = {**options, **({'executionProviders': providers} if providers else {})}
    model = base64.b64encode(MODEL.read_bytes()).decode()
    return page.evaluate(RUN, [model, json.loads(json.dumps(wanted)), patch])


def close(answer: dict, expected: list[float]) -> None:
    for values in (answer['first'], answer['second']):
        np.testing.assert_allclose(values, expected, rtol=1e-4, atol=1e-4)
