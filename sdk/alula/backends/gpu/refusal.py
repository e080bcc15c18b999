"""Which steps no shading language computes, on whatever device."""

from __future__ import annotations

from alula.backends.gpu.code import LEAVES
from alula.backends.gpu.spelling import can_spell
from alula.backends.gpu.wide import may_overflow
from alula.backends.gpu.words import KINDS, fits
from alula.kernels.expr import Expr
from alula.kernels.kernel import Contract, Step
from alula.kernels.view import View

# Scatters and sorting are not for devices: what one thread writes would depend on another.
DEVICE_KINDS = ['map', 'reduce', 'contract']
# What has no spelling of its own.
UNSPELLED = [*LEAVES, 'const', 'cast', 'where']


def refusal_of(step: Step) -> str:
    """Why no shader computes the step, '' if one does."""
    for view in [*step.inputs, *step.outputs]:
        why = _refused_view(view)
        if why != '':
            return why
    kernel = step.kernel
    if kernel.kind not in DEVICE_KINDS:
        return f'it has no {kernel.kind}'
    if isinstance(kernel, Contract) and kernel.dtype not in ['float32', 'int32', 'uint32']:
        return f'it has no product of {kernel.dtype}'
    for stage in kernel.stages:
        if stage.op in ['sum', 'prod'] and stage.dtype == 'int64':
            return f'{stage.op} of int64 may leave its 32 bits'
    for expr in kernel.all_exprs():
        why = _refused_expr(expr)
        if why != '':
            return why
    return ''


def _refused_view(view: View) -> str:
    buffer = view.buffer
    if buffer.dtype not in KINDS:
        return f'it has no {buffer.dtype}'
    is_wide = buffer.is_constant and buffer.dtype == 'int64' and not fits(buffer.values())
    return 'an int64 has more than 32 bits' if is_wide else ''


def _refused_expr(expr: Expr) -> str:
    for arg in expr.args:
        found = _refused_expr(arg)
        if found != '':
            return found
    operand = expr.args[0].dtype if len(expr.args) > 0 else expr.dtype
    for dtype in [expr.dtype, operand]:
        if dtype not in KINDS:
            return f'it has no {dtype}'
    if expr.dtype == 'int64' and may_overflow(expr):
        return f'{expr.op} of int64 may leave its 32 bits'
    if expr.op not in UNSPELLED and not can_spell(expr.op, KINDS[operand]):
        return f'it has no {expr.op} of {operand}'
    return ''
