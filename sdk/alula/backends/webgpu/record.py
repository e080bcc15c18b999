"""Dispatches made ready: pipelines compiled together, parameters in one buffer, bindings made once."""

from __future__ import annotations

from typing import Any

from alula.backends.webgpu.kernel import GpuKernel
from alula.host.arrays import i32, put_words
from alula.host.tasks import gather
from alula.host.webgpu import Gpu

# Where a binding may begin, on every device.
ALIGNMENT = 256


class Recorded:
    """`calls`: what `Gpu.run` takes, one per kernel; `parameters`: the device buffer of their parameters."""

    def __init__(self, calls: list[list[Any]], parameters: Any) -> None:
        self.calls = calls
        self.parameters = parameters


async def recorded(gpu: Gpu, kernels: list[GpuKernel], range_of: Any) -> Recorded:
    """`range_of(buffer)`: [device buffer, offset, bytes]."""
    starts: list[int] = []
    size = 0
    for kernel in kernels:
        starts.append(size)
        size += (4 * len(kernel.words) + ALIGNMENT - 1) // ALIGNMENT * ALIGNMENT
    words = i32(size // 4)
    for i, kernel in enumerate(kernels):
        put_words(words, kernel.words, starts[i] // 4)
    parameters = gpu.buffer(max(size, ALIGNMENT))
    gpu.write(parameters, 0, words)
    pipelines = await gather([gpu.pipeline(kernel.code, kernel.access) for kernel in kernels])
    calls: list[list[Any]] = []
    for i, kernel in enumerate(kernels):
        own = [parameters, starts[i], 4 * len(kernel.words)]
        bindings = gpu.bindings(kernel.access, [own, *[range_of(buffer) for buffer in kernel.buffers]])
        calls.append([pipelines[i], bindings, kernel.groups_x, kernel.groups_y])
    return Recorded(calls, parameters)
