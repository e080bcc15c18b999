"""The page that runs single steps gives what NumPy gives, on the backends that need no device."""

import numpy as np
import pytest
from alula.backends.numpy.run_step import run_step
from alula.kernels.expr import add, exp, mul, slot
from alula.kernels.kernel import Map, Step
from alula.kernels.view import Buffer, View


@pytest.mark.parametrize('backend', ['wasm', 'script'])
def test_a_step_in_the_page_agrees_with_numpy(page, backend):
    rng = np.random.default_rng(1)
    arrays = {label: rng.normal(size=40).astype(np.float32) for label in 'abc'}
    views = [View(Buffer(label, 'float32', 40, None), [4, 5], strides, 1) for label, strides in
             (('a', [1, 6]), ('b', [0, 2]), ('c', [5, 1]))]
    step = Step(Map([add(exp(slot(0, 'float32')), mul(slot(1, 'float32'), 2.0))]), views[:2], views[2:], 'test')
    answer = page.run(backend, step, arrays)
    run_step(step, lambda buffer: memoryview(arrays[buffer.label]))
    np.testing.assert_allclose(answer.outputs[0], arrays['c'], rtol=1e-6, atol=1e-6)
    assert answer.places == [backend] and answer.notes == []
