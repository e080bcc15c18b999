"""The generator behind operators that draw at random: sfc32 of Chris Doty-Humphrey's PractRand, whose numbers are the
same on all hosts."""

from __future__ import annotations

from alula.host.arrays import TypedArray, f32, to_i32

# Rounds before the first number, in which the seed spreads over the whole state.
ROUNDS = 15


def uniform(count: int, seed: int) -> TypedArray:
    """`count` float32 numbers in [0, 1), multiples of 2^-24; the same for the same 32-bit seed."""
    values = f32(count)
    a = 0
    b = to_i32(seed)
    c = 0
    counter = 1
    for i in range(-ROUNDS, count):
        drawn = to_i32(a + b + counter)
        counter += 1
        # Shifts without the sign.
        a = b ^ (b >> 9 & 0x7FFFFF)
        b = to_i32(c + c * 8)
        c = to_i32(to_i32(c * 0x200000) + (c >> 11 & 0x1FFFFF) + drawn)
        if i >= 0:
            values[i] = (drawn >> 8 & 0xFFFFFF) / 0x1000000
    return values
