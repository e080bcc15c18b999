"""The code of pooling and depthwise convolution: loops over tiles of pixels and vectors of channels, taps unrolled."""

from __future__ import annotations

from typing import Any

from alula.backends.wasm.assembler import WasmFunction
from alula.backends.wasm.dag import DagNode
from alula.backends.wasm.expr_emit import Emitter
from alula.backends.wasm.kernel import PARAMS, push_word, word_local
from alula.backends.wasm.spelling import VECTOR
from alula.backends.wasm.walk import Walk, advance
from alula.kernels.expr import cost
from alula.kernels.kernel import IDENTITIES

# What a stage's op is in lanes of float32; max and min keep NaN.
COMBINE: dict[str, str] = {'sum': 'f32x4.add', 'prod': 'f32x4.mul', 'max': 'f32x4.max', 'min': 'f32x4.min'}
# One machine instruction where those are eight, but right only where no operand is NaN.
ORDERED: dict[str, str] = {'max': 'f32x4.pmax', 'min': 'f32x4.pmin'}

# Words of the params block: channels, tiles of the larger size and of the smaller, byte offsets in the block of the
# table of lines and of its end, then the views' addresses and the walk.
CHANNELS = 0
LARGE_TILES = 1
SMALL_TILES = 2
LINES_AT = 3
LINES_END = 4
FIRST_ADDRESS = 5
LANES = 4
LANE_BYTES = 16
HEAVY = 12  # the cost from which on a result's expression is long


