"""Numbers that nobody foresees (JS body). Docstrings are at the CPython body."""


def any_i32():
    __pragma__('js', '{}', 'return Math.random () * 4294967296 | 0;')
