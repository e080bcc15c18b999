"""Messages for the developer (JS body: the console). Docstrings are at the CPython body."""

METHODS = {'verbose': 'debug', 'info': 'info', 'warning': 'warn', 'error': 'error', 'fatal': 'error'}


def log(level, text):
    console[METHODS[level]]('[alula] ' + text)
