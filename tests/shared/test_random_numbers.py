"""Numbers drawn at random: the same on both hosts."""

from alula.random_numbers import uniform
from alula_checks import eq


def scaled(values):
    return [value * 0x1000000 for value in values]


def test_numbers_of_a_seed():
    # What a C program gives that computes PractRand's sfc32 from a, b, c = 0, seed, 0.
    eq(scaled(uniform(3, 1)), [6952474, 7915690, 6490389])
    eq(scaled(uniform(3, -559038737)), [9533114, 12801422, 16365702])


def test_a_longer_draw_begins_with_a_shorter():
    short = uniform(5, 77)
    eq(scaled(uniform(50, 77))[:5], scaled(short))
    eq(len(uniform(0, 77)), 0)
