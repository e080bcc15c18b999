"""A Program on the WebGPU device: its arena, its dispatches recorded once, its constants."""

from __future__ import annotations

from typing import Any

from alula.backends.placed import DeviceProgram
from alula.backends.webgpu.memory import Constants, held_words, padded_bytes, read_values
from alula.backends.webgpu.record import ALIGNMENT, Recorded
from alula.host.arrays import TypedArray
from alula.host.table import Table
from alula.host.webgpu import Gpu
from alula.kernels.view import Buffer
from alula.plan.program import Program


class GpuProgram(DeviceProgram):
    """`kernels`: of each step that the device computes, None for the others."""

    def __init__(self, gpu: Gpu, program: Program, kernels: list[Any], constants: Constants) -> None:
        self.gpu = gpu
        self.program = program
        self.kernels = kernels
        self.constants = constants
        self.arena: Any = gpu.buffer(max(program.arena_bytes, ALIGNMENT))
        wanted: Table[str, Buffer] = Table()
        present = [kernel for kernel in kernels if kernel is not None]
        for kernel in present:
            for buffer in kernel.buffers:
                if buffer.is_constant:
                    wanted.put(buffer.label, buffer)
        self.held = wanted.values_list()
        constants.hold(self.held)
        self.recorded = Recorded(gpu, present, lambda buffer: self._range(buffer))
        self.calls: list[Any] = []
        at = 0
        for kernel in kernels:
            self.calls.append(None if kernel is None else self.recorded.calls[at])
            at += 0 if kernel is None else 1

    async def ready(self) -> None:
        await self.constants.ready()
        await self.recorded.ready()

    def _range(self, buffer: Buffer) -> list[Any]:
        """[device buffer, offset, bytes] of a buffer."""
        size = padded_bytes(buffer)
        if buffer.is_constant:
            return [self.constants.at(buffer), 0, size]
        return [self.arena, self.program.offsets.at(buffer.label), size]

    def write(self, buffer: Buffer, values: TypedArray) -> None:
        if buffer.size > 0:
            self.gpu.write(self.arena, self.program.offsets.at(buffer.label), held_words(buffer.dtype, values))

    def run(self, begin: int, end: int) -> None:
        self.gpu.run(self.calls[begin:end])

    async def read(self, buffers: list[Buffer]) -> list[TypedArray]:
        found = await self.gpu.read([self._range(buffer) for buffer in buffers])
        return [read_values(buffer, found[i]) for i, buffer in enumerate(buffers)]

    def release(self) -> None:
        self.constants.drop(self.held)
        self.gpu.release(self.arena)
        self.recorded.release()