class WindowCode:
    """One function in the making. `plan`: windowed.WindowPlan.

    `rows`, `tiles`, `at`: per view the address of the row, of the tile in it, and of the tile's vector of channels.
    """

    def __init__(self, f: WasmFunction, plan: Any) -> None:
        self.f = f
        self.plan = plan
        self.stage = plan.kernel.stages[0]
        # A long expression is applied to what was stored, so that the sums of a tile need no registers meanwhile.
        self.is_heavy: bool = cost(plan.kernel.exprs[0]) > HEAVY
        self.emitter = Emitter(f, plan.dag, VECTOR, self.is_heavy, self)
        views = range(len(plan.views))
        self.rows = [word_local(f, FIRST_ADDRESS + v) for v in views]
        self.walk = Walk(f, len(plan.outer), self.rows, FIRST_ADDRESS + len(plan.views))
        self.tiles = [f.local('i32') for _ in views]
        self.at = [f.local('i32') for _ in views]
        # Where the taps of the line in hand are: moved line by line if lines are walked, else the same as `at`.
        self.line_at = [self.at[v] if plan.unrolled else f.local('i32') for v in views]
        self.count = f.local('i32')
        self.left = f.local('i32')
        self.line = f.local('i32')
        self.line_end = f.local('i32')
        self.sums = [f.local('v128') for _ in range(plan.tiles()[0])]
        self.element = f.local('v128')
        self.filters = [[f.local('v128') for _ in range(plan.line.size)] for _ in plan.filters]
        self.held = [f.local('v128') for _ in plan.held]
        self.combine = COMBINE[self.stage.op]
        self.unordered = f.local('v128')
        # The pixel and the tap of the line in hand; -1: no tap, what is computed is the row's result.
        self.pixel = 0
        self.tap = -1

    def emit(self) -> None:
        self.walk.rows(lambda: self._row())

    def _row(self) -> None:
        """All pixels of a row."""
        f = self.f
        for v in range(len(self.rows)):
            f.local_get(self.rows[v])
            f.local_set(self.tiles[v])
        sizes = self.plan.tiles()
        self._tiles(sizes[0], LARGE_TILES)
        if sizes[2] > 0:
            self._tiles(sizes[0] - 1, SMALL_TILES)

    def _tiles(self, size: int, word: int) -> None:
        """The row's tiles of one size."""
        f = self.f
        push_word(f, word)
        f.local_set(self.count)
        f.loop()
        for v in range(len(self.tiles)):
            f.local_get(self.tiles[v])
            f.local_set(self.at[v])
        push_word(f, CHANNELS)
        f.local_set(self.left)
        f.loop()
        self._vector(size)
        for v in range(len(self.at)):
            if self.plan.channel.steps[v] != 0:
                advance(f, self.at[v], LANE_BYTES)
        f.local_get(self.left)
        f.i32_const(LANES)
        f.op('i32.sub')
        f.local_tee(self.left)
        f.i32_const(0)
        f.op('i32.gt_s')
        f.br_if(0)
        f.end()
        for v in range(len(self.tiles)):
            if self.plan.pixel.steps[v] != 0:
                advance(f, self.tiles[v], size * self.plan.pixel.steps[v])
        f.local_get(self.count)
        f.i32_const(1)
        f.op('i32.sub')
        f.local_tee(self.count)
        f.br_if(0)
        f.end()

    def _vector(self, size: int) -> None:
        """A tile's pixels of four channels: taps, results, stores."""
        f = self.f
        for i in range(len(self.held)):
            self._load(self.plan.held[i], self.at[self.plan.held[i]], 0)
            f.local_set(self.held[i])
        if self.stage.op in ORDERED and self.plan.dag.nodes[self.plan.combined].op == 'input':
            self._extremes(size)
        else:
            self._taps(size)
        if self.is_heavy:
            self._store(size)
        self.tap = -1
        for i in range(size):
            self.emitter.forget([-1 for _ in self.plan.dag.nodes])
            self.pixel = i
            if self.is_heavy and not self.plan.has_partial():
                f.local_get(self.at[self.plan.out])
                self.emitter.push(self.plan.result)
                f.store('v128.store', i * self.plan.pixel.steps[self.plan.out])
            else:
                self.emitter.push(self.plan.result)
                f.local_set(self.sums[i])
        if not self.is_heavy or self.plan.has_partial():
            self._store(size)

    def _taps(self, size: int) -> None:
        """All taps combined into `sums`."""
        for i in range(size):
            self.f.held_f32x4(IDENTITIES[self.stage.op])
            self.f.local_set(self.sums[i])
        if self.plan.unrolled:
            for line in self.plan.lines:
                self._line(size, line)
        else:
            self._walk_lines(size)

    def _extremes(self, size: int) -> None:
        """As if no element were NaN, noting whether one was; then once more with care."""
        f = self.f
        f.v128_const([0, 0, 0, 0])
        f.local_set(self.unordered)
        self.combine = ORDERED[self.stage.op]
        self._taps(size)
        self.combine = COMBINE[self.stage.op]
        f.local_get(self.unordered)
        f.op('v128.any_true')
        f.begin_if()
        self._taps(size)
        f.end()

    def _walk_lines(self, size: int) -> None:
        """The lines as the table in the params block says."""
        f = self.f
        for word, local in [[LINES_AT, self.line], [LINES_END, self.line_end]]:
            f.local_get(PARAMS)
            push_word(f, word)
            f.op('i32.add')
            f.local_set(local)
        views = self.plan.stage_views()
        f.loop()
        for k in range(len(views)):
            f.local_get(self.at[views[k]])
            f.local_get(self.line)
            f.load('i32.load', 4 * k)
            f.op('i32.add')
            f.local_set(self.line_at[views[k]])
        self._line(size, [0 for _ in self.at])
        advance(f, self.line, 4 * len(views))
        f.local_get(self.line)
        f.local_get(self.line_end)
        f.op('i32.ne')
        f.br_if(0)
        f.end()

    def _line(self, size: int, offsets: list[int]) -> None:
        """One line of taps: its filters once each, then every element of the source for all pixels that it serves."""
        f = self.f
        plan = self.plan
        for k in range(len(plan.filters)):
            v = plan.filters[k]
            for tap in range(plan.line.size):
                self._load(v, self.line_at[v], offsets[v] + tap * plan.line.steps[v])
                f.local_set(self.filters[k][tap])
        source = plan.source
        uses: list[list[int]] = []
        for pixel in range(size):
            for tap in range(plan.line.size):
                uses.append([pixel * plan.pixel.steps[source] + tap * plan.line.steps[source], pixel, tap])
        uses.sort(key=lambda use: use[0])
        loaded = -1
        for offset, pixel, tap in uses:
            if offset != loaded:
                self._load(source, self.line_at[source], offsets[source] + offset)
                f.local_set(self.element)
                loaded = offset
                if self.combine != COMBINE[self.stage.op]:
                    self._note_unordered()
            self._combine(pixel, tap)

    def _note_unordered(self) -> None:
        f = self.f
        f.local_get(self.element)
        f.local_get(self.element)
        f.op('f32x4.ne')
        f.local_get(self.unordered)
        f.op('v128.or')
        f.local_set(self.unordered)

    def _combine(self, pixel: int, tap: int) -> None:
        f = self.f
        nodes = self.plan.dag.nodes
        self.pixel = pixel
        self.tap = tap
        self.emitter.forget([-1 for _ in nodes])
        node = nodes[self.plan.combined]
        if f.relaxed and self.stage.op == 'sum' and node.op == 'mul':
            self.emitter.push(node.args[0])
            self.emitter.push(node.args[1])
            f.local_get(self.sums[pixel])
            f.op('f32x4.relaxed_madd')
        else:
            f.local_get(self.sums[pixel])
            self.emitter.push(self.plan.combined)
            f.op(self.combine)
        f.local_set(self.sums[pixel])

    def push(self, emitter: Emitter, node: DagNode) -> None:
        """A leaf: within the taps what was loaded for them, in the result what lies at the pixel."""
        f = self.f
        if node.op == 'stage':
            if self.is_heavy:
                f.local_get(self.at[self.plan.out])
                f.load('v128.load', self.pixel * self.plan.pixel.steps[self.plan.out])
            else:
                f.local_get(self.sums[self.pixel])
            return
        v = node.value
        if self.tap >= 0 and v == self.plan.source:
            f.local_get(self.element)
        elif self.tap >= 0 and v in self.plan.filters:
            f.local_get(self.filters[self.plan.filters.index(v)][self.tap])
        elif self.tap >= 0 and v in self.plan.held:
            f.local_get(self.held[self.plan.held.index(v)])
        else:
            self._load(v, self.at[v], self.pixel * self.plan.pixel.steps[v])

    def _load(self, view: int, address: int, offset: int) -> None:
        self.f.local_get(address)
        self.f.load('v128.load32_splat' if self.plan.channel.steps[view] == 0 else 'v128.load', offset)

    def _store(self, size: int) -> None:
        f = self.f
        out = self.plan.out
        step = self.plan.pixel.steps[out]
        if self.plan.has_partial():
            f.local_get(self.left)
            f.i32_const(LANES)
            f.op('i32.lt_s')
            f.begin_if()
            self._store_partial(size)
            f.begin_else()
        for i in range(size):
            f.local_get(self.at[out])
            f.local_get(self.sums[i])
            f.store('v128.store', i * step)
        if self.plan.has_partial():
            f.end()

    def _store_partial(self, size: int) -> None:
        """The one to three channels that are left."""
        f = self.f
        out = self.plan.out
        for lane in range(LANES - 1):
            if lane > 0:
                f.local_get(self.left)
                f.i32_const(lane)
                f.op('i32.gt_s')
                f.begin_if()
            for i in range(size):
                f.local_get(self.at[out])
                f.local_get(self.sums[i])
                f.store_lane('v128.store32_lane', i * self.plan.pixel.steps[out] + 4 * lane, lane)
            if lane > 0:
                f.end()
