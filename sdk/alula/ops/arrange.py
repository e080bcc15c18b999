"""Operators that lay elements out anew: triangles, tiles, blocks of space and of channels."""

from __future__ import annotations

from typing import Any

from alula.dtypes import dtype_of
from alula.errors import AttributeValueError, ShapeError
from alula.kernels.expr import cast, coord, eq, ge, le, sub, where
from alula.kernels.view import View, dims_text, sliced, transposed, with_axis
from alula.ops.attributes import normal_axis, required
from alula.ops.registry import operator
from alula.plan.lower import Lowering


@operator('Trilu', 14, '. k')
def trilu(g: Lowering, x: View, *, k: Any = None, upper: int = 1) -> View:
    """The upper or the lower triangle of the last two dims, with diagonal `k`; the rest is 0."""
    rank = len(x.shape)
    diagonal = 0 if k is None else k[0]
    offset = sub(coord(rank - 1), coord(rank - 2))
    kept = le(offset, diagonal) if upper == 0 else ge(offset, diagonal)
    return g.map_over(where(kept, x, 0), x.shape)


@operator('EyeLike', 9)
def eye_like(g: Lowering, x: View, *, dtype: int | None = None, k: int = 0) -> View:
    """Ones on diagonal `k`, in the shape of x."""
    one = eq(sub(coord(1), coord(0)), k)
    return g.map_over(cast(one, x.dtype if dtype is None else dtype_of(dtype)), x.shape)


@operator('Tile', 6, '. repeats')
def tile(g: Lowering, x: View, *, repeats: Any = None) -> View:
    if len(repeats) != len(x.shape):
        raise ShapeError(f'{len(repeats)} repeats for {dims_text(x.shape)}')
    view = x
    for back in range(len(repeats) - 1, -1, -1):
        view = with_axis(view, back, repeats[back])
    return g.reshape(view, [repeats[d] * size for d, size in enumerate(x.shape)])


@operator('DepthToSpace', 1)
def depth_to_space(g: Lowering, x: View, *, blocksize: int | None = None, mode: str = 'DCR') -> View:
    """Channels become blocks of space; `mode` tells whether a block's place is the outer (DCR) or the inner part (CRD)
    of the channel."""
    size: int = required('blocksize', blocksize)
    n, c, h, w = x.shape
    if mode not in ['DCR', 'CRD'] or c % (size * size) != 0:
        raise AttributeValueError('blocksize', f'{size} in mode {mode} for {dims_text(x.shape)}')
    depth = c // (size * size)
    if mode == 'DCR':
        blocks = transposed(g.reshape(x, [n, size, size, depth, h, w]), [0, 3, 4, 1, 5, 2])
    else:
        blocks = transposed(g.reshape(x, [n, depth, size, size, h, w]), [0, 1, 4, 2, 5, 3])
    return g.reshape(blocks, [n, depth, h * size, w * size])


@operator('SpaceToDepth', 1)
def space_to_depth(g: Lowering, x: View, *, blocksize: int | None = None, mode: str = 'DCR') -> View:
    """The inverse of DepthToSpace."""
    size: int = required('blocksize', blocksize)
    n, c, h, w = x.shape
    if mode not in ['DCR', 'CRD'] or h % size != 0 or w % size != 0:
        raise AttributeValueError('blocksize', f'{size} in mode {mode} for {dims_text(x.shape)}')
    blocks = g.reshape(x, [n, c, h // size, size, w // size, size])
    order = [0, 3, 5, 1, 2, 4] if mode == 'DCR' else [0, 1, 3, 5, 2, 4]
    return g.reshape(transposed(blocks, order), [n, c * size * size, h // size, w // size])


@operator('CenterCropPad', 18, '. shape')
def center_crop_pad(g: Lowering, x: View, *, shape: Any = None, axes: list[int] | None = None) -> View:
    """Each axis cut, or padded with zeros, on both sides to its size; the odd one goes at the end."""
    before = [0 for _ in x.shape]
    after = before[:]
    inner = x
    for i, axis in enumerate(range(len(x.shape)) if axes is None else axes):
        d = normal_axis(axis, len(x.shape))
        room = shape[i] - x.shape[d]
        if room < 0:
            inner = sliced(inner, d, -room // 2, shape[i], 1)
        else:
            before[d] = room // 2
            after[d] = room - before[d]
    return g.padded(inner, before, after, 0, None)
