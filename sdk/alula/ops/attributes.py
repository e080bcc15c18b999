"""Reading attributes and axes as the ONNX specification counts them."""

from __future__ import annotations

from typing import Any

from alula.dtypes import dtype_of
from alula.errors import AttributeValueError, ShapeError


def dtype_attribute(name: str, code: Any) -> str:
    """An attribute that names an element type by its ONNX code."""
    if code is None:
        raise AttributeValueError(name, 'is required')
    return dtype_of(code)


def normal_axis(axis: int, rank: int) -> int:
    """An axis counted from the front; ONNX counts negative ones from the back."""
    if axis < -rank or axis >= max(rank, 1):
        raise ShapeError(f'Axis {axis} is out of range for rank {rank}')
    return axis + rank if axis < 0 else axis


def normal_axes(axes: list[int], rank: int) -> list[int]:
    """Axes counted from the front, each once, in rising order."""
    found: list[int] = []
    for axis in axes:
        normal = normal_axis(axis, rank)
        if normal in found:
            raise ShapeError(f'Axis {axis} is named twice')
        found.append(normal)
    found.sort()
    return found
