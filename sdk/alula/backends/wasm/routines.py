"""Primitives that take more than one instruction: 'lanes primitive kind' to what writes them.

A routine is `write(f, a, b)`: operands in the locals a and b (b is unused for one operand), result on the
stack.
"""

from __future__ import annotations

from typing import Any

from alula.backends.wasm import elementary, elementary64, integers
from alula.backends.wasm.assembler import WasmFunction
from alula.backends.wasm.spelling import SCALAR_SHAPES, VECTOR, push_constant, value_type


def _identity(f: WasmFunction, a: int, _: int) -> None:
    f.local_get(a)


def _scalar_float_sign(shape: str) -> Any:
    """NaN and zeros are their own sign."""

    def write(f: WasmFunction, a: int, _: int) -> None:
        push_constant(f, 'scalar', shape, 1)
        f.local_get(a)
        f.op(shape + '.copysign')
        f.local_get(a)
        f.local_get(a)
        f.op(shape + '.abs')
        push_constant(f, 'scalar', shape, 0)
        f.op(shape + '.gt')
        f.op('select')

    return write


def _vector_float_sign(f: WasmFunction, a: int, _: int) -> None:
    f.held_f32x4(1.0)
    f.held_f32x4(-1.0)
    f.local_get(a)
    _compare_with_zero(f, a, 'f32x4.lt')
    f.op('v128.bitselect')
    _compare_with_zero(f, a, 'f32x4.gt')
    f.op('v128.bitselect')


def _compare_with_zero(f: WasmFunction, a: int, compare: str) -> None:
    f.local_get(a)
    f.held_f32x4(0.0)
    f.op(compare)


def _float_rest(rounding: str) -> Any:
    """a - b * rounding(a / b) of float64; a itself where the quotient is 0 (b may be infinite)."""

    def write(f: WasmFunction, a: int, b: int) -> None:
        quotient = f.local('f64')
        f.local_get(a)
        f.local_get(a)
        f.local_get(b)
        f.local_get(a)
        f.local_get(b)
        f.op('f64.div')
        f.op(rounding)
        f.local_tee(quotient)
        f.op('f64.mul')
        f.op('f64.sub')
        f.local_get(quotient)
        f.f64_const(0.0)
        f.op('f64.eq')
        f.op('select')

    return write


def _through_f64(routine: Any) -> Any:
    """float32 scalars by a float64 routine."""

    def write(f: WasmFunction, a: int, b: int) -> None:
        wide_a = f.local('f64')
        wide_b = f.local('f64')
        for narrow, wide in [[a, wide_a], [b, wide_b]]:
            f.local_get(narrow)
            f.op('f64.promote_f32')
            f.local_set(wide)
        routine(f, wide_a, wide_b)
        f.op('f32.demote_f64')

    return write


def _through_vector(routine: Any) -> Any:
    """float32 scalars by lane 0 of a vector routine of one operand."""

    def write(f: WasmFunction, a: int, _: int) -> None:
        lanes = f.local('v128')
        f.local_get(a)
        f.op('f32x4.splat')
        f.local_set(lanes)
        routine(f, lanes, lanes)
        f.lane('f32x4.extract_lane', 0)

    return write


def _lane_by_lane(routine: Any) -> Any:
    """float32 vectors by a routine of two scalars."""

    def write(f: WasmFunction, a: int, b: int) -> None:
        result = f.local('v128')
        lane_a = f.local('f32')
        lane_b = f.local('f32')
        for lane in range(4):
            f.local_get(a)
            f.lane('f32x4.extract_lane', lane)
            f.local_set(lane_a)
            f.local_get(b)
            f.lane('f32x4.extract_lane', lane)
            f.local_set(lane_b)
            f.local_get(result)
            routine(f, lane_a, lane_b)
            f.lane('f32x4.replace_lane', lane)
            f.local_set(result)
        f.local_get(result)

    return write


