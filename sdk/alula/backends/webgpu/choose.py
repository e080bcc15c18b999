"""Which kernel computes a step."""

from __future__ import annotations

from alula.backends.webgpu.contract import ContractCode
from alula.backends.webgpu.contract_tiles import TiledContract
from alula.backends.webgpu.kernel import GpuKernel
from alula.backends.webgpu.map import map_kernel
from alula.backends.webgpu.reduce import reduce_kernel
from alula.kernels.kernel import Contract, Reduce, Step
from alula.kernels.view import Buffer, numel

# How many rows, columns and steps of depth a Contract must have for workgroups to share tiles. Software has no faster
# memory to share, and barriers cost it much.
SHARED_FROM = 16
NEVER_SHARED = 2**31


def kernel_of(step: Step, shared_from: int, loose: list[Buffer]) -> GpuKernel:
    """The dispatch of a step that is not refused. `loose`: constants that are being made."""
    kernel = step.kernel
    if isinstance(kernel, Contract):
        lead = kernel.batch + kernel.rows
        shape = step.outputs[0].shape
        parts = [shape[kernel.batch : lead], shape[lead:], step.inputs[0].shape[lead:]]
        if min([numel(part) for part in parts]) >= shared_from:
            return TiledContract(step, kernel, loose).whole()
        return ContractCode(step, kernel, loose).whole()
    return reduce_kernel(step, kernel, loose) if isinstance(kernel, Reduce) else map_kernel(step, loose)
