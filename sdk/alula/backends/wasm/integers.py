"""Routines of integers: what WebAssembly has no instruction for, or one that traps. The table: routines.py.

`shape` is 'i32' or 'i64'. Each leaves the result of the operands in the locals a and b on the stack.
"""

from __future__ import annotations

from typing import Any

from alula.backends.wasm.assembler import WasmFunction
from alula.backends.wasm.spelling import push_constant


def subtract_from_zero(shape: str) -> Any:
    def write(f: WasmFunction, a: int, _: int) -> None:
        push_constant(f, 'scalar', shape, 0)
        f.local_get(a)
        f.op(shape + '.sub')

    return write


def all_bits_flipped(shape: str) -> Any:
    def write(f: WasmFunction, a: int, _: int) -> None:
        f.local_get(a)
        push_constant(f, 'scalar', shape, -1)
        f.op(shape + '.xor')

    return write


def absolute(shape: str) -> Any:
    def write(f: WasmFunction, a: int, _: int) -> None:
        push_constant(f, 'scalar', shape, 0)
        f.local_get(a)
        f.op(shape + '.sub')
        f.local_get(a)
        f.local_get(a)
        push_constant(f, 'scalar', shape, 0)
        f.op(shape + '.lt_s')
        f.op('select')

    return write


def chosen(compare: str) -> Any:
    """a where `a compare b`, else b."""

    def write(f: WasmFunction, a: int, b: int) -> None:
        f.local_get(a)
        f.local_get(b)
        f.local_get(a)
        f.local_get(b)
        f.op(compare)
        f.op('select')

    return write


def integer_sign(shape: str, suffix: str, extend: str) -> Any:
    """(a > 0) - (a < 0) of an integer."""

    def write(f: WasmFunction, a: int, _: int) -> None:
        for compare in ['.gt', '.lt']:
            f.local_get(a)
            push_constant(f, 'scalar', shape, 0)
            f.op(shape + compare + suffix)
        f.op('i32.sub')
        if extend != '':
            f.op(extend)

    return write


def vector_sign(f: WasmFunction, a: int, _: int) -> None:
    """Masks are 0 and -1."""
    for compare in ['i32x4.lt_s', 'i32x4.gt_s']:
        f.local_get(a)
        f.held_i32x4(0)
        f.op(compare)
    f.op('i32x4.sub')


def vector_unsigned_sign(f: WasmFunction, a: int, _: int) -> None:
    f.local_get(a)
    f.held_i32x4(1)
    f.op('i32x4.min_u')


def integer_quotient(shape: str, instruction: str, signed: bool) -> Any:
    """Quotient or rest; 0 where the divisor is 0, and no trap for the lowest integer by -1."""
    is_rest = instruction.startswith('rem')

    def write(f: WasmFunction, a: int, b: int) -> None:
        f.local_get(b)
        f.op(shape + '.eqz')
        f.begin_if_of(shape)
        push_constant(f, 'scalar', shape, 0)
        f.begin_else()
        if signed and not is_rest:
            f.local_get(b)
            push_constant(f, 'scalar', shape, -1)
            f.op(shape + '.eq')
            f.begin_if_of(shape)
            push_constant(f, 'scalar', shape, 0)
            f.local_get(a)
            f.op(shape + '.sub')
            f.begin_else()
        f.local_get(a)
        f.local_get(b)
        f.op(f'{shape}.{instruction}')
        if signed and not is_rest:
            f.end()
        f.end()

    return write


def floored_rest(shape: str) -> Any:
    """The rest with the divisor's sign."""
    truncated = integer_quotient(shape, 'rem_s', True)

    def write(f: WasmFunction, a: int, b: int) -> None:
        rest = f.local(shape)
        truncated(f, a, b)
        f.local_tee(rest)
        f.local_get(b)
        push_constant(f, 'scalar', shape, 0)
        f.local_get(rest)
        push_constant(f, 'scalar', shape, 0)
        f.op(shape + '.ne')
        f.local_get(rest)
        f.local_get(b)
        f.op(shape + '.xor')
        push_constant(f, 'scalar', shape, 0)
        f.op(shape + '.lt_s')
        f.op('i32.and')
        f.op('select')
        f.op(shape + '.add')

    return write


def i64_power(f: WasmFunction, a: int, b: int) -> None:
    """By squaring, modulo 2**64. A negative exponent gives the truncated quotient: 0 unless a is 1 or -1."""
    result = f.local('i64')
    base = f.local('i64')
    rest = f.local('i64')
    f.i64_const(1)
    f.local_set(result)
    f.local_get(a)
    f.local_set(base)
    f.local_get(b)
    f.local_set(rest)
    f.local_get(b)
    f.i64_const(0)
    f.op('i64.lt_s')
    f.begin_if()
    # 1 / a is a for 1 and -1, else 0: its powers are those of a negated exponent
    f.local_get(a)
    f.i64_const(0)
    f.local_get(a)
    f.i64_const(1)
    f.op('i64.add')
    f.i64_const(2)
    f.op('i64.le_u')
    f.op('select')
    f.local_set(base)
    f.i64_const(0)
    f.local_get(b)
    f.op('i64.sub')
    f.local_set(rest)
    f.end()
    f.block()
    f.loop()
    f.local_get(rest)
    f.op('i64.eqz')
    f.br_if(1)
    f.local_get(result)
    f.local_get(base)
    f.i64_const(1)
    f.local_get(rest)
    f.op('i32.wrap_i64')
    f.i32_const(1)
    f.op('i32.and')
    f.op('select')
    f.op('i64.mul')
    f.local_set(result)
    f.local_get(base)
    f.local_get(base)
    f.op('i64.mul')
    f.local_set(base)
    f.local_get(rest)
    f.i64_const(1)
    f.op('i64.shr_u')
    f.local_set(rest)
    f.br(0)
    f.end()
    f.end()
    f.local_get(result)


def i32_power(extend: str) -> Any:
    def write(f: WasmFunction, a: int, b: int) -> None:
        wide_a = f.local('i64')
        wide_b = f.local('i64')
        for narrow, wide in [[a, wide_a], [b, wide_b]]:
            f.local_get(narrow)
            f.op(extend)
            f.local_set(wide)
        i64_power(f, wide_a, wide_b)
        f.op('i32.wrap_i64')

    return write
