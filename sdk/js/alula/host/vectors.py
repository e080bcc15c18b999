"""Arithmetic over runs of float32 arrays (JS body). Docstrings are at the CPython body."""


def dot(a, i, b, j, n):
    __pragma__('js', '{}', '''
    let total = 0;
    for (let k = 0; k < n; k++) total += a [i + k] * b [j + k];
    return total;
    ''')


def add_scaled(dst, i, src, j, n, factor):
    __pragma__('js', '{}', 'for (let k = 0; k < n; k++) dst [i + k] += factor * src [j + k];')
