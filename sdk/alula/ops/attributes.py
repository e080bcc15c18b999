"""Reading attributes and axes as the ONNX specification counts them."""

from __future__ import annotations

from typing import Any

from alula.errors import AttributeValueError, ShapeError


def required(name: str, value: Any) -> Any:
    """The value of an attribute that has no default."""
    if value is None:
        raise AttributeValueError(name, 'is required')
    return value


def one_of(name: str, options: list[str], value: str) -> str:
    """The value of an attribute that has a few options."""
    if value not in options:
        raise AttributeValueError(name, f"must be one of {', '.join(options)}, not '{value}'")
    return value


def counted(name: str, values: list[Any] | None, count: int) -> list[Any]:
    """The values of an attribute that must be as many."""
    given = required(name, values)
    if len(given) != count:
        raise AttributeValueError(name, f'has {len(given)} values, not {count}')
    return given  # type: ignore[no-any-return]


def listed(values: list[Any] | None) -> list[Any]:
    """The values of an attribute that is a list; none where it is left out."""
    return [] if values is None else values


def normal_axis(axis: int, rank: int) -> int:
    """An axis counted from the front; ONNX counts negative ones from the back."""
    if axis < -rank or axis >= max(rank, 1):
        raise ShapeError(f'Axis {axis} is out of range for rank {rank}')
    return axis + rank if axis < 0 else axis


def normal_axes(axes: list[int], rank: int) -> list[int]:
    """Axes counted from the front, each once, in rising order."""
    found = sorted([normal_axis(axis, rank) for axis in axes])
    for i in range(1, len(found)):
        if found[i] == found[i - 1]:
            raise ShapeError(f'Axis {found[i]} is named twice')
    return found


def axes_from(axis: int, rank: int) -> list[int]:
    """The axes from `axis` on."""
    return list(range(normal_axis(axis, rank), rank))
