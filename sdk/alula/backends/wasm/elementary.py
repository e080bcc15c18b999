"""Elementary functions of float32 in vector lanes: exp, log, tanh, erf, sin, cos. Those of float64: elementary64.py.

Each takes its argument in a local and leaves the result on the stack. Coefficients are minimax fits (linear programming
on Chebyshev nodes, relative error) rounded to float32; tests/wasm/test_elementary.py asserts the errors stated here.
"""

from __future__ import annotations

import math

from alula.backends.wasm.assembler import WasmFunction

LOG2_E = 1.4426950408889634
LN2_HIGH = 0.693359375  # 9 bits: products with exponents are exact
LN2_LOW = -0.00021219444005469057
ROUNDER = 12582912.0  # 1.5 * 2**23: adding it leaves the nearest integer in the low bits

# exp(r) = 1 + r + r**2 q(r), |r| <= ln(2) / 2
EXP = [0.4999999403953552, 0.1666651964187622, 0.04166839271783829, 0.008368751965463161, 0.0013814268168061972]
# log(1 + f) = f - f**2 / 2 + f**3 p(f), sqrt(1/2) - 1 <= f < sqrt(2) - 1
LOG = [
    0.3333333134651184, -0.2500081956386566, 0.20001226663589478, -0.16623356938362122, 0.14201757311820984,
    -0.13160181045532227, 0.1276157945394516, -0.07634502649307251,
]
# x p(x**2) / q(x**2) up to where the function is 1 in float32
TANH_END = 9.02
TANH_P = [
    0.9999999403953552, 0.13418251276016235, 0.003538105869665742, 2.1231402570265345e-05, 1.4059744479766323e-08,
]
TANH_Q = [1.0, 0.4675159156322479, 0.026043271645903587, 0.0003351926279719919, 8.098895136754436e-07]
ERF_END = 3.92
ERF_P = [
    1.1283791065216064, 0.18299557268619537, 0.051946088671684265, 0.0035077950451523066, 0.0002889769384637475,
    2.2277629341260763e-06,
]
ERF_Q = [
    1.0, 0.49550795555114746, 0.11120949685573578, 0.014430486597120762, 0.0011194244725629687, 4.01683064410463e-05,
]
# sin(r) = r + r**3 s(r**2), cos(r) = 1 - r**2 / 2 + r**4 c(r**2), |r| <= pi / 4
SIN = [-0.16666655242443085, 0.008332173340022564, -0.00019516656175255775]
COS = [0.04166664555668831, -0.001388736185617745, 2.4437729734927416e-05]


def times_plus(f: WasmFunction, addend: float) -> None:
    """From two vectors on the stack: their product plus a constant."""
    if not f.relaxed:
        f.op('f32x4.mul')
    f.held_f32x4(addend)
    f.op('f32x4.relaxed_madd' if f.relaxed else 'f32x4.add')


def times_plus_local(f: WasmFunction, addend: int) -> None:
    """From two vectors on the stack: their product plus a local."""
    if not f.relaxed:
        f.op('f32x4.mul')
    f.local_get(addend)
    f.op('f32x4.relaxed_madd' if f.relaxed else 'f32x4.add')


def less_times(f: WasmFunction, x: int, n: int, factor: float) -> None:
    """Push x - n * factor, x and n being locals."""
    if f.relaxed:
        f.local_get(n)
        f.held_f32x4(factor)
        f.local_get(x)
        f.op('f32x4.relaxed_nmadd')
    else:
        f.local_get(x)
        f.local_get(n)
        f.held_f32x4(factor)
        f.op('f32x4.mul')
        f.op('f32x4.sub')


def horner(f: WasmFunction, x: int, coefficients: list[float]) -> None:
    """Push the polynomial of the local x; coefficients from the lowest power."""
    last = len(coefficients) - 1
    f.held_f32x4(coefficients[last])
    for i in range(last):
        f.local_get(x)
        times_plus(f, coefficients[last - 1 - i])


