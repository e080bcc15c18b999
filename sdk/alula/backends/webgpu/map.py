"""Maps on WebGPU: a thread per element, or per four."""

from __future__ import annotations

from alula.backends.dag import DagNode
from alula.backends.space import Dim, dims_of, in_memory_order, merged
from alula.backends.webgpu.kernel import GROUP, Code, GpuKernel, are_abreast
from alula.backends.webgpu.wgsl import KINDS, Lines, can_be_vector
from alula.host.shaders import shader
from alula.kernels.expr import leaves
from alula.kernels.kernel import Step
from alula.kernels.view import numel


def map_kernel(step: Step) -> GpuKernel:
    """The dispatch of a Map."""
    views = [*step.inputs, *step.outputs]
    shape = step.outputs[0].shape
    exprs = step.kernel.exprs
    loaded = [leaf.value for expr in exprs for leaf in leaves(expr, 'load')]
    coords = [leaf.value for expr in exprs for leaf in leaves(expr, 'coord')]
    outputs = range(len(step.inputs), len(views))
    # What is only loaded from has no place in the iteration space.
    used = [*[leaf.value for expr in exprs for leaf in leaves(expr, 'input')], *outputs]
    strides = [view.strides if i in used else [0] for i, view in enumerate(views)]
    dims = dims_of(shape, strides, 0, len(shape))
    dims = merged(in_memory_order(dims, [*outputs, *range(len(step.inputs))]), coords)
    plain = all(can_be_vector(expr) for expr in exprs) and all(KINDS[view.dtype] == 'f' for view in views)
    written = all(len(dims) > 0 and dims[-1].steps[v] == 1 for v in outputs)
    width = 4 if plain and written and are_abreast(dims, views, list(range(len(views)))) else 1
    vector = [width == 4 and dims[-1].steps[v] == 1 for v in range(len(views))]
    if width == 4:
        last = dims.pop()
        dims.append(Dim(last.size // 4, [4 * step for step in last.steps], last.axis))
    code = Code(views, len(step.outputs), width)
    threads = numel(shape) // width
    used = [v for v in range(len(views)) if v in used]
    base = [code.word(views[v].offset) for v in used]
    lines = code.offsets(dims, used, base, [f'o{v}' for v in used], 'rest')
    for d, dim in enumerate(dims):
        if dim.axis in coords:
            lines.append(f'let i{dim.axis} = rest_{d};')
    present = [dim.axis for dim in dims]
    starts = {f'{v}': code.word(views[v].offset) for v in loaded}

    def leaf(node: DagNode, args: list[str]) -> str:
        if node.op == 'coord':
            return f'i{node.value}' if node.value in present else '0'
        if node.op == 'load':
            return code.load(node.value, f'{starts[str(node.value)]} + {args[0]}', False)
        return code.load(node.value, f'o{node.value}', vector[node.value])

    computed = Lines(width, leaf)
    values = computed.values(exprs)
    lines.extend(computed.lines)
    for k, v in enumerate(outputs):
        lines.append(code.store(v, f'o{v}', values[k], KINDS[exprs[k].dtype]))
    body = shader('webgpu/map.wgsl').replace('$body', '\n'.join(lines))
    return code.kernel(body, threads, (threads + GROUP - 1) // GROUP)