ROUTINES: dict[str, Any] = {
    'vector exp f32': elementary.exp,
    'vector log f32': elementary.log,
    'vector tanh f32': elementary.tanh,
    'vector erf f32': elementary.erf,
    'vector sin f32': elementary.sin,
    'vector cos f32': elementary.cos,
    'vector power f32': _lane_by_lane(_through_f64(elementary64.power)),
    'vector sign f32': _vector_float_sign,
    'vector sign i32': integers.vector_sign,
    'vector sign u32': integers.vector_unsigned_sign,
    'vector absolute u32': _identity,
    'scalar exp f32': _through_vector(elementary.exp),
    'scalar log f32': _through_vector(elementary.log),
    'scalar tanh f32': _through_vector(elementary.tanh),
    'scalar erf f32': _through_vector(elementary.erf),
    'scalar sin f32': _through_vector(elementary.sin),
    'scalar cos f32': _through_vector(elementary.cos),
    'scalar power f32': _through_f64(elementary64.power),
    'scalar floor_mod f32': _through_f64(_float_rest('f64.floor')),
    'scalar trunc_mod f32': _through_f64(_float_rest('f64.trunc')),
    'scalar sign f32': _scalar_float_sign('f32'),
    'scalar exp f64': elementary64.exp,
    'scalar log f64': elementary64.log,
    'scalar power f64': elementary64.power,
    'scalar floor_mod f64': _float_rest('f64.floor'),
    'scalar trunc_mod f64': _float_rest('f64.trunc'),
    'scalar sign f64': _scalar_float_sign('f64'),
    'scalar sign i32': integers.integer_sign('i32', '_s', ''),
    'scalar sign u32': integers.integer_sign('i32', '_u', ''),
    'scalar sign i64': integers.integer_sign('i64', '_s', 'i64.extend_i32_s'),
    'scalar sign u64': integers.integer_sign('i64', '_u', 'i64.extend_i32_s'),
    'scalar absolute i32': integers.absolute('i32'),
    'scalar absolute i64': integers.absolute('i64'),
    'scalar absolute u32': _identity,
    'scalar absolute u64': _identity,
    'scalar floor_mod i32': integers.floored_rest('i32'),
    'scalar floor_mod i64': integers.floored_rest('i64'),
    'scalar power i32': integers.i32_power('i64.extend_i32_s'),
    'scalar power u32': integers.i32_power('i64.extend_i32_u'),
    'scalar power i64': integers.i64_power,
    'scalar power u64': integers.i64_power,
}
for kind, suffix in [['i32', '_s'], ['u32', '_u'], ['i64', '_s'], ['u64', '_u']]:
    machine = SCALAR_SHAPES[kind]
    ROUTINES[f'scalar neg {kind}'] = integers.subtract_from_zero(machine)
    ROUTINES[f'scalar bit_not {kind}'] = integers.all_bits_flipped(machine)
    ROUTINES[f'scalar minimum {kind}'] = integers.chosen(f'{machine}.lt{suffix}')
    ROUTINES[f'scalar maximum {kind}'] = integers.chosen(f'{machine}.gt{suffix}')
    ROUTINES[f'scalar div {kind}'] = integers.integer_quotient(machine, 'div' + suffix, suffix == '_s')
    ROUTINES[f'scalar trunc_mod {kind}'] = integers.integer_quotient(machine, 'rem' + suffix, suffix == '_s')
for kind in ['u32', 'u64']:
    ROUTINES[f'scalar floor_mod {kind}'] = ROUTINES[f'scalar trunc_mod {kind}']

# Vector routines that are too long to stand wherever they are used.
ALWAYS_CALLED = ['power', 'sin', 'cos']


def has_routine(lanes: str, op: str, kind: str) -> bool:
    return f'{lanes} {op} {kind}' in ROUTINES


def apply_routine(f: WasmFunction, lanes: str, op: str, kind: str, count: int, inline: bool) -> None:
    """From `count` operands on the stack to the result: in place if `inline`, else by calling the module's one copy."""
    routine = ROUTINES[f'{lanes} {op} {kind}']
    held = value_type(lanes, kind)
    if inline and lanes == VECTOR and op not in ALWAYS_CALLED:
        b = f.local(held) if count == 2 else 0
        a = f.local(held)
        if count == 2:
            f.local_set(b)
        f.local_set(a)
        routine(f, a, b)
        return
    params = [held for _ in range(count)]
    label = f'{lanes} {op} {kind}'
    f.call(f.assembler.shared_function(label, params, [held], lambda g: routine(g, 0, 1)))