def clamp(f: WasmFunction, x: int, low: float, high: float) -> None:
    """Push x within [low, high]; NaN stays NaN, as the first operand of pmin and pmax does."""
    f.local_get(x)
    f.held_f32x4(low)
    f.op('f32x4.pmax')
    f.held_f32x4(high)
    f.op('f32x4.pmin')


def exp(f: WasmFunction, x: int, _: int) -> None:
    """Within 2 ulp; results below 2**-125 may be 0."""
    shifted = f.local('v128')
    n = f.local('v128')
    r = f.local('v128')
    clamp(f, x, -87.6, 89.0)
    f.local_tee(r)
    f.held_f32x4(LOG2_E)
    # The low bits of the sum hold n + 126, ready to become the exponent of 2**(n - 1): 2**n itself may be too large.
    times_plus(f, ROUNDER + 126)
    f.local_tee(shifted)
    f.held_f32x4(ROUNDER + 126)
    f.op('f32x4.sub')
    f.local_set(n)
    less_times(f, r, n, LN2_HIGH)
    f.local_set(r)
    less_times(f, r, n, LN2_LOW)
    f.local_set(r)
    horner(f, r, EXP)
    f.local_get(r)
    times_plus(f, 1.0)
    f.local_get(r)
    times_plus(f, 1.0)
    f.local_get(shifted)
    f.i32_const(23)
    f.op('i32x4.shl')
    f.op('f32x4.mul')
    f.local_tee(r)
    f.local_get(r)
    f.op('f32x4.add')


def log(f: WasmFunction, x: int, _: int) -> None:
    """Within 2 ulp, subnormal arguments included; NaN below 0, -inf at 0."""
    tiny = f.local('v128')
    bits = f.local('v128')
    exponent = f.local('v128')
    m = f.local('v128')
    f.local_get(x)
    f.held_f32x4(16777216.0)
    f.op('f32x4.mul')
    f.local_get(x)
    f.local_get(x)
    f.held_f32x4(1.1754943508222875e-38)
    f.op('f32x4.lt')
    f.local_tee(tiny)
    f.op('v128.bitselect')
    f.local_tee(bits)
    f.held_f32x4(0.7071067811865476)
    f.op('i32x4.sub')
    f.i32_const(23)
    f.op('i32x4.shr_s')
    f.local_set(exponent)
    f.local_get(bits)
    f.local_get(exponent)
    f.i32_const(23)
    f.op('i32x4.shl')
    f.op('i32x4.sub')
    f.held_f32x4(1.0)
    f.op('f32x4.sub')
    f.local_set(m)
    f.local_get(exponent)
    f.op('f32x4.convert_i32x4_s')
    f.local_get(tiny)
    f.held_f32x4(24.0)
    f.op('v128.and')
    f.op('f32x4.sub')
    f.local_set(exponent)
    _log_of_parts(f, m, exponent)
    # sqrt is NaN below 0 and of NaN, and inf of inf
    f.held_f32x4(-math.inf)
    f.local_get(x)
    f.op('f32x4.sqrt')
    f.local_get(x)
    f.held_f32x4(0.0)
    f.op('f32x4.eq')
    f.op('v128.bitselect')
    f.local_get(x)
    f.held_f32x4(0.0)
    f.op('f32x4.gt')
    f.local_get(x)
    f.held_f32x4(math.inf)
    f.op('f32x4.lt')
    f.op('v128.and')
    f.op('v128.bitselect')


def _log_of_parts(f: WasmFunction, m: int, exponent: int) -> None:
    """Push log(1 + m) + exponent * ln(2), the small parts added first."""
    square = f.local('v128')
    f.local_get(exponent)
    f.held_f32x4(LN2_HIGH)
    f.op('f32x4.mul')
    f.local_get(m)
    f.local_get(m)
    f.local_get(m)
    f.op('f32x4.mul')
    f.local_tee(square)
    f.held_f32x4(-0.5)
    f.op('f32x4.mul')
    horner(f, m, LOG)
    f.local_get(m)
    f.local_get(square)
    f.op('f32x4.mul')
    f.op('f32x4.mul')
    f.local_get(exponent)
    f.held_f32x4(LN2_LOW)
    f.op('f32x4.mul')
    f.op('f32x4.add')
    f.op('f32x4.add')
    f.op('f32x4.add')
    f.op('f32x4.add')


