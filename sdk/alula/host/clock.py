"""Time (CPython body)."""

from __future__ import annotations

import time


def now_ms() -> float:
    """Milliseconds since some fixed moment, with fractions; never goes back."""
    return time.perf_counter() * 1000.0
