"""The plan of pooling and depthwise convolution: Reduces with contiguous channels, combined tap by tap in lanes.

What runs is a tile of pixels times four channels (windowed_code.py): each element of the windows is loaded once for all
the pixels of the tile that it belongs to. Strides are part of the code, for they become offsets of loads.
"""

from __future__ import annotations

from alula.backends.wasm.assembler import WasmFunction
from alula.backends.wasm.dag import Dag
from alula.backends.wasm.expr_emit import can_emit_all
from alula.backends.wasm.kernel import KernelPlan
from alula.backends.wasm.params import Params
from alula.backends.wasm.space import Dim, dims_of, in_memory_order, merged, product
from alula.backends.wasm.spelling import VECTOR
from alula.backends.wasm.walk import walk_words
from alula.backends.wasm.windowed_code import COMBINE, LANES, WindowCode
from alula.kernels.expr import cost, leaves
from alula.kernels.kernel import Reduce, Step
from alula.kernels.view import dims_text

CHANNEL_BYTES = 4  # float32
VECTOR_REGISTERS = 15
TILE = 8  # pixels: more do not load less
UNROLLED_TAPS = 32  # windows of more taps are walked row by row
ROW_TAPS = 8  # taps of such a row


class WindowPlan:
    """A Reduce's dims by role, each with the bytes that every view (the inputs, then the output) steps along it.

    `channel`: what the lanes are. `pixel`: what a tile spans. `outer`: the walked rest of the rows. `line`: the taps of
    one kernel row; `lines`: per such row and view the bytes from the window's begin. `source`: the input whose elements
    pixels share; `filters`: inputs that change from tap to tap but not from pixel to pixel; `held`: those of the stage
    that do neither.
    """

    def __init__(self, step: Step, kernel: Reduce) -> None:
        self.kernel = kernel
        self.views = step.inputs[:]
        self.views.extend(step.outputs)
        self.out = len(step.inputs)
        self.is_planned: bool = False
        self.dag = Dag()
        if len(kernel.stages) != 1 or len(kernel.exprs) != 1 or kernel.scopes[0] != 'row' or not self._is_float():
            return
        self.combined = self.dag.root(kernel.stages[0].expr)
        self.result = self.dag.root(kernel.exprs[0])
        shape = step.inputs[0].shape
        rows = dims_of(shape, self.views, 0, kernel.rows)
        taps = merged(dims_of(shape, self.views, kernel.rows, len(shape)), [])
        self.channel = self._dim_of_lanes(rows)
        if self.channel is None or 0 in shape:
            return
        rows = in_memory_order([dim for dim in rows if dim is not self.channel], [self.out])
        self.still = Dim(1, [0 for _ in self.views], -1)
        self.pixel = rows.pop() if len(rows) > 0 else self.still
        self.outer = merged(rows, [])
        if len(self.outer) == 0:
            self.outer.append(self.still)
        self._lay_taps(taps)
        if self.pixel is self.still:
            self._split_channels(self.channel)
        self.is_planned = self._find_roles() and self._has_offsets()

    def _is_float(self) -> bool:
        for view in self.views:
            if view.dtype != 'float32':
                return False
        kernel = self.kernel
        for e in [kernel.stages[0].expr, kernel.exprs[0]]:
            if len(leaves(e, 'coord')) > 0 or len(leaves(e, 'load')) > 0:
                return False
        return kernel.stages[0].op in COMBINE

    def _dim_of_lanes(self, rows: list[Dim]) -> Dim | None:
        """The dim along which the output is contiguous, and every input too if it steps at all."""
        for dim in rows:
            fits = dim.steps[self.out] == CHANNEL_BYTES
            for step in dim.steps:
                fits = fits and (step == 0 or step == CHANNEL_BYTES)
            if fits:
                return dim
        return None

    def _lay_taps(self, taps: list[Dim]) -> None:
        """All taps in lines: kernel rows as they are, cut in equal parts if a window has many taps."""
        self.line = taps.pop() if len(taps) > 0 else self.still
        self.unrolled: bool = self.line.size * product(taps) <= UNROLLED_TAPS
        if not self.unrolled and self.line.size > ROW_TAPS:
            part = ROW_TAPS
            while self.line.size % part != 0:
                part -= 1
            taps.append(Dim(self.line.size // part, [step * part for step in self.line.steps], -1))
            self.line = Dim(part, self.line.steps, -1)
        self.lines: list[list[int]] = [[0 for _ in self.views]]
        for dim in taps:
            longer: list[list[int]] = []
            for start in self.lines:
                for i in range(dim.size):
                    longer.append([start[v] + i * dim.steps[v] for v in range(len(start))])
            self.lines = longer

    def _split_channels(self, channel: Dim) -> None:
        """Where there is but one pixel, parts of the channels take the place of pixels: sums that don't wait for each
        other. Not if filters would change from one to the next."""
        moving = [v for v in range(self.out) if self._has_taps(v) and channel.steps[v] != 0]
        parts = TILE
        while channel.size % (parts * LANES) != 0 and parts > 1:
            parts -= 1
        if parts > 1 and len(moving) == 1:
            size = channel.size // parts
            self.pixel = Dim(parts, [step * size for step in channel.steps], -1)
            self.channel = Dim(size, channel.steps, -1)

    def _find_roles(self) -> bool:
        self.source = -1
        self.filters: list[int] = []
        self.held: list[int] = []
        sharing: list[int] = []
        changing: list[int] = []
        for v in range(self.out):
            if not self._is_in_stage(v):
                continue
            if self._has_taps(v) and self.pixel.steps[v] != 0:
                sharing.append(v)
            elif self._has_taps(v):
                changing.append(v)
            elif self.pixel.steps[v] == 0:
                self.held.append(v)
        if len(sharing) == 0 and len(changing) > 0:
            sharing.append(changing.pop(0))
        if len(sharing) != 1:
            return False
        self.source = sharing[0]
        self.filters = changing
        return True

    def _is_in_stage(self, view: int) -> bool:
        for leaf in leaves(self.kernel.stages[0].expr, 'input'):
            if leaf.value == view:
                return True
        return False

    def _has_taps(self, view: int) -> bool:
        last = self.lines[len(self.lines) - 1]
        return self.line.steps[view] != 0 or last[view] != 0

    def _has_offsets(self) -> bool:
        """Whether every stride that becomes an offset of a load is positive."""
        for dim in [self.pixel, self.line]:
            for step in dim.steps:
                if step < 0:
                    return False
        for line in self.lines:
            for offset in line:
                if offset < 0:
                    return False
        return True

    def tiles(self) -> list[int]:
        """Pixels of the larger tiles, how many such tiles there are, and how many of one pixel less: as large as
        registers allow, in parts as equal as can be."""
        taken = 2 + len(self.filters) * self.line.size + len(self.held)
        most = max(1, min(TILE, VECTOR_REGISTERS - taken))
        count = (self.pixel.size + most - 1) // most
        low = self.pixel.size // count
        more = self.pixel.size - low * count
        return [low + 1, more, count - more] if more > 0 else [low, count, 0]

    def key(self) -> str:
        tiles = self.tiles()
        parts = [
            f'tile {tiles[0]}{"" if tiles[2] == 0 else "-"}',
            f'channel {dims_text(self.channel.steps if self.channel is not None else [])}',
            f'pixel {dims_text(self.pixel.steps)}',
            f'line {self.line.size}{dims_text(self.line.steps)}',
            f'outer {len(self.outer)}',
            'partial' if self.has_partial() else 'whole',
        ]
        if self.unrolled:
            parts.append('lines ' + ' '.join([dims_text(line) for line in self.lines]))
        return ', '.join(parts)

    def channels(self) -> int:
        return 0 if self.channel is None else self.channel.size

    def has_partial(self) -> bool:
        """Whether the last vector of channels is not full."""
        return self.channels() % LANES != 0

    def words(self, addresses: list[int]) -> list[int]:
        """The params block: channels, tiles of each size, the table of lines, addresses, the walk; then that table."""
        tiles = self.tiles()
        words = [self.channels(), tiles[1], tiles[2], 0, 0]
        for v in range(len(self.views)):
            words.append(addresses[v])
        words.extend(walk_words(self.outer))
        words[3] = 4 * len(words)
        if not self.unrolled:
            for line in self.lines:
                for v in self.stage_views():
                    words.append(line[v])
        words[4] = 4 * len(words)
        return words

    def stage_views(self) -> list[int]:
        """The views that the taps move along: the source, then the filters."""
        views = [self.source]
        views.extend(self.filters)
        return views


class Windows(KernelPlan):
    """Pooling and depthwise convolution, channels last, float32. An item is a row of pixels."""

    def __init__(self, plan: WindowPlan) -> None:
        taps = plan.line.size * len(plan.lines)
        per_channel = taps * (1 + cost(plan.kernel.stages[0].expr)) + cost(plan.kernel.exprs[0]) + 1
        super().__init__(
            'windows',
            f'{plan.kernel.key()} {plan.key()}',
            product(plan.outer),
            plan.pixel.size * plan.channels() * per_channel,
        )
        self.plan = plan

    def emit(self, f: WasmFunction) -> None:
        WindowCode(f, self.plan).emit()

    def words(self, params: Params, addresses: list[int]) -> list[int]:
        return self.plan.words(addresses)


def window_kernel(step: Step) -> KernelPlan | None:
    """Reduces whose lanes are channels, if their dims play the roles that they need."""
    assert isinstance(step.kernel, Reduce)
    plan = WindowPlan(step, step.kernel)
    return Windows(plan) if plan.is_planned and can_emit_all(plan.dag, VECTOR) else None
