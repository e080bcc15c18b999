"""Executing a Program one step after the other over host arrays in one arena: what the interpreting backends share."""

from __future__ import annotations

from typing import Any

from alula.backends.base import Executable
from alula.backends.timing import StepTimes
from alula.host.arrays import TypedArray, copy_of, put, typed_over, u8
from alula.host.table import Table
from alula.kernels.view import Buffer, View, numel
from alula.plan.program import Program


class StepExecutable(Executable):
    """Runs `run_step(step, array_of)` for each step of the program. `label`: the backend's."""

    def __init__(self, label: str, program: Program, run_step: Any) -> None:
        self.label = label
        self.program = program
        self.run_step = run_step
        self.arrays: Table[str, TypedArray] = Table()
        arena = u8(program.arena_bytes)
        for step in program.steps:
            for view in step.inputs:
                self._place(view.buffer, arena)
            for view in step.outputs:
                self._place(view.buffer, arena)
        for view in program.inputs.values_list():
            self._place(view.buffer, arena)
        for view in program.outputs.values_list():
            self._place(view.buffer, arena)

    def _place(self, buffer: Buffer, arena: TypedArray) -> None:
        if not buffer.is_constant and not self.arrays.has(buffer.label):
            at = self.program.offsets.at(buffer.label)
            self.arrays.put(buffer.label, typed_over(buffer.dtype, arena, at, buffer.size))

    def array_of(self, buffer: Buffer) -> TypedArray:
        """Where the buffer's elements are."""
        return buffer.values() if buffer.is_constant else self.arrays.at(buffer.label)

    def _feed(self, feeds: Table[str, TypedArray]) -> None:
        for name in self.program.inputs.keys_list():
            view: View = self.program.inputs.at(name)
            if numel(view.shape) > 0:
                put(self.array_of(view.buffer), feeds.at(name), 0)

    def run(self, feeds: Table[str, TypedArray]) -> Table[str, TypedArray]:
        program = self.program
        self._feed(feeds)
        run_step = self.run_step
        for step in program.steps:
            run_step(step, lambda buffer: self.array_of(buffer))
        results: Table[str, TypedArray] = Table()
        for name in program.outputs.keys_list():
            results.put(name, copy_of(self.array_of(program.outputs.at(name).buffer)))
        return results

    async def step_times(self, feeds: Table[str, TypedArray], runs: int) -> list[list[float]]:
        times = StepTimes(len(self.program.steps))
        run_step = self.run_step
        for _ in range(runs):
            self._feed(feeds)
            times.begin()
            for i in range(len(self.program.steps)):
                run_step(self.program.steps[i], lambda buffer: self.array_of(buffer))
                times.done(i)
        return times.samples

    def code_of(self, index: int) -> str:
        return self.label
