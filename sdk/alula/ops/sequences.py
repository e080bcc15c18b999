"""Sequences and optionals: a sequence is a list, an optional its value or None."""

from __future__ import annotations

from typing import Any, Generator  # noqa: UP035 - JS has no collections.abc

from alula.errors import ShapeError, ValueCheckError
from alula.ops.attributes import normal_axis, required
from alula.ops.blocks import entry, integers, joined, part, scalar, stacked
from alula.ops.registry import host_operator
from alula.tensor import Tensor


@host_operator('SequenceConstruct', 11)
def sequence_construct(*values: Any) -> list[Any]:
    return [[*values]]


@host_operator('SequenceEmpty', 11)
def sequence_empty(*, dtype: int = 1) -> list[Any]:
    return [[]]


@host_operator('SequenceLength', 11)
def sequence_length(sequence: list[Any]) -> list[Any]:
    return [integers([], [len(sequence)])]


@host_operator('SequenceAt', 11)
def sequence_at(sequence: list[Any], position: Tensor) -> list[Any]:
    return [sequence[_place(position, len(sequence), len(sequence))]]


@host_operator('SequenceInsert', 11)
def sequence_insert(sequence: list[Any], value: Any, position: Tensor | None = None) -> list[Any]:
    """Before the position, or at the end."""
    count = len(sequence)
    at = count if position is None else _place(position, count, count + 1)
    return [[*sequence[:at], value, *sequence[at:]]]


@host_operator('SequenceErase', 11)
def sequence_erase(sequence: list[Any], position: Tensor | None = None) -> list[Any]:
    """Without the value at the position, or the last."""
    count = len(sequence)
    at = _place(integers([], [-1]) if position is None else position, count, count)
    return [[*sequence[:at], *sequence[at + 1 :]]]


def _place(position: Tensor, count: int, end: int) -> int:
    """A position counted from the front, below `end`; negative ones count from the back of `count` values."""
    at: int = scalar(position)
    if at < -count or at >= end:
        raise ValueCheckError(f'Position {at} in a sequence of {count}')
    return at + count if at < 0 else at


@host_operator('SplitToSequence', 11)
def split_to_sequence(x: Tensor, split: Tensor | None = None, *, axis: int = 0, keepdims: int = 1) -> list[Any]:
    """Pieces along an axis: of the sizes that `split` says, or of that size if it is a scalar (the last may be
    smaller); without it single entries."""
    at = normal_axis(axis, len(x.dims))
    size = x.dims[at]
    if split is None and keepdims == 0:
        return [[entry(x, at, i) for i in range(size)]]
    sizes: list[int] = []
    if split is None or len(split.dims) == 0:
        step: int = 1 if split is None else split.array[0]
        sizes = [min(step, size - begin) for begin in range(0, size, max(step, 1))]
    else:
        sizes = [split.array[i] for i in range(split.size)]
    if sum(sizes) != size or any(length < 0 for length in sizes):
        raise ShapeError(f'Pieces of sizes {sizes} out of an axis of size {size}')
    pieces: list[Any] = []
    begin = 0
    for length in sizes:
        pieces.append(part(x, at, begin, length))
        begin += length
    return [pieces]


@host_operator('ConcatFromSequence', 11)
def concat_from_sequence(sequence: list[Any], *, axis: int | None = None, new_axis: int = 0) -> list[Any]:
    """The tensors of a sequence one after the other along an axis, or along a new one."""
    if len(sequence) == 0:
        raise ShapeError('The tensors of an empty sequence have no shape to be joined in')
    at = required('axis', axis)
    return [joined(sequence, at) if new_axis == 0 else stacked(sequence, at)]


@host_operator('SequenceMap', 17)
def sequence_map(first: list[Any], *others: Any, body: Any = None) -> Generator[Any, None, list[Any]]:
    """The body for each value of the first sequence, with that of the other sequences at its place, and with tensors as
    they are."""
    results: list[list[Any]] = [[] for _ in body.graph.outputs]
    for i, value in enumerate(first):
        for other in others:
            if isinstance(other, list) and len(other) != len(first):
                raise ShapeError(f'A sequence of {len(other)} beside one of {len(first)}')
        given = [value, *[other[i] if isinstance(other, list) else other for other in others]]
        made = yield from body.run(given)
        for k, result in enumerate(made):
            results[k].append(result)
    return results


@host_operator('Optional', 15)
def optional(value: Any = None, *, type: Any = None) -> list[Any]:
    return [value]


@host_operator('OptionalHasElement', 15)
def optional_has_element(value: Any = None) -> list[Any]:
    return [Tensor('bool', [value is not None], [])]


@host_operator('OptionalGetElement', 15)
def optional_get_element(value: Any) -> list[Any]:
    if value is None:
        raise ValueCheckError('The optional has no element')
    return [value]
