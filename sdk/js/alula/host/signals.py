"""The caller's wish to stop (JS body: an AbortSignal). Docstrings are at the CPython body."""

from alula.errors import AbortedError


def is_aborted(signal) -> bool:
    return signal is not None and signal.aborted


def check_signal(signal, what):
    if is_aborted(signal):
        raise AbortedError(what)
