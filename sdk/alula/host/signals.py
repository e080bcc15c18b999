"""The caller's wish to stop (CPython body: a threading.Event or asyncio.Event; in JS an AbortSignal)."""

from __future__ import annotations

from typing import Any

from alula.errors import AbortedError


def check_signal(signal: Any, what: str) -> None:
    """Raise AbortedError for the operation `what` if `signal` is set."""
    if signal is not None and signal.is_set():
        raise AbortedError(what)
