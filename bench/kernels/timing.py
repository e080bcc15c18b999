"""Runs the cases on the WebAssembly backend: first checked, then timed against the peak of multiply-add in registers.

Written in the language subset; `measured` is called by __main__.py under CPython and by run.mjs in JavaScript.
"""

from __future__ import annotations

from typing import Any

from alula.backends.reference import run_step
from alula.backends.wasm.assembler import Assembler
from alula.backends.wasm.backend import WasmBackend, WasmExecutable
from alula.host.arrays import TypedArray, trunc
from alula.host.clock import now_ms
from alula.host.table import Table
from alula.host.wasm import compile_module, function_of, instantiate, memory
from alula.kernels.expr import Expr
from alula.kernels.kernel import IDENTITIES, Contract, Reduce, Step
from alula.kernels.primitives import PRIMITIVES
from alula.kernels.view import View, dense
from alula.plan.builder import Builder
from alula.plan.constants import Constants
from alula.plan.planner import laid_out
from cases import Case, Cases, all_cases

PEAK_SUMS = 12
PEAK_TURNS = 2000000
WARM_MS = 150.0
SAMPLES = 15
SAMPLE_MS = 8.0
CHECKED = 60  # results of each case


async def measured(wanted: str) -> list[str]:
    """One line per case whose label contains `wanted`: GFLOP/s, its share of the peak, the largest relative error."""
    backend = WasmBackend()
    await backend.open()
    peak = await peak_gflops(backend.features.relaxed)
    lines = [f'peak {number(peak)} GFLOP/s, relaxed {backend.features.relaxed}']
    for case in all_cases():
        if wanted in case.label:
            lines.append(await measured_case(backend, case, peak))
    return lines


async def measured_case(backend: WasmBackend, case: Case, peak: float) -> str:
    step = case.step
    inputs: Table[str, View] = Table()
    feeds: Table[str, TypedArray] = Table()
    numbers = Cases()
    for view in step.inputs:
        buffer = view.buffer
        if buffer.data is None:
            inputs.put(buffer.label, dense(buffer, [buffer.size]))
            feeds.put(buffer.label, numbers.numbers(buffer.size))
    outputs: Table[str, View] = Table()
    outputs.put('out', dense(step.outputs[0].buffer, [step.outputs[0].buffer.size]))
    steps = backend.legalised([step], Builder(Constants(run_step)))
    executable: Any = await backend.compile(laid_out(steps, inputs, outputs))
    error = largest_error(step, feeds, executable.run(feeds).at('out'))
    rate = case.work / best_ms(executable) / 1e6
    executable.release()
    warning = '' if error < 1e-4 else f'  WRONG: error {error}'
    return f'{case.label}: {number(rate)} GFLOP/s, {number(100 * rate / peak)} % of peak{warning}'


def best_ms(executable: WasmExecutable) -> float:
    """Milliseconds of one run in the best of some samples; the machine may be shared."""
    start = now_ms()
    runs = 0
    while now_ms() - start < WARM_MS:
        executable.calls.run_all()
        runs += 1
    each = max(1, trunc(runs * SAMPLE_MS / WARM_MS))
    best = WARM_MS
    for _ in range(SAMPLES):
        start = now_ms()
        for _ in range(each):
            executable.calls.run_all()
        best = min(best, (now_ms() - start) / each)
    return best


