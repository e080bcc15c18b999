"""The caller's wish to stop (JS body: an AbortSignal). Docstrings are at the CPython body."""

from alula.errors import AbortedError


def check_signal(signal, what):
    if signal is not None and signal.aborted:
        raise AbortedError(what)
