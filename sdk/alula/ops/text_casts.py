"""Casts from and to texts. Kernels, which have texts as numbers, leave them to the host (Lowering.on_host)."""

from __future__ import annotations

import math
from typing import Any

from alula.dtypes import bounds, dtype_of, is_float, is_int
from alula.errors import UnsupportedTypeError, ValueCheckError
from alula.host.arrays import array_from_list
from alula.host.float16 import f16_bits
from alula.host.text import brief_text, parse_float, parse_int
from alula.ops.attributes import required
from alula.ops.blocks import numbers_of
from alula.ops.registry import host_operator
from alula.tensor import Tensor, wrapped

FLOATS = ['float16', 'float32', 'float64']


@host_operator('Cast of texts', 6, folds=True)
def cast_texts(x: Tensor, *, to: int | None = None, saturate: int = 1, round_mode: str = 'up') -> list[Any]:
    return [cast_tensor(x, dtype_of(required('to', to)))]


@host_operator('CastLike of texts', 15, folds=True)
def cast_texts_like(x: Tensor, target: Tensor, *, saturate: int = 1, round_mode: str = 'up') -> list[Any]:
    return [cast_tensor(x, target.dtype)]


def cast_tensor(x: Tensor, dtype: str) -> Tensor:
    """The elements in another type, one of both being text. ValueCheckError for a text that is no number of it."""
    for other in [x.dtype, dtype]:
        if is_float(other) and other not in FLOATS:
            raise UnsupportedTypeError(other, 'it is not cast from or to texts')
    if x.dtype == dtype:
        return x
    if dtype == 'string':
        as_text = _float_text if is_float(x.dtype) else _whole_text
        return wrapped(dtype, [as_text(number) for number in numbers_of(x)], x.dims)
    numbers = [_number(text, dtype) for text in x.array]
    return wrapped(dtype, array_from_list(dtype, [f16_bits(n) for n in numbers] if dtype == 'float16' else numbers),
                   x.dims)  # fmt: skip


def _float_text(x: float) -> str:
    """As onnxruntime writes it: up to eight digits."""
    if x != x:
        return 'NaN'
    if abs(x) == math.inf:
        return 'INF' if x > 0 else '-INF'
    return brief_text(x)


def _whole_text(x: int) -> str:
    return f'{x}'


def _number(text: str, dtype: str) -> Any:
    found: Any = parse_int(text) if is_int(dtype) else parse_float(text)
    if found is None:
        raise ValueCheckError(f"'{text}' is no number of type {dtype}")
    if is_float(dtype):
        return found
    if dtype == 'bool':
        return 1 if found != 0 else 0
    low, high = bounds(dtype)
    if found < low or found > high:
        raise ValueCheckError(f"'{text}' is beyond {dtype}")
    return found
