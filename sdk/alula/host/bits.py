"""Bits of integers of up to 64 bits (CPython body)."""

from __future__ import annotations


def bit_and(a: int, b: int) -> int:
    return a & b


def bit_or(a: int, b: int) -> int:
    return a | b


def bit_xor(a: int, b: int) -> int:
    return a ^ b
