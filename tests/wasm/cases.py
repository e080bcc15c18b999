"""Steps run by the WebAssembly backend under CPython, with and without relaxed SIMD."""

import asyncio

import numpy as np
import pytest
from alula.backends.numpy.run_step import NUMPY_TYPES, run_step
from alula.backends.wasm import calls
from alula.backends.wasm import map as wasm_map
from alula.backends.wasm.backend import WasmBackend
from alula.host import wasm
from alula.host.table import Table
from alula.kernels.view import dense
from alula.plan.builder import Builder
from alula.plan.constants import Constants
from alula.plan.planner import laid_out

# Operations per call and elements per row where a step is to be cut into many calls.
SHORT_CALLS = 40
SHORT_ROW = 10

BACKENDS = {}
CONSTANTS = Constants(run_step)


def instantiated(assembler, memory):
    """The assembler's module over the memory."""

    async def made():
        return await wasm.instantiate(await wasm.compile_module(assembler.to_bytes()), memory)

    return asyncio.run(made())


def backend(relaxed=True):
    """One backend per feature set for all tests, so that memory and code are reused as in a session."""
    if relaxed not in BACKENDS:
        made = WasmBackend()
        asyncio.run(made.open())
        made.constants.functions.relaxed = relaxed
        BACKENDS[relaxed] = made
    return BACKENDS[relaxed]


class WasmRunner:
    """Runs steps for tests.kernels.cases. Without relaxed SIMD a step is cut into many short calls."""

    least = 0.0
    share = 1

    def runs(self, step, arrays):
        return [self._run(step, arrays, relaxed) for relaxed in (True, False)]

    def _run(self, step, arrays, relaxed):
        feeds = Table()
        inputs = Table()
        outputs = Table()
        for view in step.inputs + step.outputs:
            buffer = view.buffer
            if buffer.data is None:
                feeds.put(buffer.label, arrays[buffer.label])
                inputs.put(buffer.label, dense(buffer, [buffer.size]))
        for view in step.outputs:
            outputs.put(view.buffer.label, dense(view.buffer, [view.buffer.size]))
        steps = backend(relaxed).legalised([step], Builder(CONSTANTS))
        with pytest.MonkeyPatch.context() as patch:
            if not relaxed:
                patch.setattr(calls, 'OPERATIONS_PER_CALL', SHORT_CALLS)
                patch.setattr(wasm_map, 'ROW', SHORT_ROW)
            compiled = asyncio.run(backend(relaxed).compile(laid_out(steps, inputs, outputs, backend(relaxed))))
        results = compiled.run(feeds)
        assert compiled.notes() == []
        compiled.release()
        return [np.frombuffer(results.at(view.buffer.label), NUMPY_TYPES[view.dtype]) for view in step.outputs]
