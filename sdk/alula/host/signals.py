"""The caller's wish to stop (CPython body: a threading.Event or asyncio.Event; in JS an AbortSignal)."""

from __future__ import annotations

from typing import Any

from alula.errors import AbortedError


def is_aborted(signal: Any) -> bool:
    """True if `signal` is given and set."""
    return signal is not None and bool(signal.is_set())


def check_signal(signal: Any, what: str) -> None:
    """Raise AbortedError for the operation `what` if `signal` is set."""
    if is_aborted(signal):
        raise AbortedError(what)
