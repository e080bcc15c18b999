"""Maps on WebGPU: a thread per element, or per four."""

from __future__ import annotations

from alula.backends.space import dims_of, in_memory_order, merged
from alula.backends.webgpu.kernel import GpuCode, GpuKernel, are_abreast, named
from alula.kernels.kernel import Step
from alula.kernels.view import Buffer, numel


def map_kernel(step: Step, loose: list[Buffer]) -> GpuKernel:
    """The dispatch of a Map."""
    code = GpuCode(step, loose)
    operands = code.operands
    shape = step.outputs[0].shape
    dims = dims_of(shape, [view.strides for view in code.views], 0, len(shape))
    outputs = list(range(code.outputs, len(code.views)))
    dims = merged(in_memory_order(dims, [*outputs, *range(code.outputs)]), code.coords)
    written = len(dims) > 0 and all(dims[-1].steps[v] == 1 for v in outputs)
    if written and code.can_be_vector() and are_abreast(dims, code, operands):
        dims = code.widen(dims)
    code.offsets(dims, operands, code.starts(), named('o', operands), 'rest')
    for d, dim in enumerate(dims):
        if dim.axis in code.coords:
            code.present.append(dim.axis)
            code.lines.append(f'let i{dim.axis} = rest_{d};')
    values = code.values(step.kernel.exprs)
    for k, v in enumerate(outputs):
        code.store(v, f'o{v}', values[k])
    return code.each(numel(shape) // code.width)
