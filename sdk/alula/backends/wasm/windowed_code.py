"""The code of pooling and depthwise convolution: loops over tiles of pixels, vectors of channels and lines of taps; the
taps of a line are unrolled."""

from __future__ import annotations

from typing import Any

from alula.backends.dag import DagNode
from alula.backends.wasm.assembler import WasmFunction
from alula.backends.wasm.expr_emit import Emitter
from alula.backends.wasm.kernel import PARAMS, push_word, word_local
from alula.backends.wasm.spelling import VECTOR
from alula.backends.wasm.turn import LANES
from alula.backends.wasm.walk import Walk, advance, advance_by_local, copy_locals, while_at_least
from alula.kernels.kernel import IDENTITIES

# Words of the params block (windowed.Windows.words)
VECTORS = 0
LARGE_TILES = 1
SMALL_TILES = 2
LINES_AT = 3
LINES_END = 4
ADDRESSES = 5


class WindowCode:
    """One function in the making. `plan`: windowed.Windows.

    `row`, `tile`, `at`: per view the address of the row, of the tile in it, and of the tile's vector of channels;
    `line_at`: where the taps of the line in hand are. `elements`: per view of the stage the locals that hold them:
    one, or one per tap or per pixel.
    """

    def __init__(self, f: WasmFunction, plan: Any) -> None:
        self.f = f
        self.plan = plan
        self.row = [word_local(f, ADDRESSES + v) for v in range(len(plan.pixel.steps))]
        self.walk = Walk(f, len(plan.outer), self.row, ADDRESSES + len(self.row))
        self.tile = [f.local('i32') for _ in self.row]
        self.at = [f.local('i32') for _ in self.row]
        self.line_at = [f.local('i32') for _ in self.row]
        self.vectors = f.local('i32')
        self.sums = [f.local('v128') for _ in range(plan.tile)]
        self.elements = [[f.local('v128')] for _ in self.row]
        for v in plan.filters:
            self.elements[v] = [f.local('v128') for _ in range(plan.line.size)]
        for v in plan.held:
            if plan.pixel.steps[v] != 0:
                self.elements[v] = [f.local('v128') for _ in self.sums]
        self.taps = Emitter(f, plan.taps, VECTOR, False, self)
        self.results = Emitter(f, plan.results, VECTOR, True, self)
        self.quick = ''
        self.unordered = f.local('v128')
        self.nothing = [-1 for _ in plan.taps.nodes]
        # The pixel and the tap in hand
        self.pixel = 0
        self.tap = 0

    def emit(self) -> None:
        self.walk.rows(lambda: self._row())

    def _row(self) -> None:
        """All pixels of a row."""
        copy_locals(self.f, self.row, self.tile)
        self._tiles(self.plan.tile, LARGE_TILES)
        if self.plan.smaller > 0:
            self._tiles(self.plan.tile - 1, SMALL_TILES)

    def _tiles(self, size: int, word: int) -> None:
        """The row's tiles of one size."""
        plan = self.plan

        def tile() -> None:
            copy_locals(self.f, self.tile, self.at)
            push_word(self.f, VECTORS)
            self.f.local_set(self.vectors)
            while_at_least(self.f, self.vectors, 1, lambda: self._vector(size))
            for v, step in enumerate(plan.pixel.steps):
                if step != 0:
                    advance(self.f, self.tile[v], step * size)

        while_at_least(self.f, word_local(self.f, word), 1, tile)

    def _vector(self, size: int) -> None:
        """A tile's pixels of four channels: taps, results, stores."""
        f = self.f
        plan = self.plan
        for v in plan.held:
            for pixel, value in enumerate(self.elements[v][:size]):
                self.pixel = pixel
                self._load_at_pixel(v)
                f.local_set(value)
        if (plan.op == 'max' or plan.op == 'min') and len(plan.taps.nodes) == 3:
            # As if no element were NaN, noting whether one was; then once more with care.
            f.v128_const([0, 0, 0, 0])
            f.local_set(self.unordered)
            self.quick = 'f32x4.p' + plan.op
            self._taps(size)
            self.quick = ''
            f.local_get(self.unordered)
            f.op('v128.any_true')
            f.begin_if()
            self._taps(size)
            f.end()
        else:
            self._taps(size)
        self._results(size)
        for v, step in enumerate(plan.channel.steps):
            if step != 0:
                advance(f, self.at[v], step * LANES)

    def _taps(self, size: int) -> None:
        """All taps combined into `sums`, line by line as the table says."""
        f = self.f
        f.held_f32x4(IDENTITIES[self.plan.op])
        for pixel in range(size):
            f.local_tee(self.sums[pixel])
        f.op('drop')
        line = self._table_address(LINES_AT)
        end = self._table_address(LINES_END)
        moving = [self.plan.source, *self.plan.filters]
        f.loop()
        for k, v in enumerate(moving):
            f.local_get(self.at[v])
            f.local_get(line)
            f.load('i32.load', 4 * k)
            f.op('i32.add')
            f.local_set(self.line_at[v])
        self._line(size)
        advance(f, line, 4 * len(moving))
        f.local_get(line)
        f.local_get(end)
        f.op('i32.ne')
        f.br_if(0)
        f.end()

    def _table_address(self, word: int) -> int:
        """A local with the address that is a distance from the params block in one of its words."""
        address = word_local(self.f, word)
        advance_by_local(self.f, address, PARAMS, 1)
        return address

    def _line(self, size: int) -> None:
        """One line of taps: its filters once each, then every element of the source for all pixels that it serves."""
        f = self.f
        plan = self.plan
        taps = range(plan.line.size)
        for v in plan.filters:
            for tap, value in enumerate(self.elements[v]):
                self._load(v, self.line_at, tap * plan.line.steps[v])
                f.local_set(value)
        apart = [plan.pixel.steps[plan.source], plan.line.steps[plan.source]]
        uses = [[pixel * apart[0] + tap * apart[1], pixel, tap] for pixel in range(size) for tap in taps]
        uses.sort(key=lambda use: use[0])
        element = self.elements[plan.source][0]
        loaded = -1
        for offset, pixel, tap in uses:
            if offset != loaded:
                loaded = offset
                self._load(plan.source, self.line_at, offset)
                f.local_set(element)
                if self.quick != '':
                    f.local_get(element)
                    f.local_get(element)
                    f.op('f32x4.ne')
                    f.local_get(self.unordered)
                    f.op('v128.or')
                    f.local_set(self.unordered)
            if self.quick != '':
                f.local_get(self.sums[pixel])
                f.local_get(element)
                f.op(self.quick)
            else:
                self.pixel = pixel
                self.tap = tap
                self.taps.forget(self.nothing)
                self.taps.push(plan.combined)
            f.local_set(self.sums[pixel])

    def _results(self, size: int) -> None:
        """The outputs of all pixels, and storing them."""
        f = self.f
        plan = self.plan
        self.results.forget([-1 for _ in plan.results.nodes])
        for i, node in enumerate(plan.results.nodes):
            if node.op == 'const' or (node.op == 'input' and plan.pixel.steps[node.value] == 0):
                self.results.push_local(i)
        known = self.results.bound
        at = self.at[-1]
        for pixel in range(size):
            self.pixel = pixel
            self.results.forget(known)
            value = self.results.push_local(plan.result)
            offset = pixel * plan.pixel.steps[-1]
            if plan.partial > 0:
                f.local_get(self.vectors)
                f.i32_const(1)
                f.op('i32.eq')
                f.begin_if()
                for lane in range(plan.partial):
                    f.local_get(at)
                    f.local_get(value)
                    f.store_lane('v128.store32_lane', offset + 4 * lane, lane)
                f.begin_else()
            f.local_get(at)
            f.local_get(value)
            f.store('v128.store', offset)
            if plan.partial > 0:
                f.end()

    def push(self, emitter: Emitter, node: DagNode) -> None:
        """A leaf: a pixel's sum; within the taps what was loaded for them, in the result what lies at the pixel."""
        if node.op != 'input':
            self.f.local_get(self.sums[self.pixel])
        elif emitter is self.results:
            self._load_at_pixel(node.value)
        else:
            values = self.elements[node.value]
            self.f.local_get(values[(self.tap if node.value in self.plan.filters else self.pixel) % len(values)])

    def _load_at_pixel(self, view: int) -> None:
        self._load(view, self.at, self.pixel * self.plan.pixel.steps[view])

    def _load(self, view: int, addresses: list[int], offset: int) -> None:
        """Push four elements of a view."""
        self.f.local_get(addresses[view])
        self.f.load('v128.load32_splat' if self.plan.channel.steps[view] == 0 else 'v128.load', offset)
