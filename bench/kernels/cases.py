"""The shapes that kernels are timed on, as steps over fresh buffers: those of common vision and language models.

Written in the language subset: the same cases run under CPython, in Node and in Chromium.
"""

from __future__ import annotations

from typing import Any

from alula.host.arrays import typed
from alula.kernels.expr import Expr, acc, add, clamp, erf, mul, sigmoid, slot, stage
from alula.kernels.kernel import Contract, Reduce, Stage, Step
from alula.kernels.view import Buffer, View, dense, numel, transposed, windows


class Case:
    """A step; `work`: its floating-point operations, activations not counted. `label`: what it is and how large."""

    def __init__(self, label: str, step: Step, work: float) -> None:
        self.label = label
        self.step = step
        self.work = work


class Cases:
    """The list in the making."""

    def __init__(self) -> None:
        self.found: list[Case] = []
        self.count = 0
        self.seed = 1

    def value(self, shape: list[int]) -> View:
        """A dense view of something computed."""
        self.count += 1
        return dense(Buffer(f'v{self.count}', 'float32', numel(shape), None), shape)

    def constant(self, shape: list[int]) -> View:
        """A dense view of random numbers known beforehand."""
        self.count += 1
        return dense(Buffer(f'c{self.count}', 'float32', numel(shape), self.numbers(numel(shape))), shape)

    def numbers(self, count: int) -> Any:
        """Multiples of 1/64 within ±1, by a linear congruential generator: sums of their products are nearly exact."""
        data = typed('float32', count)
        seed = self.seed
        for i in range(count):
            seed = (seed * 16807) % 2147483647
            data[i] = (seed % 129 - 64) / 64
        self.seed = seed
        return data

    def _bias(self, shape: list[int], axis: int) -> View:
        strides = [0 for _ in shape]
        strides[axis] = 1
        return View(self.constant([shape[axis]]).buffer, shape, strides, 0)

    def product(self, rows: int, depth: int, cols: int, finish: str) -> None:
        """A dense product with bias and what `finish` names."""
        epilogue = finished(finish, add(acc('float32'), slot(2, 'float32')))
        out = [rows, cols]
        inputs = [self.value([rows, depth]), self.constant([depth, cols]), self._bias(out, 1)]
        step = Step(Contract(0, 1, 1, 1, 'float32', epilogue), inputs, [self.value(out)], 'bench')
        self.found.append(Case(f'gemm {rows}x{depth}x{cols} {finish}', step, 2 * rows * depth * cols))

    def attention(self, heads: int, tokens: int, size: int) -> None:
        """Scores of queries and keys that lie side by side, head by head."""
        q = transposed(self.value([tokens, heads, size]), [1, 0, 2])
        k = transposed(self.value([tokens, heads, size]), [1, 2, 0])
        kernel = Contract(1, 1, 1, 1, 'float32', mul(acc('float32'), 0.125))
        step = Step(kernel, [q, k], [self.value([heads, tokens, tokens])], 'bench')
        self.found.append(Case(f'scores {heads}x{tokens}x{size}', step, 2 * heads * tokens * tokens * size))

    def convolution(self, size: int, channels: int, maps: int, taps: int, stride: int) -> None:
        """Channels last, borders in place."""
        wide = (size - 1) * stride + taps
        x = self.value([1, wide, wide, channels])
        a = windows(windows(x, 1, taps, stride, 1), 2, taps, stride, 1)
        a = transposed(a, [0, 1, 2, 4, 5, 3])
        w = self.constant([taps, taps, channels, maps])
        out = self.value([1, size, size, maps])
        epilogue = clamp(add(acc('float32'), slot(2, 'float32')), 0.0, 6.0)
        step = Step(Contract(0, 3, 1, 3, 'float32', epilogue), [a, w, self._bias(out.shape, 3)], [out], 'bench')
        work = 2 * size * size * maps * taps * taps * channels
        self.found.append(Case(f'conv {taps}x{taps}/{stride} {channels}-{maps} @{size}', step, work))

    def depthwise(self, size: int, channels: int, taps: int, stride: int, finish: str) -> None:
        """Channels last, borders in place."""
        wide = (size - 1) * stride + taps
        x = transposed(self.value([1, wide, wide, channels]), [0, 3, 1, 2])
        view = windows(windows(x, 2, taps, stride, 1), 3, taps, stride, 1)
        filters = self.constant([taps, taps, channels])
        w = View(filters.buffer, view.shape, [0, 1, 0, 0, taps * channels, channels], 0)
        out = transposed(self.value([1, size, size, channels]), [0, 3, 1, 2])
        result = finished(finish, add(stage(0, 'float32'), slot(2, 'float32')))
        combined = Stage('sum', mul(slot(0, 'float32'), slot(1, 'float32')), 'float32')
        inputs = [view, w, self._bias(view.shape, 1)]
        step = Step(Reduce(4, [combined], ['row'], [result]), inputs, [out], 'bench')
        work = 2 * size * size * channels * taps * taps
        self.found.append(Case(f'depthwise {taps}x{taps}/{stride} {channels} @{size} {finish}', step, work))

    def pooling(self, op: str, size: int, channels: int, taps: int, stride: int) -> None:
        wide = (size - 1) * stride + taps
        x = transposed(self.value([1, wide, wide, channels]), [0, 3, 1, 2])
        view = windows(windows(x, 2, taps, stride, 1), 3, taps, stride, 1)
        out = transposed(self.value([1, size, size, channels]), [0, 3, 1, 2])
        kernel = Reduce(4, [Stage(op, slot(0, 'float32'), 'float32')], ['row'], [stage(0, 'float32')])
        step = Step(kernel, [view], [out], 'bench')
        work = size * size * channels * taps * taps
        self.found.append(Case(f'{op} {taps}x{taps}/{stride} {channels} @{size}', step, work))


