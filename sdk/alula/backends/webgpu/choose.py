"""Which kernel computes a step."""

from __future__ import annotations

from alula.backends.webgpu.contract import contract_kernel
from alula.backends.webgpu.kernel import GpuKernel
from alula.backends.webgpu.map import map_kernel
from alula.backends.webgpu.reduce import reduce_kernel
from alula.kernels.kernel import Contract, Reduce, Step


def kernel_of(step: Step) -> GpuKernel:
    """The dispatch of a step that is not refused."""
    kernel = step.kernel
    if isinstance(kernel, Contract):
        return contract_kernel(step, kernel)
    return reduce_kernel(step, kernel) if isinstance(kernel, Reduce) else map_kernel(step)
