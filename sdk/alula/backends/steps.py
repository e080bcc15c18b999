"""The interpreting backends: a Program one step after the other over host arrays in one arena.

`numpy` and `script` are this with their own `run_step`."""

from __future__ import annotations

from typing import Any

from alula.backends.base import Backend, Executable
from alula.backends.timing import StepTimes
from alula.dtypes import item_bytes
from alula.host.arrays import TypedArray, copy_of, put, typed_over, u8
from alula.host.table import Table
from alula.kernels.view import Buffer, View, numel
from alula.plan.program import Program


class StepBackend(Backend):
    """Runs each step by `run_step(step, array_of)`; needs nothing of the host but its arrays."""

    def __init__(self, label: str, run_step: Any) -> None:
        super().__init__(label)
        self.run_step = run_step
        self.programs: list[Program] = []

    async def compile(self, program: Program) -> Executable:
        self.programs.append(program)
        return StepExecutable(self, program)

    def memory_bytes(self) -> int:
        total = 0
        constants: Table[str, Buffer] = Table()
        for program in self.programs:
            total += program.arena_bytes
            for buffer in program.constants:
                constants.put(buffer.label, buffer)
        for buffer in constants.values_list():
            total += buffer.size * item_bytes(buffer.dtype)
        return total

    def release(self) -> None:
        self.programs = []


class StepExecutable(Executable):
    """Calls the backend's `run_step(step, array_of)` for each step of the program."""

    def __init__(self, backend: StepBackend, program: Program) -> None:
        self.backend = backend
        self.label = backend.label
        self.program = program
        self.run_step = backend.run_step
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

    def release(self) -> None:
        if self.program in self.backend.programs:
            self.backend.programs.remove(self.program)
