"""Runs single steps on a backend in a page, as `tests/kernels/page.py` asks for them in JSON."""

from alula.backends.reference import run_step
from alula.backends.select import Selection
from alula.host.arrays import array_from_list, to_list
from alula.host.table import Table
from alula.kernels.expr import Expr
from alula.kernels.kernel import Contract, Map, Reduce, Stage, Step
from alula.kernels.view import Buffer, View, dense
from alula.plan.builder import Builder
from alula.plan.constants import Constants
from alula.plan.planner import laid_out

BACKENDS = Table()


async def opened(label):
    """One backend per name, asked for and proved, for all requests. 'webgpu tiles': one whose workgroups share tiles
    of products of whatever size."""
    backend = BACKENDS.find(label)
    if backend is None:
        backend = await Selection([label.split(' ')[0]]).next()
        if label.endswith(' tiles'):
            backend.shared_from = 0
        BACKENDS.put(label, backend)
    return backend


def expr_of(told):
    return Expr(told.op, [expr_of(arg) for arg in told.args], told.dtype, told.value)


def kernel_of(told):
    exprs = [expr_of(e) for e in told.exprs]
    if told.kind == 'contract':
        return Contract(told.batch, told.rows, told.cols, told.depth, told.dtype, exprs[0])
    if told.kind == 'reduce':
        stages = [Stage(s.op, expr_of(s.expr), s.dtype) for s in told.stages]
        return Reduce(told.rows, stages, told.scopes, exprs)
    return Map(exprs)


async def run_step_of(request):
    """`request`: a kernel, buffers {label, dtype, elements, constant}, and inputs and outputs, views [buffer, shape,
    strides, offset]. Gives the elements of each output's whole buffer, where the step ran, and the notes."""
    backend = await opened(request.backend)
    buffers = []
    inputs = Table()
    feeds = Table()
    for told in request.buffers:
        array = array_from_list(told.dtype, told.elements)
        buffers.append(Buffer(told.label, told.dtype, len(array), array if told.constant else None))
        if not told.constant:
            inputs.put(told.label, dense(buffers[-1], [len(array)]))
            feeds.put(told.label, array)
    read = [View(buffers[v[0]], v[1], v[2], v[3]) for v in request.inputs]
    written = [View(buffers[v[0]], v[1], v[2], v[3]) for v in request.outputs]
    outputs = Table()
    for view in written:
        outputs.put(view.buffer.label, dense(view.buffer, [view.buffer.size]))
    steps = backend.legalised([Step(kernel_of(request.kernel), read, written, 'test')], Builder(Constants(run_step)))
    program = laid_out(steps, inputs, outputs, backend)
    executable = await backend.compile(program)
    results = await executable.run_async(feeds)
    places = [executable.place_of(i) for i in range(len(program.steps))]
    notes = executable.notes()
    executable.release()
    return [[to_list(results.at(view.buffer.label)) for view in written], places, notes]


globalThis.runStep = run_step_of
