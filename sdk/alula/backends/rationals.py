"""Functions that are x p(x²) / q(x²) up to where they are 1 in float32."""

from __future__ import annotations

# Where that is, then the coefficients of p, of the highest power first, then those of q, whose last is 1.
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
