"""Bits of integers of up to 64 bits (JS body): BigInt has those beyond the 32nd."""


def bit_and(a, b):
    __pragma__('js', '{}', 'return (a | 0) === a && (b | 0) === b ? a & b : Number (BigInt (a) & BigInt (b));')


def bit_or(a, b):
    __pragma__('js', '{}', 'return (a | 0) === a && (b | 0) === b ? a | b : Number (BigInt (a) | BigInt (b));')


def bit_xor(a, b):
    __pragma__('js', '{}', 'return (a | 0) === a && (b | 0) === b ? a ^ b : Number (BigInt (a) ^ BigInt (b));')
