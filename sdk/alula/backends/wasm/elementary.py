"""Elementary functions, in the notation of routines.py: of float32 in vector lanes, and of float64 scalars.

Coefficients of float32 are minimax fits (as polynomials.py has more of).
Float64 is rare and only has to be right: plain series. tests/wasm/test_elementary.py asserts the errors stated here.
"""

from __future__ import annotations

from alula.backends.polynomials import COSINE, RATIONALS, SINE

# 12582912 is 1.5 * 2**23: adding it leaves the nearest integer in the low bits. Here they hold n + 126, ready to become
# the exponent of 2**(n - 1): 2**n itself may be too large. ln(2) is split in two, the first of 9 bits, whose products
# with exponents are exact. Then exp(r) = 1 + r + r**2 q(r), |r| <= ln(2) / 2.
# Within 2 ulp; results below 2**-125 may be 0.
EXP = (
    'a -87.6 pmax 89 pmin =r r *1.442695+ 12583038 =shifted shifted 12583038 sub =n'
    ' n *-0.693359375+ r =r n *2.1219444e-4+ r =r'
    ' 0.0013814268 *r+ 0.008368752 *r+ 0.041668393 *r+ 0.1666652'
    ' *r+ 0.49999994 *r+ 1 *r+ 1'
    ' shifted i32:23 i32x4.shl mul =r r r add'
)

# log(1 + m) = m - m**2 / 2 + m**3 p(m), sqrt(1/2) - 1 <= m < sqrt(2) - 1, and exponent * ln(2), the small parts added
# first. Subnormal arguments count with 2**24. sqrt is NaN below 0 and of NaN, and inf of inf.
# Within 2 ulp, subnormal arguments included; NaN below 0, -inf at 0.
LOG = (
    'a 1.1754944e-38 lt =tiny a 16777216 mul a tiny select =bits'
    ' bits 0.70710677 i32x4.sub i32:23 i32x4.shr_s =exponent'
    ' bits exponent i32:23 i32x4.shl i32x4.sub 1 sub =m'
    ' exponent f32x4.convert_i32x4_s tiny 24 and sub =exponent'
    ' exponent 0.693359375 mul m m m mul =square square -0.5 mul'
    ' -0.07634503 *m+ 0.1276158 *m+ -0.13160181 *m+ 0.14201757'
    ' *m+ -0.16623357 *m+ 0.20001227 *m+ -0.2500082 *m+ 0.3333333'
    ' m square mul mul exponent -2.1219444e-4 mul add add add add'
    ' -1e999 a sqrt a 0 eq select a 0 gt a 1e999 lt and select'
)

def _horner(coefficients: str) -> str:
    return coefficients.replace(' ', ' *y+ ')


def _rational(limit: str, p: str, q: str) -> str:
    """One of RATIONALS. Within 8 ulp."""
    return (
        f'a -{limit} pmax {limit} pmin =x x x mul =y'
        f' {_horner(p)} x mul {_horner(q)} div 1 pmin -1 pmax'
    )


# x p(x**2) of x up to 1; beyond, what is left of a quarter turn for 1 / x. Within 3 ulp.
ATAN = (
    'a abs =x x 1 gt =far 1 x div x far select =t t t mul =y'
    ' 0.0026273099 *y+ -0.015159157 *y+ 0.041194368 *y+ -0.073785424 *y+ 0.10585267'
    ' *y+ -0.14192046 *y+ 0.19992048 *y+ -0.33333161 *y+ 1 t mul =r'
    ' 1.5707964 r sub r far select a i32x4:-2147483648 and or'
)

