"""Which kernel computes a step, and which steps the device refuses."""

from __future__ import annotations

from alula.backends.placed import DEVICE_KINDS
from alula.backends.webgpu.contract import contract_kernel
from alula.backends.webgpu.kernel import GpuKernel
from alula.backends.webgpu.map import map_kernel
from alula.backends.webgpu.reduce import reduce_kernel
from alula.backends.webgpu.wgsl import KINDS, refusal
from alula.kernels.kernel import Contract, Reduce, Step


def kernel_of(step: Step) -> GpuKernel:
    """The dispatch of a step that is not refused."""
    kernel = step.kernel
    if isinstance(kernel, Contract):
        return contract_kernel(step, kernel)
    return reduce_kernel(step, kernel) if isinstance(kernel, Reduce) else map_kernel(step)


def refusal_of(step: Step) -> str:
    """Why no kernel computes the step, '' if one does."""
    for view in [*step.inputs, *step.outputs]:
        if view.dtype not in KINDS:
            return f'it has no {view.dtype}'
    kernel = step.kernel
    if kernel.kind not in DEVICE_KINDS:
        return f'it has no {kernel.kind}'
    if isinstance(kernel, Contract) and kernel.dtype not in ['float32', 'int32', 'uint32']:
        return f'it has no product of {kernel.dtype}'
    for stage in kernel.stages:
        if stage.op in ['sum', 'prod'] and stage.expr.dtype == 'int64':
            return f'{stage.op} of int64 may leave its 32 bits'
        if refusal(stage.expr) != '':
            return refusal(stage.expr)
    for expr in kernel.exprs:
        if refusal(expr) != '':
            return refusal(expr)
    return ''
