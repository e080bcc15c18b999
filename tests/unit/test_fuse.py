"""Planning changes how a program computes, never what: random programs before and after fusion, scaling and placing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from alula.backends.base import Backend
from alula.backends.numpy.run_step import run_step
from alula.backends.steps import StepBackend, StepExecutable
from alula.host.table import Table
from alula.kernels.expr import add, exp, maximum, mul, sub
from alula.kernels.kernel import Contract, Map, Step
from alula.kernels.view import View, numel, sliced, transposed, windows
from alula.plan.builder import Builder
from alula.plan.constants import Constants
from alula.plan.fuse import fused
from alula.plan.planner import laid_out
from alula.plan.program import Program
from alula.plan.scale import fold_scales
from hypothesis import given, settings
from hypothesis import strategies as st

SIZES = st.integers(1, 4)


class Grown:
    """A random program over one input, grown step by step; every value so far may be used again."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.g = Builder(Constants(run_step))
        self.x = self.g.empty('float32', [draw(SIZES), draw(SIZES), draw(SIZES)], None)
        self.values = [self.x]
        grow = [self.elementwise, self.reduce, self.softmax, self.product]
        grow += [self.rearrange, self.pad, self.join, self.slide]
        for _ in range(draw(st.integers(1, 8))):
            value = draw(st.sampled_from(grow))(draw(st.sampled_from(self.values)))
            if 0 < numel(value.shape) <= 4000 and len(value.shape) <= 6:
                self.values.append(value)
        count = draw(st.integers(1, 2))
        self.outputs = [self.g.whole(v) for v in self.values[-count:]]

    def weights(self, shape: list[int]) -> View:
        values = np.random.default_rng(numel(shape)).normal(size=numel(shape)).astype(np.float32)
        return self.g.constant('float32', shape, values.tolist())

    def elementwise(self, v: View) -> View:
        other = self.draw(st.sampled_from(self.values))
        if other.shape == v.shape:
            return self.g.map(sub(mul(v, 0.5), other))
        per_last = self.weights([v.shape[-1]] if v.shape else [])
        kind = self.draw(st.sampled_from(['bias', 'scale', 'relu', 'exp', 'affine']))
        exprs: dict[str, Any] = {
            'bias': add(v, per_last), 'scale': mul(per_last, v), 'relu': maximum(v, 0.0), 'exp': exp(mul(v, 0.1)),
            'affine': sub(mul(add(v, per_last), 2.0), per_last),
        }
        return self.g.map(exprs[kind])

    def reduce(self, v: View) -> View:
        if len(v.shape) == 0:
            return v
        axes = self.draw(st.sets(st.integers(0, len(v.shape) - 1), min_size=1))
        op = self.draw(st.sampled_from(['sum', 'max']))
        return self.g.reduce(op, mul(v, 0.5), sorted(axes), self.draw(st.booleans()))

    def softmax(self, v: View) -> View:
        if len(v.shape) == 0:
            return v
        rows = self.g.rowwise(v.shape, [self.draw(st.integers(0, len(v.shape) - 1))])
        top = rows.stage('max', v)
        total = rows.stage('sum', exp(sub(v, top)))
        rows.element(mul(exp(sub(v, top)), sub(2.0, total)))
        return rows.done()[0]

    def product(self, v: View) -> View:
        if len(v.shape) < 2:
            return v
        cols = self.draw(SIZES)
        order = self.draw(st.sampled_from([None, list(range(len(v.shape)))[::-1]]))
        return self.g.contract(v, self.weights([v.shape[-1], cols]), 0, len(v.shape) - 1, 1, order)

    def rearrange(self, v: View) -> View:
        if len(v.shape) == 0:
            return v
        kind = self.draw(st.sampled_from(['transpose', 'slice', 'reshape', 'copy']))
        if kind == 'transpose':
            return transposed(v, list(self.draw(st.permutations(range(len(v.shape))))))
        if kind == 'slice':
            axis = self.draw(st.integers(0, len(v.shape) - 1))
            return sliced(v, axis, v.shape[axis] - 1, v.shape[axis], -1)
        if kind == 'reshape':
            return self.g.reshape(v, [v.shape[0], numel(v.shape[1:])])
        return self.g.copied(v, list(self.draw(st.permutations(range(len(v.shape))))))

    def pad(self, v: View) -> View:
        before = [self.draw(st.integers(0, 2)) for _ in v.shape]
        return self.g.padded(v, before, [1 for _ in v.shape], 0.25, None)

    def join(self, v: View) -> View:
        return self.g.concatenated([v, v, self.g.map(mul(v, 3.0))], len(v.shape) - 1) if len(v.shape) > 0 else v

    def slide(self, v: View) -> View:
        return windows(v, 0, 2, 1, 1) if len(v.shape) in (1, 2, 3) and v.shape[0] >= 2 else v


