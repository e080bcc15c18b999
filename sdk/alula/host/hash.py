"""Digests (CPython body: hashlib)."""

from __future__ import annotations

import base64
import hashlib

from alula.host.arrays import TypedArray


async def sha256(data: TypedArray) -> str:
    """The SHA-256 of bytes in base64, as Subresource Integrity writes it: 44 characters."""
    return base64.b64encode(hashlib.sha256(data).digest()).decode()
