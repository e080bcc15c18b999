"""The plan of pooling and depthwise convolution: Reduces with contiguous channels, combined tap by tap in lanes.

What runs is a tile of pixels times four channels (windowed_code.py): each element of the windows is loaded once for all
the pixels of the tile that it belongs to.
"""

from __future__ import annotations

from alula.backends.space import Dim, in_memory_order, merged, product
from alula.backends.wasm.assembler import WasmFunction
from alula.backends.wasm.expr_emit import can_emit_all
from alula.backends.wasm.kernel import KernelPlan
from alula.backends.wasm.params import Params
from alula.backends.wasm.reduce import COMBINING
from alula.backends.wasm.space import byte_dims
from alula.backends.wasm.spelling import VECTOR
from alula.backends.wasm.turn import LANES
from alula.backends.wasm.walk import walk_words
from alula.backends.wasm.wide_dag import WideDag
from alula.backends.wasm.windowed_code import WindowCode
from alula.kernels.expr import acc, binary, cost
from alula.kernels.kernel import Reduce, Step
from alula.kernels.view import dims_text

CHANNEL_BYTES = 4  # float32
VECTOR_REGISTERS = 15
TILE = 8  # pixels: more do not load less
LINE_TAPS = 8


class Windows(KernelPlan):
    """Pooling and depthwise convolution, channels last, float32. An item is a row of pixels.

    `taps`, `results`: what the stage combines and the output, as graphs whose roots are `combined` and `result`. Dims
    have the bytes that every view (the inputs, then the output) steps along them. `channel`: what the lanes are.
    `pixel`: what a tile spans. `outer`: the walked rest of the rows. `line`: the taps that are unrolled, a kernel row
    if it is not too long; `lines`: the walked rest of the taps. `source`: the input whose elements pixels share;
    `filters`: inputs that change from tap to tap but not from pixel to pixel; `held`: those of the stage that don't
    change from tap to tap.
    """

    def __init__(self, step: Step, kernel: Reduce) -> None:
        super().__init__('windows', '', 0, 0)
        self.taps = WideDag()
        self.results = WideDag()
        self.is_planned: bool = self._is_float(step, kernel) and self._lay_out(step, kernel.rows)
        if not self.is_planned:
            return
        self.op = kernel.stages[0].op
        pixel = self.pixel
        # Tiles are as large as registers allow and as equal as can be: some have one pixel less.
        taken = 2 + len(self.filters) * self.line.size + len([v for v in self.held if pixel.steps[v] == 0])
        most = max(1, min(TILE, VECTOR_REGISTERS - taken))
        self.count = (pixel.size + most - 1) // most
        self.tile = (pixel.size + self.count - 1) // self.count
        self.smaller = self.tile * self.count - pixel.size
        self.partial = self.channel.size % LANES
        taps = self.line.size * product(self.lines)
        numbers = [self.tile, min(1, self.smaller), self.line.size, len(self.outer), self.partial, *self.filters]
        for dim in [self.channel, pixel, self.line]:
            numbers.extend(dim.steps)
        self.key = f'windows {kernel.key()} {dims_text(numbers)}'
        self.items = product(self.outer)
        per_channel = taps * (1 + cost(kernel.stages[0].expr)) + cost(kernel.exprs[0]) + 1
        self.item_cost = pixel.size * self.channel.size * per_channel

    def _is_float(self, step: Step, kernel: Reduce) -> bool:
        if len(kernel.stages) != 1 or ''.join(kernel.scopes) != 'row':
            return False
        if any(view.dtype != 'float32' for view in [*step.inputs, *step.outputs]):
            return False
        stage = kernel.stages[0]
        self.combined = self.taps.root(binary(COMBINING[stage.op], stage.expr, acc('float32')))
        self.result = self.results.root(kernel.exprs[0])
        if any(node.op == 'coord' or node.op == 'load' for node in [*self.taps.nodes, *self.results.nodes]):
            return False
        return can_emit_all(self.taps, VECTOR) and can_emit_all(self.results, VECTOR)

    def _lay_out(self, step: Step, rank: int) -> bool:
        """Give each dim its role and then each input; whether all find one."""
        views = [*step.inputs, *step.outputs]
        shape = step.inputs[0].shape
        still = Dim(1, [0 for _ in views], -1)
        rows = byte_dims(shape, views, 0, rank)
        # Along the channels the output is contiguous, and every input too if it steps at all.
        lanes = [
            dim for dim in rows
            if dim.steps[-1] == CHANNEL_BYTES and all(step == 0 or step == CHANNEL_BYTES for step in dim.steps)
        ]
        if len(lanes) == 0 or 0 in shape:
            return False
        channel = lanes[0]
        rows = in_memory_order([dim for dim in rows if dim is not channel], [len(step.inputs)])
        pixel = rows.pop() if len(rows) > 0 else still
        taps = merged(byte_dims(shape, views, rank, len(shape)), [])
        inputs = [node.value for node in self.taps.nodes if node.op == 'input']
        tapped = [v for v in inputs if any(dim.steps[v] != 0 for dim in taps)]
        line = taps.pop() if len(taps) > 0 else still
        size = _greatest_part(line.size, LINE_TAPS)
        taps.append(Dim(line.size // size, [step * size for step in line.steps], -1))
        # Where there is but one pixel, parts of the channels take the place of pixels: sums that don't wait for each
        # other. Not if filters would change from one to the next.
        if pixel is still and channel.size % LANES == 0 and len([v for v in tapped if channel.steps[v] != 0]) == 1:
            parts = _greatest_part(channel.size // LANES, TILE)
            channel = Dim(channel.size // parts, channel.steps, -1)
            pixel = Dim(parts, [step * channel.size for step in channel.steps], -1)
        sharing = [v for v in tapped if pixel.steps[v] != 0]
        if len(sharing) == 0:
            sharing = tapped[:1]
        self.channel = channel
        self.pixel = pixel
        self.outer = [still] if len(rows) == 0 else merged(rows, [])
        self.line = Dim(size, line.steps, -1)
        self.lines = taps
        self.source = sharing[0] if len(sharing) == 1 else -1
        self.filters = [v for v in tapped if v != self.source]
        self.held = [v for v in inputs if v not in tapped]
        # Steps from pixel to pixel and from tap to tap become offsets of loads.
        return self.source >= 0 and all(step >= 0 for step in [*pixel.steps, *line.steps])

    def emit(self, f: WasmFunction) -> None:
        WindowCode(f, self).emit()

    def words(self, params: Params, addresses: list[int]) -> list[int]:
        """Vectors of channels, tiles of each size, where the table of lines begins and ends (bytes from the block), the
        address of each view, the walk."""
        moving = [self.source, *self.filters]
        steps = [[dim.steps[v] for dim in self.lines] for v in moving]
        table = 4 * (params.offsets([dim.size for dim in self.lines], steps) - params.size)
        vectors = (self.channel.size + LANES - 1) // LANES
        end = table + 4 * len(moving) * product(self.lines)
        words = [vectors, self.count - self.smaller, self.smaller, table, end]
        return [*words, *addresses, *walk_words(self.outer)]


def _greatest_part(size: int, most: int) -> int:
    """The greatest divisor of `size` that is at most `most`."""
    return max([part for part in range(1, most + 1) if size % part == 0])


def window_kernel(step: Step) -> KernelPlan | None:
    """Reduces whose lanes are channels, if their dims play the roles that they need."""
    assert isinstance(step.kernel, Reduce)
    plan = Windows(step, step.kernel)
    return plan if plan.is_planned else None
