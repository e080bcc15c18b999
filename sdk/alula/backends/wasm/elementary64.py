"""Elementary functions of float64 scalars: exp, log, power. Plain series: float64 is rare and only has to be right.

Each takes its arguments in locals and leaves the result on the stack. Those of float32: elementary.py."""

from __future__ import annotations

import math

from alula.backends.wasm.assembler import WasmFunction

LN2_HIGH = 0.6931471803691238  # 32 bits: products with exponents are exact
LN2_LOW = 1.9082149292705877e-10
EXP_TERMS = 14
LOG_TERMS = 12
SQRT_HALF_BITS = 0x3FE6A09E  # the high word of sqrt(1/2)


def exp(f: WasmFunction, x: int, _: int) -> None:
    """Within 2 ulp, subnormal results included."""
    r = f.local('f64')
    n = f.local('f64')
    i = f.local('i64')
    f.local_get(x)
    f.f64_const(-746.0)
    f.op('f64.max')
    f.f64_const(710.0)
    f.op('f64.min')
    f.local_tee(r)
    f.f64_const(1.4426950408889634)
    f.op('f64.mul')
    f.op('f64.nearest')
    f.local_set(n)
    f.local_get(r)
    for part in [LN2_HIGH, LN2_LOW]:
        f.local_get(n)
        f.f64_const(part)
        f.op('f64.mul')
        f.op('f64.sub')
    f.local_set(r)
    f.f64_const(1.0)
    for back in range(EXP_TERMS):
        # 1 + r / k (1 + r / (k + 1) (...))
        f.local_get(r)
        f.op('f64.mul')
        f.f64_const(float(EXP_TERMS - back))
        f.op('f64.div')
        f.f64_const(1.0)
        f.op('f64.add')
    f.local_get(n)
    f.op('i64.trunc_sat_f64_s')
    f.local_set(i)
    _push_power_of_two(f, i, True)
    f.op('f64.mul')
    _push_power_of_two(f, i, False)
    f.op('f64.mul')


def _push_power_of_two(f: WasmFunction, i: int, first_half: bool) -> None:
    """2 to half of i; the halves add up to i. 2**i itself may be out of range."""
    f.local_get(i)
    if not first_half:
        f.local_get(i)
    f.i64_const(1)
    f.op('i64.shr_s')
    if not first_half:
        f.op('i64.sub')
    f.i64_const(1023)
    f.op('i64.add')
    f.i64_const(52)
    f.op('i64.shl')
    f.op('f64.reinterpret_i64')


def log(f: WasmFunction, x: int, _: int) -> None:
    """Within 3 ulp; NaN below 0, -inf at 0. log(m) = 2 artanh((m - 1) / (m + 1))."""
    scaled = f.local('f64')
    exponent = f.local('i64')
    s = f.local('f64')
    square = f.local('f64')
    small = f.local('i32')
    f.local_get(x)
    f.f64_const(18014398509481984.0)  # 2**54: nothing is subnormal above it
    f.f64_const(1.0)
    f.local_get(x)
    f.f64_const(1.0)
    f.op('f64.lt')
    f.local_tee(small)
    f.op('select')
    f.op('f64.mul')
    f.local_tee(scaled)
    f.op('i64.reinterpret_f64')
    f.i64_const(SQRT_HALF_BITS)
    f.i64_const(32)
    f.op('i64.shl')
    f.op('i64.sub')
    f.i64_const(52)
    f.op('i64.shr_s')
    f.local_set(exponent)
    f.local_get(scaled)
    f.op('i64.reinterpret_f64')
    f.local_get(exponent)
    f.i64_const(52)
    f.op('i64.shl')
    f.op('i64.sub')
    f.op('f64.reinterpret_i64')
    f.local_tee(s)
    f.f64_const(1.0)
    f.op('f64.sub')
    f.local_get(s)
    f.f64_const(1.0)
    f.op('f64.add')
    f.op('f64.div')
    f.local_tee(s)
    f.local_get(s)
    f.op('f64.mul')
    f.local_set(square)
    f.local_get(exponent)
    f.i64_const(54)
    f.i64_const(0)
    f.local_get(small)
    f.op('select')
    f.op('i64.sub')
    f.op('f64.convert_i64_s')
    f.local_tee(scaled)
    f.f64_const(LN2_LOW)
    f.op('f64.mul')
    f.f64_const(0.0)
    for back in range(LOG_TERMS):
        f.local_get(square)
        f.op('f64.mul')
        f.f64_const(2.0 / (2 * (LOG_TERMS - 1 - back) + 1))
        f.op('f64.add')
    f.local_get(s)
    f.op('f64.mul')
    f.op('f64.add')
    f.local_get(scaled)
    f.f64_const(LN2_HIGH)
    f.op('f64.mul')
    f.op('f64.add')
    # sqrt is NaN below 0 and of NaN, and inf of inf
    f.f64_const(-math.inf)
    f.local_get(x)
    f.op('f64.sqrt')
    f.local_get(x)
    f.f64_const(0.0)
    f.op('f64.eq')
    f.op('select')
    f.local_get(x)
    f.f64_const(0.0)
    f.op('f64.gt')
    f.local_get(x)
    f.f64_const(math.inf)
    f.op('f64.lt')
    f.op('i32.and')
    f.op('select')


def power(f: WasmFunction, a: int, b: int) -> None:
    """exp(b log |a|), signed: relative error about 2e-16 |b log a|. As C's pow for zeros, infinities and signs, but
    NaN for -inf to the power of a fraction."""
    magnitude = f.local('f64')
    exponent = f.local('f64')
    size = f.local('f64')
    f.local_get(a)
    f.op('f64.abs')
    f.local_tee(size)
    f.local_set(magnitude)
    log(f, magnitude, 0)
    f.local_get(b)
    f.op('f64.mul')
    f.local_set(exponent)
    exp(f, exponent, 0)
    f.local_set(magnitude)
    # 1 to the power of anything, and anything to the power of 0
    f.f64_const(1.0)
    f.local_get(magnitude)
    f.local_get(size)
    f.f64_const(1.0)
    f.op('f64.eq')
    f.local_get(b)
    f.f64_const(0.0)
    f.op('f64.eq')
    f.op('i32.or')
    f.op('select')
    f.local_set(magnitude)
    # a negative number: NaN for a broken exponent, negative for an odd one
    f.local_get(a)
    f.f64_const(0.0)
    f.op('f64.lt')
    f.begin_if_of('f64')
    f.f64_const(math.nan)
    f.local_get(magnitude)
    f.op('f64.neg')
    f.local_get(magnitude)
    _is_broken(f, b, 0.5)
    f.op('select')
    _is_broken(f, b, 1.0)
    f.op('select')
    f.begin_else()
    f.local_get(magnitude)
    f.end()


def _is_broken(f: WasmFunction, b: int, factor: float) -> None:
    """Whether b * factor has a fraction."""
    for rounded in [True, False]:
        f.local_get(b)
        f.f64_const(factor)
        f.op('f64.mul')
        if rounded:
            f.op('f64.floor')
    f.op('f64.ne')
