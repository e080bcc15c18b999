"""Dispatches made ready: pipelines compiled together, parameters in one buffer, bindings made once."""

from __future__ import annotations

from typing import Any

from alula.backends.webgpu.kernel import GpuKernel
from alula.host.arrays import i32, put_words
from alula.host.tasks import gather
from alula.host.webgpu import Gpu, made

# Where a binding may begin, on every device.
ALIGNMENT = 256


class Recorded:
    """`kernels` made ready: bindings at once, pipelines while others work. `range_of(buffer)`: [device buffer, offset,
    bytes]. `calls`: what `Gpu.run` takes, one per kernel, once `ready`."""

    def __init__(self, gpu: Gpu, kernels: list[GpuKernel], range_of: Any) -> None:
        self.gpu = gpu
        starts: list[int] = []
        size = 0
        for kernel in kernels:
            starts.append(size)
            size += (4 * len(kernel.words) + ALIGNMENT - 1) // ALIGNMENT * ALIGNMENT
        words = i32(size // 4)
        for i, kernel in enumerate(kernels):
            put_words(words, kernel.words, starts[i] // 4)
        self.parameters: Any = gpu.buffer(max(size, ALIGNMENT))
        gpu.write(self.parameters, 0, words)
        self.pipelines = [gpu.pipeline(kernel.code, kernel.access) for kernel in kernels]
        self.calls: list[list[Any]] = []
        for i, kernel in enumerate(kernels):
            own = [self.parameters, starts[i], 4 * len(kernel.words)]
            # What is empty has no place; something must be bound for it.
            ranges = [own if buffer.size == 0 else range_of(buffer) for buffer in kernel.buffers]
            bindings = gpu.bindings(kernel.access, [own, *ranges])
            self.calls.append([None, bindings, kernel.groups_x, kernel.groups_y])

    async def ready(self) -> None:
        """Wait for the pipelines. BackendError with what the device refused."""
        for i, pipeline in enumerate(await gather(self.pipelines)):
            self.calls[i][0] = made(pipeline)

    def release(self) -> None:
        self.gpu.release(self.parameters)
