"""Text: UTF-8, code points, and numbers as the same text on both hosts (CPython body)."""

from __future__ import annotations

import math
import re
import unicodedata
from decimal import Decimal

from alula.host.arrays import TypedArray


def encode_utf8(text: str) -> TypedArray:
    """The UTF-8 bytes of `text`; lone surrogates become U+FFFD."""
    clean = text.encode('utf-16-le', 'surrogatepass').decode('utf-16-le', 'replace')
    return memoryview(bytearray(clean.encode()))


def decode_utf8(data: TypedArray) -> str | None:
    """The text of UTF-8 bytes, None if they are not UTF-8."""
    try:
        return str(data, 'utf-8')
    except UnicodeDecodeError:
        return None


def bytes_of_text(text: str) -> TypedArray:
    """The bytes that `text` spells with a character of U+0000 to U+00FF each."""
    return memoryview(bytearray(text.encode('latin-1')))


def code_points(text: str) -> list[str]:
    """One string per Unicode code point."""
    return list(text)


def decomposed(text: str) -> str:
    """The canonical decomposition (NFD). Characters that are younger than the host's Unicode stay as they are."""
    return unicodedata.normalize('NFD', text)


def number_text(x: float) -> str:
    """Shortest decimal that reads back as `x`, in JS notation: '1', '0.5', '1e-7', '1e+21', 'NaN', 'Infinity'."""
    if isinstance(x, int):
        return str(x)
    if math.isnan(x):
        return 'NaN'
    if math.isinf(x):
        return 'Infinity' if x > 0 else '-Infinity'
    if x == 0:
        return '0'
    sign, digit_tuple, exponent = Decimal(repr(float(x))).as_tuple()
    digits = ''.join(str(digit) for digit in digit_tuple).rstrip('0')
    point = len(digit_tuple) + int(exponent)
    if 0 < point <= 21:
        body = digits.ljust(point, '0')[:point] + ('.' + digits[point:] if len(digits) > point else '')
    elif -6 < point <= 0:
        body = '0.' + '0' * -point + digits
    else:
        fraction = '.' + digits[1:] if len(digits) > 1 else ''
        body = f'{digits[0]}{fraction}e{point - 1:+d}'
    return ('-' if sign else '') + body


def hex_text(x: int) -> str:
    """Lower-case hexadecimal digits of a non-negative integer, without prefix."""
    return f'{x:x}'


def number_of(text: str) -> float:
    """The number that `text` spells in decimal digits, as '-1', '0.5' or '1e-7': an integer where it is whole."""
    value = float(text)
    return int(value) if value.is_integer() else value


def parse_int(text: str) -> int | None:
    """The integer that `text` spells in decimal digits with an optional sign; None for any other text, and in JS beyond
    ±2**53."""
    return int(text) if re.fullmatch(r'[+-]?[0-9]+', text) else None


def parse_float(text: str) -> float | None:
    """The number that `text` spells, as '-1', '.5', '1e-7', 'INF', '-inf' or 'NaN'; None for any other text."""
    is_number = re.fullmatch(r'[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?|[+-]?(inf|nan)', text.lower())
    return float(text) if is_number else None


def brief_text(x: float) -> str:
    """A finite number in at most eight digits, as C's %.8g: '1', '0.5', '1e-07', '-0'."""
    return f'{x:.8g}'