def tanh(f: WasmFunction, x: int, _: int) -> None:
    """Within 8 ulp."""
    _odd_rational(f, x, TANH_END, TANH_P, TANH_Q)


def erf(f: WasmFunction, x: int, _: int) -> None:
    """Within 8 ulp."""
    _odd_rational(f, x, ERF_END, ERF_P, ERF_Q)


def _odd_rational(f: WasmFunction, x: int, end: float, p: list[float], q: list[float]) -> None:
    inside = f.local('v128')
    square = f.local('v128')
    clamp(f, x, -end, end)
    f.local_tee(inside)
    f.local_get(inside)
    f.op('f32x4.mul')
    f.local_set(square)
    horner(f, square, p)
    f.local_get(inside)
    f.op('f32x4.mul')
    horner(f, square, q)
    f.op('f32x4.div')
    f.held_f32x4(1.0)
    f.op('f32x4.pmin')
    f.held_f32x4(-1.0)
    f.op('f32x4.pmax')


def sin(f: WasmFunction, x: int, _: int) -> None:
    """Within 2 ulp or 1e-7 for |x| < 2**31; beyond, no digit of the result counts."""
    _sin_of_quarters(f, x, 0)


def cos(f: WasmFunction, x: int, _: int) -> None:
    """As sin."""
    _sin_of_quarters(f, x, 1)


def _sin_of_quarters(f: WasmFunction, x: int, ahead: int) -> None:
    """sin(x + ahead * pi / 2): x = quarters * pi / 2 + r is split in float64, where nothing cancels."""
    quarters = f.local('v128')
    r = f.local('v128')
    square = f.local('v128')
    low = _quarters_of_pair(f, x, 0)
    high = _quarters_of_pair(f, x, 2)
    f.local_get(low[0])
    f.local_get(high[0])
    f.shuffle32(0, 1, 4, 5)
    f.held_i32x4(ahead)
    f.op('i32x4.add')
    f.local_set(quarters)
    f.local_get(low[1])
    f.local_get(high[1])
    f.shuffle32(0, 1, 4, 5)
    f.local_tee(r)
    f.local_get(r)
    f.op('f32x4.mul')
    f.local_set(square)
    horner(f, square, COS)
    f.local_get(square)
    times_plus(f, -0.5)
    f.local_get(square)
    times_plus(f, 1.0)
    horner(f, square, SIN)
    f.local_get(square)
    f.op('f32x4.mul')
    f.local_get(r)
    times_plus_local(f, r)
    f.local_get(quarters)
    f.i32_const(31)
    f.op('i32x4.shl')
    f.i32_const(31)
    f.op('i32x4.shr_s')
    f.op('v128.bitselect')
    f.local_get(quarters)
    f.held_i32x4(2)
    f.op('v128.and')
    f.i32_const(30)
    f.op('i32x4.shl')
    f.op('v128.xor')


def _quarters_of_pair(f: WasmFunction, x: int, lane: int) -> list[int]:
    """Locals with, for lanes `lane` and the next of x, the nearest number of quarter turns (int32) and the rest
    (float32)."""
    pair = f.local('v128')
    turns = f.local('v128')
    counts = f.local('v128')
    rest = f.local('v128')
    f.local_get(x)
    f.local_get(x)
    f.shuffle32(lane, lane + 1, lane, lane + 1)
    f.op('f64x2.promote_low_f32x4')
    f.local_tee(pair)
    f.f64x2_const(0.6366197723675814)
    f.op('f64x2.mul')
    f.op('f64x2.nearest')
    f.local_tee(turns)
    f.op('i32x4.trunc_sat_f64x2_s_zero')
    f.local_set(counts)
    f.local_get(pair)
    for part in [1.5707963267948966, 6.123233995736766e-17]:
        f.local_get(turns)
        f.f64x2_const(part)
        f.op('f64x2.mul')
        f.op('f64x2.sub')
    f.op('f32x4.demote_f64x2_zero')
    f.local_set(rest)
    return [counts, rest]