async def peak_gflops(relaxed: bool) -> float:
    """What a loop of multiply-adds reaches that touches no memory."""
    assembler = Assembler()
    f = assembler.function(['i32'], [])
    sums = [f.local('v128') for _ in range(PEAK_SUMS)]
    x = f.local('v128')
    f.f32_const(1.0)
    f.op('f32x4.splat')
    f.local_set(x)
    f.loop()
    for register in sums:
        if relaxed:
            for local in [x, x, register]:
                f.local_get(local)
            f.op('f32x4.relaxed_madd')
        else:
            for local in [register, x, x]:
                f.local_get(local)
            f.op('f32x4.mul')
            f.op('f32x4.add')
        f.local_set(register)
    f.local_get(0)
    f.i32_const(1)
    f.op('i32.sub')
    f.local_tee(0)
    f.br_if(0)
    f.end()
    for register in sums:
        f.i32_const(0)
        f.local_get(register)
        f.store('v128.store', 0)
    assembler.export('peak', f)
    module = await compile_module(assembler.to_bytes())
    run = function_of(await instantiate(module, memory(1, 1)), 'peak')
    best = 1e9
    for _ in range(12):
        start = now_ms()
        run(PEAK_TURNS)
        best = min(best, now_ms() - start)
    return PEAK_TURNS * PEAK_SUMS * 8 / best / 1e6


def largest_error(step: Step, feeds: Table[str, TypedArray], out: TypedArray) -> float:
    """The largest difference from the definition among some results spread over the output, relative to 1 or more."""
    view = step.outputs[0]
    worst = 0.0
    for s in range(CHECKED):
        index = [(s * 7919 + d * 104729) * (s + 1) % view.shape[d] for d in range(len(view.shape))]
        exact = defined(step, index, feeds)
        got = out[position(view, index)]
        worst = max(worst, abs(got - exact) / max(1.0, abs(exact)))
    return worst


def defined(step: Step, index: list[int], feeds: Table[str, TypedArray]) -> float:
    """The result at an index, as the kernel's definition says."""
    kernel = step.kernel
    if isinstance(kernel, Contract):
        total = 0.0
        for taps in indices(step.inputs[0].shape[kernel.batch + kernel.rows :]):
            a = joined([index[: kernel.batch + kernel.rows], taps])
            w = joined([index[: kernel.batch], taps, index[kernel.batch + kernel.rows :]])
            total += element(step.inputs[0], a, feeds) * element(step.inputs[1], w, feeds)
        return value_of(kernel.epilogue, step, index, feeds, total)
    assert isinstance(kernel, Reduce)
    stage = kernel.stages[0]
    result = IDENTITIES[stage.op]
    taps = indices(step.inputs[0].shape[kernel.rows :])
    for tap in taps:
        value = value_of(stage.expr, step, joined([index, tap]), feeds, 0.0)
        result = result + value if stage.op == 'sum' else max(result, value)
    return value_of(kernel.exprs[0], step, joined([index, taps[0]]), feeds, result)


def value_of(e: Expr, step: Step, index: list[int], feeds: Table[str, TypedArray], combined: float) -> float:
    """An expression at an index, where what was summed up is `combined`."""
    if e.op == 'acc' or e.op == 'stage':
        return combined
    if e.op == 'input':
        return element(step.inputs[e.value], index, feeds)
    if e.op == 'const':
        constant: float = e.value
        return constant
    args = [value_of(arg, step, index, feeds, combined) for arg in e.args]
    plain = PRIMITIVES.at(e.op).plain
    result: float = plain(args[0]) if len(args) == 1 else plain(args[0], args[1])
    return result


def joined(parts: list[list[int]]) -> list[int]:
    whole: list[int] = []
    for part in parts:
        whole.extend(part)
    return whole


def indices(shape: list[int]) -> list[list[int]]:
    """Every index of a shape."""
    found: list[list[int]] = [[]]
    for size in shape:
        longer: list[list[int]] = []
        for head in found:
            for i in range(size):
                entry = head[:]
                entry.append(i)
                longer.append(entry)
        found = longer
    return found


def position(view: View, index: list[int]) -> int:
    at = view.offset
    for d in range(len(index)):
        at += index[d] * view.strides[d]
    return at


def element(view: View, index: list[int], feeds: Table[str, TypedArray]) -> float:
    data = view.buffer.data if view.buffer.data is not None else feeds.at(view.buffer.label)
    found: float = data[position(view, index)]
    return found


def number(x: float) -> str:
    """With one digit behind the point."""
    tenths = round(x * 10)
    return f'{tenths // 10}.{tenths % 10}'