# From two float32 in the low lanes to what is left of each beside the nearest number of quarter turns, and those
# numbers as int32: x = quarters * pi / 2 + r is split in float64, where nothing cancels.
TURNS = (
    ' f64x2.promote_low_f32x4 =pair pair f64:0.6366197723675814 f64x2.splat f64x2.mul f64x2.nearest =turns'
    ' pair turns f64:1.5707963267948966 f64x2.splat f64x2.mul f64x2.sub'
    ' turns f64:6.123233995736766e-17 f64x2.splat f64x2.mul f64x2.sub f32x4.demote_f64x2_zero'
    ' turns i32x4.trunc_sat_f64x2_s_zero'
)
HIGH = ' i8x16.shuffle /8,9,10,11,12,13,14,15,8,9,10,11,12,13,14,15'  # the two high lanes of both
LOW = ' i8x16.shuffle /0,1,2,3,4,5,6,7,16,17,18,19,20,21,22,23'  # the two low lanes of each
# sin(r) = r + r**3 s(r**2), cos(r) = 1 - r**2 / 2 + r**4 c(r**2), |r| <= pi / 4; odd quarters take the other one.
# Within 2 ulp or 1e-7 for |x| < 2**31; beyond, no digit of the result counts.
SIN = (
    f'a{TURNS} =n =r a a{HIGH}{TURNS} =m =y r y{LOW} =r n m{LOW} =n r r mul =y'
    f' {_horner(COSINE)} {_horner(SINE)} y mul *r+ r'
    ' n i32:31 i32x4.shl i32:31 i32x4.shr_s select'
    ' n i32x4:2 and i32:30 i32x4.shl xor'
)

COS = SIN.replace(' r r mul', ' n i32x4:1 i32x4.add =n r r mul')

# exp(r) = 1 + r (1 + r / 2 (1 + r / 3 (...))), whose quotients do not wait for one another, times two halves of 2**n,
# which itself may be out of range.
# Within 2 ulp, subnormal results included.
HALF = ' 1023 add i64.trunc_sat_f64_s i64:52 i64.shl f64.reinterpret_i64 mul'
EXP64 = (
    'a -746 max 710 min =r r 1.4426950408889634 mul nearest =n'
    ' n *-0.6931471803691238+ r =r n *-1.9082149292705877e-10+ r =r 1'
    + ''.join([f' r {14 - back} div mul 1 add' for back in range(14)])
    + f' n 0.5 mul nearest =half half{HALF} n half sub{HALF}'
)

# log(m) = 2 artanh(s), s = (m - 1) / (m + 1), and exponent * ln(2); arguments below 1 count with 2**54.
# Within 3 ulp; NaN below 0, -inf at 0.
LOG64 = (
    'a 1 lt i32:=small a 18014398509481984 1 small select mul i64.reinterpret_f64 i64:=bits'
    ' bits i64:4604544269498187776 i64.sub i64:52 i64.shr_s i64:=exponent'
    ' bits exponent i64:52 i64.shl i64.sub f64.reinterpret_i64 =m m 1 sub m 1 add div =s s s mul =square'
    ' exponent f64.convert_i64_s 54 0 small select sub =n n 1.9082149292705877e-10 mul 0'
    + ''.join([f' square mul 2 {23 - 2 * back} div add' for back in range(12)])
    + ' s mul add n 0.6931471803691238 mul add'
    ' -1e999 a sqrt a 0 eq select a 0 gt a 1e999 lt i32.and select'
)

# exp(b log |a|), signed: relative error about 2e-16 |b log a|. As C's pow for zeros, infinities and signs, but NaN for
# -inf to the power of a fraction. A negative number: NaN for a broken exponent, negative for an odd one.
POWER64 = (
    'a abs =size 1 size !log b mul !exp size 1 eq b 0 eq i32.or select =m'
    ' -1 sqrt m neg m b 0.5 mul b 0.5 mul floor ne select b b floor ne select m a 0 lt select'
)

# 'primitive shape' to its text
ELEMENTARY: dict[str, str] = {
    'exp f32x4': EXP,
    'log f32x4': LOG,
    'tanh f32x4': _rational(*RATIONALS['tanh']),
    'atan f32x4': ATAN,
    'erf f32x4': _rational(*RATIONALS['erf']),
    'sin f32x4': SIN,
    'cos f32x4': COS,
    'exp f64': EXP64,
    'log f64': LOG64,
    'power f64': POWER64,
}