programs = st.composite(lambda draw: Grown(draw))


def results(program: Program) -> list[np.ndarray]:
    (name,) = program.inputs.keys_list()
    size = numel(program.inputs.at(name).shape)
    feeds: Table[str, Any] = Table()
    feeds.put(name, memoryview(np.linspace(-1, 1, size, dtype=np.float32)))
    outputs = StepExecutable(StepBackend('numpy', run_step), program).run(feeds)
    return [np.frombuffer(outputs.at(key), dtype=np.float32) for key in outputs.keys_list()]


def program_of(grown: Grown, steps: list[Step]) -> Program:
    inputs: Table[str, View] = Table()
    inputs.put('x', grown.x)
    outputs: Table[str, View] = Table()
    for i, view in enumerate(grown.outputs):
        outputs.put(f'y{i}', view)
    return laid_out(steps, inputs, outputs, Backend('test'))


@settings(deadline=None, max_examples=300)
@given(programs())
def test_a_planned_program_gives_what_the_plain_one_gives(grown: Grown) -> None:
    plain = results(program_of(grown, grown.g.steps))
    steps = fold_scales(fused(grown.g.steps, grown.outputs), grown.g)
    assert len(steps) <= len(grown.g.steps)
    for before, after in zip(plain, results(program_of(grown, steps)), strict=True):
        np.testing.assert_allclose(after, before, rtol=2e-4, atol=2e-4 * max(1.0, float(np.abs(before).max(initial=0))))


def test_batch_norm_and_activation_end_up_in_the_product() -> None:
    g = Builder(Constants(run_step))
    x = g.empty('float32', [5, 3], None)
    w = g.constant('float32', [3, 4], [float(i) for i in range(12)])
    scale = g.constant('float32', [4], [1.0, 2.0, 3.0, 4.0])
    y = g.map(maximum(add(mul(g.contract(x, w, 0, 1, 1, None), scale), 1.0), 0.0))
    (step,) = fold_scales(fused(g.steps, [y]), g)
    assert isinstance(step.kernel, Contract)
    assert step.kernel.key() == 'contract(0b 1m 1n 1k; float32; (maximum (add acc 1:float32) 0:float32))'


def test_a_padded_value_is_written_where_it_is_padded() -> None:
    g = Builder(Constants(run_step))
    x = g.empty('float32', [6], None)
    y = g.map(exp(x))
    padded = g.padded(y, [2], [1], 0.0, None)
    z = g.whole(g.map(add(sliced(padded, 0, 0, 8, 1), sliced(padded, 0, 1, 8, 1))))
    steps = fused(g.steps, [z])
    assert [type(s.kernel) for s in steps] == [Map, Map, Map, Map]
    assert sum(s.inputs == [] for s in steps) == 2
    assert not any(len(s.inputs) == 1 and s.kernel.key() == 'map(%0)' for s in steps)


@pytest.mark.parametrize('first', [0, 1])
def test_a_value_that_leaves_the_program_is_kept(first: int) -> None:
    g = Builder(Constants(run_step))
    x = g.empty('float32', [6], None)
    y = g.map(exp(x))
    z = g.map(add(y, 1.0))
    kept = [[y, z], [z]][first]
    assert len(fused(g.steps, kept)) == [2, 1][first]
