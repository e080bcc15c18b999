"""From one element type to another: Cast and its kin, with what only floats of 8 bits and packed integers ask for."""

from __future__ import annotations

from typing import Any

from alula.dtypes import bits_of, dtype_of, is_float, is_packed
from alula.errors import AttributeValueError
from alula.kernels.expr import Expr, absolute, add, bitcast, cast, clamp, eq, minimum, ne, where
from alula.kernels.narrow_float import greatest
from alula.kernels.view import View
from alula.ops.attributes import required
from alula.ops.registry import operator
from alula.plan.lower import Lowering

# What is added to the bits of a float32 before those of its fraction are dropped.
ROUNDINGS: dict[str, int] = {'up': 0x7FFFFF, 'nearest': 0x400000, 'down': 0}


@operator('Cast', 6)
def cast_(g: Lowering, x: View, *, to: int | None = None, saturate: int = 1, round_mode: str = 'up') -> Expr:
    """`saturate` speaks of floats of 8 bits, `round_mode` of float8e8m0."""
    return _cast_to(g, x, dtype_of(required('to', to)), saturate, round_mode)


@operator('CastLike', 15)
def cast_like(g: Lowering, x: View, target: View, *, saturate: int = 1, round_mode: str = 'up') -> Expr:
    return _cast_to(g, x, target.dtype, saturate, round_mode)


@operator('BitCast', 26)
def bit_cast(g: Lowering, x: View, *, to: int | None = None) -> Expr:
    """The same bits as another type. Of a NaN of fewer than 32 bits only that it is one may be kept."""
    dtype = dtype_of(required('to', to))
    if bits_of(dtype) != bits_of(x.dtype):
        raise AttributeValueError('to', f'must be a type of {bits_of(x.dtype)} bits as {x.dtype} is, not {dtype}')
    return bitcast(x, dtype)


def _cast_to(g: Lowering, x: View, dtype: str, saturate: int, round_mode: str) -> Expr:
    if x.dtype != dtype and 'string' in [x.dtype, dtype]:
        raise g.on_host()
    return converted(x, dtype, saturate != 0, round_mode)


def converted(x: Any, dtype: str, saturates: bool, round_mode: str) -> Expr:
    """x (a view or an expression) as ONNX Cast converts it: floats of 8 bits become the greatest number where they
    would overflow, if so asked; packed integers keep the low bits of whole numbers."""
    if dtype == 'float8e8m0':
        return _power(cast(x, 'float32'), saturates, round_mode)
    if dtype.startswith('float8') and saturates:
        end = greatest(dtype)
        return cast(clamp(cast(x, 'float32'), -end, end), dtype)
    return cast(cast(x, 'int32') if is_packed(dtype) and is_float(x.dtype) and not is_float(dtype) else x, dtype)


def _power(x: Expr, saturates: bool, round_mode: str) -> Expr:
    """The power of 2 that |x| is rounded to (`round_mode`: 'up', 'nearest' or 'down')."""
    step = ROUNDINGS.get(round_mode, -1)
    if step < 0:
        raise AttributeValueError('round_mode', f"must be one of {', '.join(ROUNDINGS)}, not '{round_mode}'")
    size = absolute(x)
    if saturates:
        size = minimum(size, greatest('float8e8m0'))
    bits = bitcast(size, 'int32')
    grown = add(bits, step)
    if round_mode == 'nearest':
        # the least power, 2**-127, whose only bit is one of the fraction
        grown = where(eq(bits, step), bits, grown)
    return cast(where(ne(x, x), x, bitcast(grown, 'float32')), 'float8e8m0')
