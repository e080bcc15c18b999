"""What holds on every graphics device: runs of one session that overlap keep their own inputs and outputs."""

import base64

import numpy as np
import pytest

from tests.browser.digits import MODEL
from tools.browser import Page

OVERLAPPING = '''async ([model, backend]) => {
    const {InferenceSession, Tensor} = await import ('/alula/index.js');
    const bytes = Uint8Array.from (atob (model), letter => letter.charCodeAt (0));
    const session = await InferenceSession.create (bytes, {executionProviders: [backend], strict: true});
    const {shape} = session.inputMetadata [0];
    const dims = shape.map (size => typeof size === 'number' ? size : 1);
    const count = dims.reduce ((a, b) => a * b, 1);
    const run = async seed => {
        const image = Float32Array.from ({length: count}, (_, i) => ((i + seed) * 37 % 101) / 101);
        const results = await session.run ({[session.inputNames [0]]: new Tensor ('float32', image, dims)});
        return Array.from (results [session.outputNames [0]].data);
    };
    const seeds = [0, 13, 29, 47];
    const alone = [];
    for (const seed of seeds) alone.push (await run (seed));
    return {alone, together: await Promise.all (seeds.map (run))};
}'''


@pytest.mark.parametrize('backend', ['webgpu', 'webgl'])
def test_runs_that_overlap_keep_their_own_answers(page: Page, backend: str) -> None:
    page.goto(page.address)  # type: ignore[attr-defined]
    found = page.evaluate(OVERLAPPING, [base64.b64encode(MODEL.read_bytes()).decode(), backend])
    np.testing.assert_allclose(found['together'], found['alone'], atol=1e-6)
    assert np.abs(np.diff(found['alone'], axis=0)).max(axis=1).min() > 1e-3
