"""The interpreting backends: a Program one step after the other over host arrays in one arena.

`numpy` and `script` are this with their own `run_step`."""

from __future__ import annotations

from typing import Any

from alula.backends.base import Backend, Executable
from alula.dtypes import item_bytes
from alula.host.arrays import TypedArray, put, typed_over, u8
from alula.host.table import Table
from alula.kernels.view import Buffer
from alula.plan.program import Program


class StepBackend(Backend):
    """Runs each step by `run_step(step, array_of)`; needs nothing of the host but its arrays."""

    def __init__(self, label: str, run_step: Any) -> None:
        super().__init__(label)
        self.run_step = run_step
        self.programs: list[Program] = []

    async def compile(self, program: Program) -> Executable:
        return StepExecutable(self, program)

    def memory_bytes(self) -> int:
        constants: Table[str, int] = Table()
        for program in self.programs:
            for buffer in program.constants:
                constants.put(buffer.label, buffer.size * item_bytes(buffer.dtype))
        return sum([*constants.values_list(), *[program.arena_bytes for program in self.programs]])


class StepExecutable(Executable):
    """Calls the backend's `run_step(step, array_of)` for each step of the program."""

    def __init__(self, backend: StepBackend, program: Program) -> None:
        super().__init__(program)
        self.backend = backend
        self.arrays: Table[str, TypedArray] = Table()
        self.arena = u8(program.arena_bytes)
        backend.programs.append(program)

    def array_of(self, buffer: Buffer) -> TypedArray:
        """Where the buffer's elements are."""
        if buffer.is_constant:
            return buffer.values()  # type: ignore[no-any-return]
        array = self.arrays.find(buffer.label)
        if array is None:
            array = typed_over(buffer.dtype, self.arena, self.program.offsets.at(buffer.label), buffer.size)
            self.arrays.put(buffer.label, array)
        return array

    def write(self, buffer: Buffer, values: TypedArray) -> None:
        put(self.array_of(buffer), values, 0)

    def step(self, index: int) -> None:
        self.backend.run_step(self.program.steps[index], lambda buffer: self.array_of(buffer))

    def place_of(self, index: int) -> str:
        return self.backend.label

    def code_of(self, index: int) -> str:
        return self.backend.label

    def release(self) -> None:
        self.backend.programs.remove(self.program)
