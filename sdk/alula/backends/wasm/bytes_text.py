"""Bytes as text: how WebAssembly writes numbers, names and lists, one character of U+0000 to U+00FF per byte.

Text grows by `+`, which costs a cold JavaScript engine no call; the host turns it into bytes once, at the end.
"""

from __future__ import annotations

from alula.host.arrays import to_i32

SMALL = [chr(value) for value in range(128)]  # what stands for itself in one byte


def unsigned(value: int) -> str:
    """LEB128 of an integer ≥ 0."""
    return SMALL[value] if value < 128 else chr(value % 128 + 128) + unsigned(value // 128)


def signed(value: int) -> str:
    """Signed LEB128 of a 32- or 64-bit integer; divides, for JS shifts know 32 bits only."""
    if -64 <= value < 64:
        return SMALL[value % 128]
    return chr(value % 128 + 128) + signed(value // 128)


def word(value: int) -> str:
    """Four bytes of a 32-bit integer, signed or not, little-endian."""
    bits = to_i32(value)
    return ''.join([chr(bits >> shift & 255) for shift in [0, 8, 16, 24]])


def counted(items: list[str]) -> str:
    """A list: how many, then one after the other."""
    return unsigned(len(items)) + ''.join(items)
