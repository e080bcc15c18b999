"""Expressions as closures over plain numbers: no code is generated, so it runs under any content security policy.

Floats are computed in double precision and rounded when stored, or where a whole number comes of them; integers wrap to
their width after each operation.
"""

from __future__ import annotations

from typing import Any

from alula.dtypes import bits_of, bounds, is_float, is_int, is_unsigned
from alula.host.arrays import fround, imul32, trunc
from alula.host.float16 import bf16_unpack, f16_bits, f16_unpack, f16_value
from alula.kernels.expr import Expr
from alula.kernels.primitives import PRIMITIVES

# Arrays of numbers from arrays of bits.
DECODERS: dict[str, Any] = {'float16': f16_unpack, 'bfloat16': bf16_unpack}
# What stands between a number and the array that keeps it, for types that have it; no kernel gives bfloat16. CPython's
# memoryview refuses a double beyond float32's range, which should become infinite.
ENCODERS: dict[str, Any] = {'float16': f16_bits, 'float32': fround}

# What jumps from one whole number to the next: the operand is rounded first, so that all backends jump at the same.
STEPPING = ['rint', 'floor', 'ceil', 'trunc']


class Place:
    """Where a kernel stands.

    `index[d]` is the coordinate of dim d; `at[slot]` the position in `arrays[slot]`, which begins at `offsets[slot]`
    and moves by `strides[slot][d]`; `stages[k][0]` what stage k of a Reduce has come to, or the sum of a Contract.
    Arrays that are read hold numbers, never bits of floats.
    """

    def __init__(self, shape: list[int], strides: list[list[int]], arrays: list[Any], offsets: list[int]) -> None:
        self.shape = shape
        self.strides = strides
        self.arrays = arrays
        self.offsets = offsets
        self.at = offsets[:]
        self.index = shape[:]
        self.stages: list[list[Any]] = []


def evaluator(e: Expr, place: Place) -> Any:
    """A function of no arguments that gives the expression's value where `place` stands."""
    op = e.op
    value = e.value
    if op == 'const':
        if e.dtype == 'float32':
            value = fround(value)
        elif value % 1 == 0 and not is_float(e.dtype):
            value = trunc(value)
        return lambda: value
    if op == 'coord':
        return lambda: place.index[value]
    if op == 'stage' or op == 'acc':
        state = place.stages[value if op == 'stage' else 0]
        return lambda: state[0]
    if op == 'input':
        at = place.at
        array = place.arrays[value]
        return lambda: array[at[value]]
    args = [evaluator(a, place) for a in e.args]
    a = args[0]
    if e.args[0].dtype == 'float32' and (op in STEPPING or is_int(e.dtype)):
        a = _rounded(a)
    if op == 'load':
        array = place.arrays[value]
        offset = place.offsets[value]
        return lambda: array[offset + a()]
    if op == 'cast':
        convert = caster(e.args[0].dtype, e.dtype)
        return lambda: convert(a())
    if op == 'where':
        b = args[1]
        c = args[2]
        return lambda: b() if a() != 0 else c()
    plain = _plain(e)
    if len(args) == 1:
        return lambda: plain(a())
    b = args[1]
    return lambda: plain(a(), b())


def _rounded(value: Any) -> Any:
    """A function that gives what another gives, rounded to float32."""
    return lambda: fround(value())


def _plain(e: Expr) -> Any:
    """The primitive's function; for integers with a result of the same type, wrapped to its width."""
    plain = PRIMITIVES[e.op]
    if e.dtype != e.args[0].dtype or not is_int(e.dtype):
        return plain
    if e.op == 'div':
        return lambda a, b: 0 if b == 0 else a // b if (a < 0) == (b < 0) else -(-a // b)
    wrap = wrapper(e.dtype)
    if e.op == 'mul' and bits_of(e.dtype) == 32:
        return lambda a, b: wrap(imul32(a, b))
    if len(e.args) == 1:
        return lambda a: wrap(plain(a))
    return lambda a, b: wrap(plain(a, b))


def wrapper(dtype: str) -> Any:
    """A function that takes an integer to what `dtype` keeps of it. 64-bit integers stay as they are."""
    bits = bits_of(dtype)
    if bits == 64:
        return lambda x: x
    size = 2**bits
    half = 0 if is_unsigned(dtype) else size // 2
    return lambda x: (x + half) % size - half


def caster(source: str, target: str) -> Any:
    """A function that converts as ONNX Cast: to bool all but zero is true; to integers floats truncate and saturate."""
    if target == 'bool':
        return lambda x: 0 if x == 0 else 1
    if target == 'float32':
        return fround
    if target == 'float16':
        return lambda x: f16_value(f16_bits(x))
    if is_float(target):
        return lambda x: x
    if not is_float(source):
        return wrapper(target)
    ends = bounds(target)
    low = ends[0]
    high = ends[1]
    return lambda x: 0 if x != x else low if x <= low else high if x >= high else trunc(x)
