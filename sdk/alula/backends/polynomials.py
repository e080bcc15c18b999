"""Coefficients of what functions of float32 are near 0, the highest power first: minimax fits of the relative error
(linear programming on Chebyshev nodes), rounded to float32."""

from __future__ import annotations

# sin(r) = r + r y s(y), cos(r) = c(y), y = r**2, |r| <= pi / 4.
SINE = '-1.9516656e-4 0.008332173 -0.16666655'
COSINE = '2.443773e-5 -0.0013887362 0.041666646 -0.5 1'
# x p(y) / q(y), y = x**2, up to where that is 1: where that is, then p, then q.
RATIONALS: dict[str, list[str]] = {
    'tanh': [
        '9.02',
        '1.40597445e-8 2.1231403e-5 0.0035381059 0.13418251 0.99999994',
        '8.098895e-7 3.3519263e-4 0.026043272 0.46751592 1',
    ],
    'erf': [
        '3.92',
        '2.227763e-6 2.8897694e-4 0.003507795 0.05194609 0.18299557 1.1283791',
        '4.0168306e-5 0.0011194245 0.014430487 0.1112095 0.49550796 1',
    ],
}
