"""Operators as they were before opset 7, when broadcasting was asked for by attributes."""

from __future__ import annotations

from typing import Any

from alula.kernels.expr import Expr, binary
from alula.kernels.view import View
from alula.ops.elementwise import prelu
from alula.ops.matmul import gemm
from alula.ops.normalize import batch_normalization, per_channel
from alula.ops.registry import operator
from alula.ops.shape import trailing
from alula.plan.lower import Lowering

# Operators that combine two inputs by one primitive: with its name, where that is not the operator's in small letters.
PAIRS = 'Add Sub Mul Div Pow=power Equal=eq Less=lt Greater=gt And=logical_and Or=logical_or Xor=logical_xor'


def _pair(primitive: str) -> Any:
    def pair(
        g: Lowering, a: View, b: View, *, axis: int | None = None, broadcast: int = 0, consumed_inputs: Any = None
    ) -> Expr:
        """b's dims are those of a from `axis` on, or a's last."""
        return binary(primitive, a, b if axis is None else trailing(b, len(a.shape) - axis - len(b.shape)))

    return pair


for row in PAIRS.split():
    names = row.split('=')
    operator(names[0], 1)(_pair(names[len(names) - 1].lower()))


@operator('PRelu', 6)
def prelu_6(g: Lowering, x: View, slope: View) -> Any:
    """A slope per channel."""
    return prelu(g, x, per_channel(slope, x))


operator('Gemm', 1, '. . . broadcast=')(gemm)


@operator('BatchNormalization', 6)
def batch_normalization_6(g: Lowering, *inputs: View, is_test: int = 0, **attributes: Any) -> Any:
    return batch_normalization(g, *inputs, training_mode=1 - is_test, **attributes)
