"""WGSL, for one element or for four abreast."""

from __future__ import annotations

from alula.backends.gpu.spelling import Dialect
from alula.backends.gpu.words import KINDS
from alula.kernels.expr import Expr

FUNCTIONS = ['rest_of', 'maximum', 'minimum', 'equals', 'is_nan']
SCALARS = Dialect(['f32', 'i32', 'u32', 'bool'], {}, 'webgpu', FUNCTIONS, 'bitcast<f32>', 'var')
RESTS = 'vec4f(rest_of($a.x, $b.x), rest_of($a.y, $b.y), rest_of($a.z, $b.z), rest_of($a.w, $b.w))'
TYPES = ['vec4f', 'vec4i', 'vec4u', 'vec4<bool>']
VECTORS = Dialect(TYPES, {'rest_of': RESTS}, 'webgpu', FUNCTIONS, 'bitcast<f32>', 'var')
# What has no form for four elements abreast.
SINGLE = ['load', 'coord']


def can_be_vector(expr: Expr) -> bool:
    """Whether four elements may be computed abreast: floats and bools, nothing that depends on the place."""
    kinds = KINDS.get(expr.dtype, '')
    plain = kinds != '' and kinds in 'fb' and expr.op not in SINGLE
    return plain and all(can_be_vector(arg) for arg in expr.args)
