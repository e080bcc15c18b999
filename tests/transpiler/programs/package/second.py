"""Runs second, and imports the first, which does not import it."""
import package.first as first
from package.inner.deep import note

note('second')
FACTOR, OFFSET = 3, 4


def value():
    return ['second', FACTOR, OFFSET]


def ask_first():
    return first.total()
