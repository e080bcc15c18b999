"""Numbers that nobody foresees (CPython body)."""

from __future__ import annotations

import secrets


def any_i32() -> int:
    """A signed 32-bit integer, another one each time."""
    return secrets.randbits(32) - 0x80000000
