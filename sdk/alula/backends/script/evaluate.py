"""Expressions as closures over plain numbers: no code is generated, so it runs under any content security policy.

Floats are computed in double precision and rounded when stored, or where a whole number comes of them; integers wrap to
their width after each operation.
"""

from __future__ import annotations

from typing import Any

from alula.dtypes import bits_of, bounds, is_float, is_int, is_unsigned
from alula.host.arrays import (
    TypedArray,
    array_from_list,
    f32_bits,
    f32_from_bits,
    f64_bits,
    f64_from_bits,
    fround,
    i64_of,
    imul32,
    to_list,
    trunc,
    u64_of,
)
from alula.host.float16 import f16_bits, f16_unpack, f16_value
from alula.kernels.expr import Expr, slot
from alula.kernels.narrow_float import FORMATS, bits_type, decoded, encoded
from alula.kernels.primitives import PRIMITIVES

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
    if op == 'cast' or op == 'bitcast':
        convert = (caster if op == 'cast' else bitcaster)(e.args[0].dtype, e.dtype)
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
    if target in FORMATS:
        bits = encoder(target)
        number = decoder(target)
        return lambda x: number(bits(x))
    if is_float(target):
        return lambda x: x
    if not is_float(source):
        return wrapper(target)
    ends = bounds(target)
    low = ends[0]
    high = ends[1]
    return lambda x: 0 if x != x else low if x <= low else high if x >= high else trunc(x)


def bitcaster(source: str, target: str) -> Any:
    """A function that gives what a number's bits mean in another type of the same width. In JS 64-bit integers beyond
    2**53 are an InexactIntegerError."""
    if source == 'float64':
        join = u64_of if is_unsigned(target) else i64_of
        return lambda x: join(*f64_bits(x))
    if target == 'float64':
        return lambda x: f64_from_bits(x % 2**32, x // 2**32 % 2**32)
    bits = encoder(source)
    if source not in FORMATS:
        bits = f32_bits if source == 'float32' else wrapper(f'uint{bits_of(source)}')
    number = decoder(target) if target in FORMATS else f32_from_bits if target == 'float32' else wrapper(target)
    return lambda x: number(bits(x))


def encoder(dtype: str) -> Any:
    """What stands between a number and the array that keeps it: of narrow floats their bits. CPython's memoryview
    refuses a double beyond float32's range, which should become infinite."""
    if dtype == 'float16':
        return f16_bits
    if dtype in FORMATS:
        bits = _function(encoded(slot(0, 'float32'), dtype))
        return lambda x: bits(fround(x))
    return fround if dtype == 'float32' else lambda x: x


def decoder(dtype: str) -> Any:
    """A function from the bits of a narrow float to the number."""
    return f16_value if dtype == 'float16' else _function(decoded(slot(0, bits_type(dtype)), dtype))


def numbers_of(dtype: str, array: TypedArray) -> TypedArray:
    """The array itself, or that of the numbers whose bits it has."""
    if dtype == 'float16':
        return f16_unpack(array)
    if dtype in FORMATS:
        number = decoder(dtype)
        return array_from_list('float32', [number(bits) for bits in to_list(array)])
    return array


def _function(e: Expr) -> Any:
    """An expression of one input as a function of a number."""
    cell: list[Any] = [0]
    run = evaluator(e, Place([], [[]], [cell], [0]))

    def apply(x: float) -> Any:
        cell[0] = x
        return run()

    return apply
