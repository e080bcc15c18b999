"""Expressions as closures over plain numbers: no code is generated, so it runs under any content security policy.

Floats are computed in double precision and rounded when stored; integers wrap to their width after each operation.
"""

from __future__ import annotations

import math
from typing import Any

from alula.dtypes import bits_of, bounds, is_float, is_int, is_unsigned
from alula.host.arrays import fround, imul32, trunc
from alula.host.float16 import bf16_bits, bf16_value, f16_bits, f16_value
from alula.kernels.expr import Expr
from alula.kernels.primitives import PRIMITIVES


class Place:
    """Where a kernel stands.

    `at[slot]` is the position in `arrays[slot]`, `index[dim]` the coordinate, `stages` and `acc` what a Reduce or a
    Contract has come to.
    """

    def __init__(self, arrays: list[Any], offsets: list[int], rank: int) -> None:
        self.arrays = arrays
        self.offsets = offsets
        self.at = offsets[:]
        self.index = [0 for _ in range(rank)]
        self.stages: list[Any] = []
        self.acc: Any = 0


def evaluator(e: Expr, place: Place) -> Any:
    """A function of no arguments that gives the expression's value where `place` stands."""
    if e.op == 'const':
        return _constant(fround(e.value) if e.dtype == 'float32' else e.value)
    if e.op == 'input':
        return _input(place, e.value, e.dtype)
    if e.op == 'coord':
        return _coordinate(place, e.value)
    if e.op == 'stage':
        return _stage(place, e.value)
    if e.op == 'acc':
        return lambda: place.acc
    args = [evaluator(a, place) for a in e.args]
    if e.op == 'load':
        return _load(place, e.value, e.dtype, args[0])
    if e.op == 'where':
        return _where(args[0], args[1], args[2])
    if e.op == 'cast':
        return _applied(caster(e.args[0].dtype, e.dtype), args[0])
    plain = _plain(e)
    return _applied(plain, args[0]) if len(args) == 1 else _applied_to_two(plain, args[0], args[1])


def _constant(value: Any) -> Any:
    return lambda: value


def _coordinate(place: Place, dim: int) -> Any:
    return lambda: place.index[dim]


def _stage(place: Place, k: int) -> Any:
    return lambda: place.stages[k]


def _input(place: Place, s: int, dtype: str) -> Any:
    at = place.at
    array = place.arrays[s]
    if dtype == 'float16':
        return lambda: f16_value(array[at[s]])
    if dtype == 'bfloat16':
        return lambda: bf16_value(array[at[s]])
    return lambda: array[at[s]]


def _load(place: Place, s: int, dtype: str, index: Any) -> Any:
    array = place.arrays[s]
    offset = place.offsets[s]
    if dtype == 'float16':
        return lambda: f16_value(array[offset + index()])
    if dtype == 'bfloat16':
        return lambda: bf16_value(array[offset + index()])
    return lambda: array[offset + index()]


def _where(condition: Any, a: Any, b: Any) -> Any:
    return lambda: a() if condition() != 0 else b()


def _applied(apply: Any, a: Any) -> Any:
    return lambda: apply(a())


def _applied_to_two(apply: Any, a: Any, b: Any) -> Any:
    return lambda: apply(a(), b())


def _plain(e: Expr) -> Any:
    """The primitive's function; for integers with a result of the same type, wrapped to its width."""
    plain = PRIMITIVES[e.op]
    if e.dtype != e.args[0].dtype or not is_int(e.dtype):
        return plain
    if e.op == 'div':
        return lambda a, b: 0 if b == 0 else trunc(a / b) if abs(a) < 9007199254740991 else _big_quotient(a, b)
    wrap = wrapper(e.dtype)
    if e.op == 'mul' and (e.dtype == 'int32' or e.dtype == 'uint32'):
        return lambda a, b: wrap(imul32(a, b))
    if len(e.args) == 1:
        return lambda a: wrap(plain(a))
    return lambda a, b: wrap(plain(a, b))


def _big_quotient(a: int, b: int) -> int:
    """Truncated quotient of integers that only CPython has exactly."""
    size = abs(a) // abs(b)
    return size if (a < 0) == (b < 0) else -size


def wrapper(dtype: str) -> Any:
    """A function that takes an integer to what `dtype` keeps of it. 64-bit integers stay as they are."""
    bits = bits_of(dtype)
    if bits == 64:
        return lambda x: x
    size = 2**bits
    if is_unsigned(dtype):
        return lambda x: x % size
    half = size // 2
    return lambda x: (x + half) % size - half


def caster(source: str, target: str) -> Any:
    """A function that converts as ONNX Cast: to bool all but zero is true; to integers floats truncate and saturate."""
    if target == 'bool':
        return lambda x: 0 if x == 0 else 1
    if target == 'float32':
        return fround
    if is_float(target):
        return lambda x: x
    if not is_float(source):
        return wrapper(target)
    ends = bounds(target)
    low = trunc(ends[0])
    high = trunc(ends[1])
    return lambda x: 0 if x != x else low if x <= low else high if x >= high else trunc(x)


def storer(dtype: str) -> Any:
    """A function `store(array, position, value)` for a result of `dtype`."""
    if dtype == 'float16':
        return _store_f16
    if dtype == 'bfloat16':
        return _store_bf16
    return _store_f32 if dtype == 'float32' else _store


def _store(array: Any, at: int, value: Any) -> None:
    array[at] = value


def _store_f32(array: Any, at: int, value: Any) -> None:
    # CPython's memoryview refuses a double beyond float32's range, which should become infinite.
    array[at] = (
        value
        if -3.4028235677973366e38 < value < 3.4028235677973366e38 or value != value
        else math.copysign(math.inf, value)
    )


def _store_f16(array: Any, at: int, value: Any) -> None:
    array[at] = f16_bits(value)


def _store_bf16(array: Any, at: int, value: Any) -> None:
    array[at] = bf16_bits(value)
