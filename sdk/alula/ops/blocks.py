"""Tensors on the host, by blocks: joined, cut and picked along an axis; and the numbers in them."""

from __future__ import annotations

from typing import Any

from alula.errors import ShapeError
from alula.host.arrays import array_from_list, put, sub, to_list, typed
from alula.host.float16 import f16_unpack
from alula.kernels.view import dims_text, numel
from alula.ops.attributes import normal_axis
from alula.tensor import Tensor, wrapped

# Elements that are copied sooner one by one.
FEW = 4


def integers(dims: list[int], values: list[int]) -> Tensor:
    """An int64 tensor."""
    return wrapped('int64', array_from_list('int64', values), dims)


def numbers_of(x: Tensor) -> list[Any]:
    """The elements as numbers that compare as they should, or texts."""
    if x.dtype == 'string':
        return x.array  # type: ignore[no-any-return]
    return to_list(f16_unpack(x.array) if x.dtype == 'float16' else x.array)


def scalar(x: Tensor) -> Any:
    """The one element of a tensor. ShapeError if it has another number of them."""
    if x.size != 1:
        raise ShapeError(f'{x} where one number is expected')
    return x.array[0]


def blank(dtype: str, dims: list[int]) -> Tensor:
    """A tensor of zeros, or of empty texts."""
    count = numel(dims)
    return wrapped(dtype, ['' for _ in range(count)] if dtype == 'string' else typed(dtype, count), dims)


def joined(tensors: list[Tensor], axis: int) -> Tensor:
    """One after the other along an axis; at least one. ShapeError where the other dims differ."""
    first = tensors[0]
    at = normal_axis(axis, len(first.dims))
    dims = first.dims[:]
    dims[at] = sum([x.dims[at] if len(x.dims) == len(dims) else 0 for x in tensors])
    for x in tensors:
        rest = [dims[d] if d == at else size for d, size in enumerate(x.dims)]
        if x.dtype != first.dtype or dims_text(rest) != dims_text(dims):
            raise ShapeError(f'{x} and {first} do not join along axis {at}')
    out = blank(first.dtype, dims)
    place = 0
    for row in range(numel(dims[:at])):
        for x in tensors:
            size = numel(x.dims[at:])
            _copy(x, row * size, (row + 1) * size, out, place)
            place += size
    return out


def stacked(tensors: list[Tensor], axis: int) -> Tensor:
    """One after the other along a new axis; at least one."""
    at = normal_axis(axis, len(tensors[0].dims) + 1)
    return joined([wrapped(x.dtype, x.array, [*x.dims[:at], 1, *x.dims[at:]]) for x in tensors], at)


def picked(x: Tensor, axis: int, indices: list[int]) -> Tensor:
    """The entries of an axis at these indices, all within it."""
    return _runs(x, axis, indices, 1)


def part(x: Tensor, axis: int, begin: int, count: int) -> Tensor:
    """`count` entries of an axis from `begin` on."""
    return _runs(x, axis, [begin], count)


def entry(x: Tensor, axis: int, index: int) -> Tensor:
    """One entry of an axis, without it."""
    found = part(x, axis, index, 1)
    found.dims.pop(axis)
    return found


def _runs(x: Tensor, axis: int, begins: list[int], count: int) -> Tensor:
    """`count` entries of an axis from each of `begins` on, one run after the other."""
    dims = x.dims[:]
    dims[axis] = len(begins) * count
    out = blank(x.dtype, dims)
    width = numel(dims[axis + 1 :])
    size = count * width
    place = 0
    for row in range(numel(dims[:axis])):
        for i in begins:
            begin = (row * x.dims[axis] + i) * width
            _copy(x, begin, begin + size, out, place)
            place += size
    return out


def _copy(x: Tensor, begin: int, end: int, out: Tensor, place: int) -> None:
    source = x.array
    target = out.array
    # Complex elements take two.
    slots = len(source) // max(x.size, 1)
    if x.dtype == 'string' or end - begin < FEW:
        for i in range(slots * (end - begin)):
            target[slots * place + i] = source[slots * begin + i]
    else:
        put(target, sub(source, slots * begin, slots * end), slots * place)
