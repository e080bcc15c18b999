"""Time (JS body). Docstrings are at the CPython body."""


def now_ms():
    return performance.now()
