"""The WebGPU backend: Programs as dispatches over one arena, compiled by the device, recorded once and replayed."""

from __future__ import annotations

from typing import Any

from alula.backends.gpu.refusal import refusal_of
from alula.backends.placed import DeviceBackend, DeviceProgram
from alula.backends.webgpu.choose import NEVER_SHARED, SHARED_FROM, kernel_of
from alula.backends.webgpu.legalise import legalised
from alula.backends.webgpu.memory import Constants, held_bytes, padded_bytes
from alula.backends.webgpu.program import GpuProgram
from alula.backends.webgpu.record import ALIGNMENT
from alula.errors import BackendError
from alula.host.webgpu import open_gpu
from alula.kernels.kernel import Step
from alula.plan.program import Program


class WebGpuBackend(DeviceBackend):
    """`entry`: what the caller asked for: the name, or an object that may have the app's own `device` and a
    `powerPreference`. `shared_from`: see choose.py."""

    def __init__(self, entry: Any) -> None:
        super().__init__('webgpu')
        self.alignment = ALIGNMENT
        self.device = option(entry, 'device')
        self.power = option(entry, 'powerPreference')
        self.gpu: Any = None
        self.shared_from = NEVER_SHARED
        self.constants: Any = None

    async def open(self) -> None:
        self.gpu = await open_gpu(self.device, self.power)
        if self.gpu.is_software and not self.was_asked_for:
            raise BackendError('webgpu', 'name the backend to let the CPU do it')
        self.shared_from = NEVER_SHARED if self.gpu.is_software else SHARED_FROM
        self.constants = Constants(self.gpu, lambda step, loose: kernel_of(step, self.shared_from, loose))

    def item_bytes(self, dtype: str) -> int:
        return held_bytes(dtype)

    def refusal(self, step: Step) -> str:
        why = refusal_of(step)
        if why != '':
            return why
        views = [*step.inputs, *step.outputs]
        labels = {view.buffer.label: True for view in views}
        if len(labels) + 1 > self.gpu.storage_buffers:
            return f'it binds {len(labels)} buffers, and the device allows {self.gpu.storage_buffers - 1}'
        largest = max([padded_bytes(view.buffer) for view in views])
        if largest > min(self.gpu.binding_bytes, self.gpu.buffer_bytes):
            return f'a buffer has {largest} bytes, and the device allows {self.gpu.binding_bytes}'
        return ''

    def legalised(self, steps: list[Step], plan: Any) -> list[Step]:
        return legalised(steps, plan)

    async def prepared(self, program: Program, refusals: list[str]) -> DeviceProgram:
        if program.arena_bytes > self.gpu.buffer_bytes:
            allowed = self.gpu.buffer_bytes
            raise BackendError('webgpu', f'a buffer has {program.arena_bytes} bytes, and the device allows {allowed}')
        steps = program.steps
        kernels = [
            kernel_of(step, self.shared_from, []) if refusals[i] == '' else None for i, step in enumerate(steps)
        ]
        return GpuProgram(self.gpu, program, kernels, self.constants)

    def memory_bytes(self) -> int:
        return 0 if self.constants is None else self.constants.bytes

    def release(self) -> None:
        super().release()
        if self.gpu is not None:
            self.gpu.close()
            self.gpu = None


def option(entry: Any, name: str) -> Any:
    """What the caller asked for beside the backend's name, None if nothing."""
    return None if isinstance(entry, str) or name not in entry else entry[name]
