"""A backend proves itself: a small Program whose answers are known from the plain loops.

Drivers of graphics devices have bugs that give wrong numbers. Kernels of each kind are asked, over views with
remainders, gaps and broadcasts: what a wrong exponential, bound or barrier would do to a model, it does here.
"""

from __future__ import annotations

from typing import Any

from alula.backends.base import Backend
from alula.backends.script.run_step import run_step
from alula.backends.steps import StepBackend
from alula.errors import AlulaError
from alula.host.arrays import TypedArray, array_from_list
from alula.host.table import Table
from alula.host.text import number_text
from alula.kernels.expr import add, clamp, div, exp, maximum, mul, sqrt, sub, tanh
from alula.kernels.view import View, numel, transposed, windows
from alula.plan.builder import Builder
from alula.plan.constants import Constants
from alula.plan.fuse import fused
from alula.plan.planner import laid_out
from alula.plan.program import Program

# Relative to the greatest magnitude of an output. Half precision is never computed with where float32 is asked for.
TOLERANCE = 1e-4
SHAPES = {'image': [2, 9, 11, 5], 'bias': [38]}
# The self-tests of this page that go on or were passed, by the backend's label.
VERDICTS: Table[str, Any] = Table()


def verdict_on(backend: Any) -> Any:
    """A promise of what the backend computes wrongly, '' if nothing. One that has passed is not asked again."""
    found = VERDICTS.find(backend.label)
    if found is None:
        found = _verdict(backend)
        VERDICTS.put(backend.label, found)
    return found


async def _verdict(backend: Any) -> str:
    try:
        found = await _compared(backend)
    except AlulaError as error:
        found = error.message
    if found != '':
        VERDICTS.drop(backend.label)
    return found


async def _compared(backend: Any) -> str:
    feeds = _feeds()
    executable = await backend.compile(_program(backend))
    executable.is_proof = True
    got = await executable.run_async(feeds)
    executable.release()
    reference = StepBackend('script', run_step)
    expected = (await reference.compile(_program(reference))).run(feeds)
    for name in expected.keys_list():
        error = _error(got.at(name), expected.at(name))
        if not error <= TOLERANCE:
            return f'its self-test gave wrong numbers ({name} is off by {number_text(error)})'
    return ''


def _error(got: TypedArray, expected: TypedArray) -> float:
    """The greatest difference, relative to the greatest magnitude expected; NaN if there is one."""
    worst = 0.0
    scale = 0.0
    for i in range(len(expected)):
        difference: float = abs(got[i] - expected[i])
        if difference != difference:
            return difference
        worst = max(worst, difference)
        scale = max(scale, abs(expected[i]))
    return worst / scale


def _feeds() -> Table[str, TypedArray]:
    """Numbers of both signs that follow no power of two."""
    feeds: Table[str, TypedArray] = Table()
    for name in ['image', 'bias']:
        feeds.put(name, array_from_list('float32', _numbers(numel(SHAPES[name]), 23)))
    return feeds


def _numbers(count: int, scale: int) -> list[float]:
    return [(i * 37 % 101 - 50) / scale for i in range(count)]


def _program(backend: Backend) -> Program:
    """A convolution with a fused activation, a depthwise one, a softmax, a product of two computed matrices and a
    chain of elementwise functions, none of sizes that divide by 4."""
    g = Builder(Constants(run_step, 'test '))
    inputs: Table[str, View] = Table()
    for name in SHAPES.keys():
        inputs.put(name, g.empty('float32', SHAPES[name], None))
    image = inputs.at('image')
    weights = g.constant('float32', [3, 3, 5, 38], _numbers(3 * 3 * 5 * 38, 61))
    taps = windows(windows(image, 1, 3, 1, 1), 2, 3, 2, 1)  # [image, y, x, channel, tap y, tap x]
    product = g.contract(transposed(taps, [0, 1, 2, 4, 5, 3]), weights, 0, 3, 3, None)
    features = g.map(clamp(add(product, inputs.at('bias')), 0, 6))
    spread = windows(windows(features, 1, 3, 2, 1), 2, 2, 1, 1)
    pooled = g.reduce('sum', mul(spread, g.constant('float32', [3, 2], _numbers(6, 40))), [4, 5], False)
    rows = g.rowwise(pooled.shape, [3])
    powers = exp(sub(pooled, rows.stage('max', pooled)))
    rows.element(div(powers, rows.stage('sum', powers)))
    soft = rows.done()[0]
    flat = g.reshape(soft, [numel(soft.shape) // 38, 38])
    square = g.contract(flat, transposed(flat, [1, 0]), 0, 1, 1, None)
    curve = g.map(add(mul(tanh(mul(square, 3.0)), exp(square)), maximum(sqrt(square), 0.2)))
    outputs: Table[str, View] = Table()
    outputs.put('convolution', g.whole(features))
    outputs.put('softmax', g.whole(soft))
    outputs.put('functions', g.whole(curve))
    steps = backend.legalised(fused(g.steps, outputs.values_list()), g)
    return laid_out(steps, inputs, outputs, backend)
