"""GLSL ES 3.00, four elements at a time."""

from __future__ import annotations

from alula.backends.gpu.spelling import Dialect
from alula.backends.gpu.words import KINDS

GLSL = Dialect(
    ['vec4', 'ivec4', 'uvec4', 'bvec4'],
    {
        'eq': 'equal($a, $b)',
        'ne': 'notEqual($a, $b)',
        'lt': 'lessThan($a, $b)',
        'le': 'lessThanEqual($a, $b)',
        'gt': 'greaterThan($a, $b)',
        'ge': 'greaterThanEqual($a, $b)',
        'logical_and': 'bvec4(uvec4($a) & uvec4($b))',
        'logical_or': 'bvec4(uvec4($a) | uvec4($b))',
        'logical_not': 'not($a)',
        'rint': 'roundEven($a)',
        'exp_of': 'exp_of($a)',
    },
    'webgl',
    ['four', 'one', 'half_of', 'exp_of', 'rest_of', 'maximum', 'minimum', 'is_nan', 'select'],
    'intBitsToFloat',
    '',
)


def is_stored_as_float(dtype: str) -> bool:
    """Whether texels of the type are floats; else they are signed integers."""
    return KINDS[dtype] == 'f'
