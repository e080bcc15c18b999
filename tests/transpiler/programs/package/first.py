"""Runs first; holds state."""
from package.inner.deep import note

note('first')
state = 0
items = []


def value():
    return 'first'


def twice(x):
    return x * 2


def counter():
    global state
    state += 1
    items.append(state)
    return state


def total():
    return [state, items]
