"""Operators that write elements at computed places."""

from __future__ import annotations

from typing import Any

from alula.errors import AttributeValueError, ShapeError
from alula.kernels.expr import add, cast, coord, floor_mod, mul
from alula.kernels.view import View, broadcast, dims_text, numel, ordered_strides, sliced
from alula.ops.attributes import normal_axis, required
from alula.ops.gather import coords, index_of, place_of, places_along, places_of_rows
from alula.ops.registry import operator
from alula.ops.shape import trailing
from alula.plan.lower import Lowering

# The primitive that combines an update with what it meets, by the attribute `reduction`.
REDUCTIONS: dict[str, str] = {'none': '', 'add': 'add', 'mul': 'mul', 'max': 'maximum', 'min': 'minimum'}


def _combining(reduction: str) -> str:
    if reduction not in REDUCTIONS:
        raise AttributeValueError('reduction', f"'{reduction}' is none of {', '.join(REDUCTIONS)}")
    return REDUCTIONS[reduction]


@operator('ScatterElements', 11)
def scatter_elements(
    g: Lowering, data: View, indices: View, updates: View, *, axis: int = 0, reduction: str = 'none'
) -> View:
    return g.scattered(data, places_along(g, data.shape, indices, axis), updates, _combining(reduction))


operator('Scatter', 9)(scatter_elements)


@operator('ScatterND', 11)
def scatter_nd(g: Lowering, data: View, indices: View, updates: View, *, reduction: str = 'none') -> View:
    return g.scattered(data, places_of_rows(g, data.shape, indices, 0), updates, _combining(reduction))


@operator('TensorScatter', 24, '. . .')
def tensor_scatter(
    g: Lowering, cache: View, update: View, starts: View | None, *, mode: str = 'linear', axis: int = -2
) -> View:
    """`update` written into a cache along `axis`, in entry b of the batch from `starts[b]` on (else from 0), in mode
    'circular' from the cache's start again after its end."""
    rank = len(cache.shape)
    at = normal_axis(axis, rank)
    size = cache.shape[at]
    where_to = coords(0, rank)
    if starts is not None:
        where_to[at] = add(cast(trailing(starts, rank - 1), 'int32'), where_to[at])
    if mode == 'circular':
        where_to[at] = floor_mod(where_to[at], size)
    elif mode != 'linear':
        raise AttributeValueError('mode', f"'{mode}' is neither linear nor circular")
    where_to[at] = index_of(g, g.map_over(where_to[at], update.shape), size)
    return g.scattered(cache, place_of(where_to, ordered_strides(cache.shape, None)), update, '')


def zeros(g: Lowering, dtype: str, shape: list[int]) -> View:
    return broadcast(g.constant(dtype, [], [0]), shape)


@operator('MaxUnpool', 9, '. . output_shape')
def max_unpool(
    g: Lowering,
    x: View,
    indices: View,
    *,
    output_shape: Any = None,
    kernel_shape: list[int] | None = None,
    pads: list[int] | None = None,
    strides: list[int] | None = None,
) -> View:
    """Each element of x where MaxPool found it, among zeros. A greater `output_shape` has more of them at the ends."""
    shape = x.shape[:]
    rank = len(x.shape) - 2
    for d, size in enumerate(required('kernel_shape', kernel_shape)):
        cut = 0 if pads is None else pads[d] + pads[d + rank]
        shape[d + 2] = (shape[d + 2] - 1) * (1 if strides is None else strides[d]) - cut + size
    out = g.scattered(zeros(g, x.dtype, shape), index_of(g, indices, numel(shape)), x, '')
    if output_shape is None:
        return out
    after = [size - shape[d] for d, size in enumerate(output_shape)]
    if len(after) != len(shape) or min(after) < 0:
        raise ShapeError(f'output_shape {dims_text(output_shape)} of MaxUnpool, which gives {dims_text(shape)}')
    return g.padded(out, [0 for _ in shape], after, 0, None)


@operator('Col2Im', 18, '. image_shape block_shape')
def col2im(
    g: Lowering,
    x: View,
    *,
    image_shape: Any = None,
    block_shape: Any = None,
    dilations: list[int] | None = None,
    pads: list[int] | None = None,
    strides: list[int] | None = None,
) -> View:
    """x[n, c · block, positions] as the image of which the blocks were cut; where they overlap they add up."""
    rank = len(image_shape)
    before = [0 for _ in image_shape] if pads is None else pads[:rank]
    shape = [x.shape[0], x.shape[1] // numel(block_shape)]
    positions: list[int] = []
    where_to = coords(0, 2)
    for d in range(rank):
        size = image_shape[d] + (0 if pads is None else pads[d] + pads[d + rank])
        dilation = 1 if dilations is None else dilations[d]
        stride = 1 if strides is None else strides[d]
        shape.append(size)
        positions.append((size - (block_shape[d] - 1) * dilation - 1) // stride + 1)
        where_to.append(add(mul(coord(2 + d), dilation), mul(coord(2 + rank + d), stride)))
    blocks = g.reshape(x, [*shape[:2], *block_shape, *positions])
    image = g.scattered(zeros(g, x.dtype, shape), place_of(where_to, ordered_strides(shape, None)), blocks, 'add')
    for d in range(rank):
        image = sliced(image, 2 + d, before[d], image_shape[d], 1)
    return image
