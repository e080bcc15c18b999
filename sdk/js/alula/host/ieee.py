"""Arithmetic as IEEE 754 has it (JS body): JavaScript's own. Docstrings are at the CPython body."""


def quotient(a, b):
    return a / b


def exp(x):
    return Math.exp(x)


def log(x):
    return Math.log(x)


def sqrt(x):
    return Math.sqrt(x)


def power(a, b):
    return a**b


def floor(x):
    return Math.floor(x)


def ceil(x):
    return Math.ceil(x)


def trunc(x):
    return Math.trunc(x)


def floor_mod(a, b):
    return a % b


def fmod(a, b):
    __pragma__('js', '{}', 'return a % b;')
