"""Weights of few bits, quantised in blocks: as they are packed into bytes by com.microsoft."""

from __future__ import annotations

from typing import Any

from alula.dtypes import is_float
from alula.errors import AttributeValueError
from alula.kernels.expr import add, binary, cast, coord, div, ge, logical_and, lt, mul, where
from alula.kernels.view import View, broadcast, numel, sliced, transposed, with_axis
from alula.ops.attributes import normal_axis
from alula.ops.gather import gather
from alula.ops.matmul import matmul
from alula.ops.quantize import dequantize_linear
from alula.ops.registry import microsoft
from alula.ops.shape import trailing
from alula.plan.lower import Lowering


def unpacked(g: Lowering, x: View, bits: int, count: int) -> View:
    """The numbers of `bits` each, `count` along the last dim, that stand in bytes: those in low bits first."""
    if bits not in [2, 4, 8]:
        raise AttributeValueError('bits', f'must be 2, 4 or 8, not {bits}')
    last = len(x.shape)
    each = with_axis(x, last, 8 // bits)
    shifted = binary('shift_right', each, cast(mul(coord(last), bits), x.dtype))
    numbers = g.map_over(binary('bit_and', shifted, 2**bits - 1), each.shape)
    return sliced(g.reshape(numbers, [*x.shape[:-1], x.shape[last - 1] * 8 // bits]), last - 1, 0, count, 1)


@microsoft('MatMulNBits', '. . . . . . accuracy_level= weight_prepacked=0')
def matmul_n_bits(
    g: Lowering,
    a: View,
    b: View,
    scales: View,
    zeros: View | None,
    groups: View | None,
    bias: View | None,
    *,
    K: int = 0,
    N: int = 0,
    bits: int = 4,
    block_size: int = 0,
) -> Any:
    """a[…, K] times the transposed of w[N, K], packed in `b`, with a scale and a zero point for each block of a row, or
    for those of its columns that `groups` names together. Constant weights are floats from `create` on."""
    blocks = (K + block_size - 1) // block_size
    scale = g.reshape(scales, [N, blocks])
    zero = zeros
    if zeros is not None:
        rows = g.reshape(zeros, [N, numel(zeros.shape) // N])
        zero = rows if is_float(zeros.dtype) else unpacked(g, rows, bits, blocks)
    if groups is not None:
        scale = g.map(gather(g, scale, groups, axis=1))
        zero = None if zero is None else g.map(gather(g, zero, groups, axis=1))
        block_size = 1
    w = weights(g, b, scale, zero, bits, K, block_size)
    product = matmul(g, a, transposed(w, [1, 0]))
    return product if bias is None else add(product, bias)


def weights(
    g: Lowering, packed: View, scale: View, zero: View | None, bits: int, depth: int, block_size: int
) -> View:
    """What w[rows, depth] stands for, with scale[rows, blocks]; without a zero point the middle of what `bits` hold."""
    rows = scale.shape[0]
    whole = unpacked(g, g.reshape(packed, [rows, numel(packed.shape) // rows]), bits, depth)
    if zero is None:
        zero = broadcast(g.constant('uint8', [], [2 ** (bits - 1)]), scale.shape)
    elif is_float(zero.dtype):
        whole = g.map(cast(whole, zero.dtype))
    return g.map(dequantize_linear(g, whole, scale, zero, axis=1, block_size=block_size))


@microsoft('GatherBlockQuantized', '. . . .')
def gather_block_quantized(
    g: Lowering,
    x: View,
    indices: View,
    scales: View,
    zeros: View | None,
    *,
    bits: int = 4,
    block_size: int = 128,
    gather_axis: int = 0,
    quantize_axis: int = 1,
) -> Any:
    """What entries of `gather_axis` stand for; bytes are packed along the last dim. An index out of range gives zeros,
    as the specification says."""
    rank = len(x.shape)
    at = normal_axis(gather_axis, rank)
    along = normal_axis(quantize_axis, rank)
    dim = x.shape[at]
    inside = g.map(logical_and(ge(indices, -dim), lt(indices, dim)))
    safe = g.map(where(inside, where(lt(indices, 0), add(indices, dim), indices), 0))
    # Blocks of the gathered axis itself are told by the index.
    block = g.map(div(safe, block_size)) if at == along else safe
    size = 1 if at == along else block_size
    whole, scale = [g.map(gather(g, v, i, axis=at)) for v, i in [[x, safe], [scales, block]]]
    zero = None if zeros is None else g.map(gather(g, zeros, block, axis=at))
    middle = 0
    if x.dtype == 'uint8':
        middle = 2 ** (bits - 1)
        whole = unpacked(g, whole, bits, whole.shape[-1] * 8 // bits)
        zero = zero if zero is None else unpacked(g, zero, bits, scale.shape[-1])
    offset = broadcast(g.constant(x.dtype, [], [middle]), scale.shape) if zero is None else zero
    if along > at:
        along += len(indices.shape) - 1
    y = dequantize_linear(g, whole, scale, offset, axis=along, block_size=size)
    return where(trailing(inside, rank - 1 - at), y, 0.0)
