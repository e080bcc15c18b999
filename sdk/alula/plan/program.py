"""A Program: steps with concrete sizes, in order, and where each of their buffers lies. What a backend compiles.

Printable: `print(program)` shows every step. Planning (lowering, fusion, memory) lives in the files beside this one.
"""

from __future__ import annotations

from alula.host.table import Table
from alula.kernels.kernel import Step
from alula.kernels.view import Buffer, View


class Program:
    """
    `steps`: in the order of execution. `inputs`, `outputs`: from name to a dense View (row-major); an output's buffer
    may be constant, or be an input's. Inputs (float32) that nobody feeds are drawn at random.
    `constants`: the buffers with data that the steps or outputs read.
    `offsets`: from the label of every other buffer to its byte offset in one arena of `arena_bytes`, aligned as the
    backend asks.
    `checks`: from the name of an output (an int32 that must be 0 after a run) to what it means if it isn't.
    int64 and uint64 elements take 8 bytes, bool one byte; the arena's first run contents are zero.
    """

    def __init__(
        self,
        steps: list[Step],
        inputs: Table[str, View],
        outputs: Table[str, View],
        constants: list[Buffer],
        offsets: Table[str, int],
        arena_bytes: int,
    ) -> None:
        self.steps = steps
        self.inputs = inputs
        self.outputs = outputs
        self.constants = constants
        self.offsets = offsets
        self.arena_bytes = arena_bytes
        self.checks: Table[str, str] = Table()

    def __repr__(self) -> str:
        lines = [f'program: {len(self.steps)} steps, arena {self.arena_bytes} bytes']
        for name in self.inputs.keys_list():
            lines.append(f'  input {name} = {self.inputs.at(name).dtype} {self.inputs.at(name)}')
        lines.extend([f'  {step}' for step in self.steps])
        for name in self.outputs.keys_list():
            lines.append(f'  output {name} = {self.outputs.at(name)}')
        return '\n'.join(lines)
