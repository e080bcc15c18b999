"""Conversions between element types, as ONNX Cast defines them: floats to integers truncate and saturate (NaN gives 0),
integers to narrower ones keep the low bits, anything to bool asks whether it is not 0."""

from __future__ import annotations

from alula.backends.wasm.assembler import WasmFunction
from alula.backends.wasm.routines import write
from alula.backends.wasm.spelling import KINDS, SCALAR, SCALAR_SHAPES, VECTOR, VECTOR_SHAPES, shape_of
from alula.dtypes import bits_of, bounds, is_int, is_unsigned
from alula.host.arrays import trunc

# 'from to' of scalars: the instruction of the second, `_?` as in routines.py
CONVERSIONS: dict[str, str] = {
    'f32 f64': 'promote_f32',
    'f64 f32': 'demote_f64',
    'i32 i64': 'extend_i32_?',
    'i64 i32': 'wrap_i64',
}


def cast_in_vectors(source: str, target: str) -> bool:
    """Whether the conversion of dtypes can be done in vector lanes."""
    return KINDS[source] in VECTOR_SHAPES and KINDS[target] in VECTOR_SHAPES


def emit_cast(f: WasmFunction, lanes: str, source: str, target: str) -> None:
    """From a value of dtype `source` on the stack to one of `target`."""
    origin = KINDS[source]
    result = KINDS[target]
    if source == target:
        return
    if target == 'bool':
        write(f, lanes, origin, '0 ne', {})
        return
    if origin == 'bool':
        origin = 'u32'
        if lanes == VECTOR:
            write(f, lanes, origin, '1 and', {})
    shape = shape_of(lanes, result)
    was = shape_of(lanes, origin)
    from_float = origin[0] == 'f'
    if shape != was:
        name = CONVERSIONS.get(f'{was} {shape}', f'trunc_sat_{was}_?' if from_float else f'convert_{was}_?')
        signed = result if from_float else origin
        f.op(f'{shape}.{name}'.replace('_?', '_u' if signed[0] == 'u' else '_s'))
    if not from_float:
        wrap_narrow(f, lanes, target)
    elif is_narrow(target):
        low, high = bounds(target)
        write(f, lanes, result, f'{trunc(low)} !maximum {trunc(high)} !minimum', {})


def emit_bitcast(f: WasmFunction, lanes: str, source: str, target: str) -> None:
    """From a value of dtype `source` on the stack to what its bits mean as `target`, the one a float, the other not."""
    if lanes == SCALAR:
        f.op(f'{SCALAR_SHAPES[KINDS[target]]}.reinterpret_{SCALAR_SHAPES[KINDS[source]]}')


def is_narrow(dtype: str) -> bool:
    """True for integers of less than 32 bits."""
    return is_int(dtype) and bits_of(dtype) < 32


def wrap_narrow(f: WasmFunction, lanes: str, dtype: str) -> None:
    """Bring the integer on the stack back into the range of `dtype`, by what its bits say; wide ones stay."""
    if is_narrow(dtype):
        bits = bits_of(dtype)
        shift = f'i32:{32 - bits}'
        write(f, lanes, 'i32', f'{2**bits - 1} and' if is_unsigned(dtype) else f'{shift} shl {shift} shr_s', {})