def finished(finish: str, x: Expr) -> Expr:
    """The activation of that name."""
    if finish == 'silu':
        return mul(x, sigmoid(x))
    if finish == 'gelu':
        return mul(mul(x, 0.5), add(erf(mul(x, 0.7071067811865476)), 1.0))
    return clamp(x, 0.0, 6.0)


def all_cases() -> list[Case]:
    """Every case: products and convolutions of MobileNetV2, ResNet and BERT, squares, matrix times vector."""
    cases = Cases()
    for rows, depth, cols in [
        [12544, 32, 16], [3136, 24, 144], [196, 576, 96], [49, 960, 320], [49, 320, 1280], [128, 384, 1536],
        [512, 512, 512], [1024, 1024, 1024], [1, 1280, 1000], [4, 512, 512],
    ]:
        cases.product(rows, depth, cols, 'relu6')
    cases.product(3136, 24, 144, 'silu')
    cases.product(128, 384, 1536, 'gelu')
    cases.attention(12, 128, 64)
    for size, channels, maps, taps, stride in [
        [112, 3, 32, 3, 2], [112, 3, 64, 7, 2], [56, 64, 64, 3, 1], [28, 128, 128, 3, 1], [14, 256, 256, 3, 1],
        [7, 512, 512, 3, 1], [28, 64, 128, 3, 2],
    ]:
        cases.convolution(size, channels, maps, taps, stride)
    for size, channels, taps, stride in [
        [112, 32, 3, 1], [56, 96, 3, 2], [56, 144, 3, 1], [28, 144, 3, 2], [14, 384, 3, 1], [7, 960, 3, 1],
        [14, 480, 5, 1],
    ]:
        cases.depthwise(size, channels, taps, stride, 'relu6')
    cases.depthwise(56, 144, 3, 1, 'silu')
    cases.pooling('max', 56, 64, 3, 2)
    cases.pooling('sum', 1, 1280, 7, 1)
    return cases.found
