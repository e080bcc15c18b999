"""Conversions between element types, as ONNX Cast defines them: floats to integers truncate and saturate (NaN gives 0),
integers to narrower ones keep the low bits, anything to bool asks whether it is not 0."""

from __future__ import annotations

from alula.backends.wasm.assembler import WasmFunction
from alula.backends.wasm.spelling import (
    KINDS,
    SCALAR,
    SCALAR_SHAPES,
    VECTOR,
    VECTOR_SHAPES,
    is_narrow,
    push_constant,
    wrap_narrow,
)
from alula.dtypes import bounds
from alula.host.arrays import trunc

# 'from to' of kinds, bools being unsigned integers: the instructions of scalars, then of vectors ('-': not in vectors)
CONVERSIONS: dict[str, list[str]] = {
    'f32 f64': ['f64.promote_f32', '-'],
    'f64 f32': ['f32.demote_f64', '-'],
    'f32 i32': ['i32.trunc_sat_f32_s', 'i32x4.trunc_sat_f32x4_s'],
    'f32 u32': ['i32.trunc_sat_f32_u', 'i32x4.trunc_sat_f32x4_u'],
    'f32 i64': ['i64.trunc_sat_f32_s', '-'],
    'f32 u64': ['i64.trunc_sat_f32_u', '-'],
    'f64 i32': ['i32.trunc_sat_f64_s', '-'],
    'f64 u32': ['i32.trunc_sat_f64_u', '-'],
    'f64 i64': ['i64.trunc_sat_f64_s', '-'],
    'f64 u64': ['i64.trunc_sat_f64_u', '-'],
    'i32 f32': ['f32.convert_i32_s', 'f32x4.convert_i32x4_s'],
    'u32 f32': ['f32.convert_i32_u', 'f32x4.convert_i32x4_u'],
    'i32 f64': ['f64.convert_i32_s', '-'],
    'u32 f64': ['f64.convert_i32_u', '-'],
    'i64 f32': ['f32.convert_i64_s', '-'],
    'u64 f32': ['f32.convert_i64_u', '-'],
    'i64 f64': ['f64.convert_i64_s', '-'],
    'u64 f64': ['f64.convert_i64_u', '-'],
    'i32 i64': ['i64.extend_i32_s', '-'],
    'i32 u64': ['i64.extend_i32_s', '-'],
    'u32 i64': ['i64.extend_i32_u', '-'],
    'u32 u64': ['i64.extend_i32_u', '-'],
    'i64 i32': ['i32.wrap_i64', '-'],
    'i64 u32': ['i32.wrap_i64', '-'],
    'u64 i32': ['i32.wrap_i64', '-'],
    'u64 u32': ['i32.wrap_i64', '-'],
}


def cast_in_vectors(source: str, target: str) -> bool:
    """Whether the conversion of dtypes can be done in vector lanes."""
    return KINDS[source] in VECTOR_SHAPES and KINDS[target] in VECTOR_SHAPES


def emit_cast(f: WasmFunction, lanes: str, source: str, target: str) -> None:
    """From a value of dtype `source` on the stack to one of `target`."""
    if source == target:
        return
    if target == 'bool':
        _not_zero(f, lanes, KINDS[source])
        return
    origin = KINDS[source]
    if origin == 'bool':
        if lanes == VECTOR:
            f.held_i32x4(1)
            f.op('v128.and')
        origin = 'u32'
    result = KINDS[target]
    conversion = CONVERSIONS.get(f'{origin} {result}')
    if conversion is not None:
        f.op(conversion[1 if lanes == VECTOR else 0])
    if is_narrow(target):
        if origin == 'f32' or origin == 'f64':
            _saturate(f, lanes, target)
        else:
            wrap_narrow(f, lanes, target)


def _not_zero(f: WasmFunction, lanes: str, kind: str) -> None:
    push_constant(f, lanes, kind, 0)
    shape = SCALAR_SHAPES[kind] if lanes == SCALAR else VECTOR_SHAPES[kind]
    f.op(shape + '.ne')


def _saturate(f: WasmFunction, lanes: str, target: str) -> None:
    """Keep a 32-bit integer within the bounds of a narrow type."""
    ends = bounds(target)
    kind = KINDS[target]
    suffix = 's' if kind == 'i32' else 'u'
    for i in range(2):
        end = trunc(ends[i])
        if lanes == VECTOR:
            f.held_i32x4(end)
            f.op(('i32x4.max_' if i == 0 else 'i32x4.min_') + suffix)
        else:
            held = f.local('i32')
            f.local_tee(held)
            f.i32_const(end)
            f.local_get(held)
            f.i32_const(end)
            f.op(('i32.gt_' if i == 0 else 'i32.lt_') + suffix)
            f.op('select')
