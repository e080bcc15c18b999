"""Loops over the bytes of pixels and over scores (CPython body: NumPy). What they mean is said here for both hosts.

Pixels are bytes, row by row, the channels of a pixel side by side."""

from __future__ import annotations

from typing import Any

import numpy as np

from alula.host.arrays import TypedArray


def _bytes(data: TypedArray) -> Any:
    return np.frombuffer(data, dtype=np.uint8)


def _array(values: Any) -> TypedArray:
    """The bytes of a NumPy array of uint8."""
    return memoryview(bytearray(np.ascontiguousarray(values)))


def resampled(
    source: TypedArray, outer: int, size: int, inner: int,
    starts: TypedArray, counts: TypedArray, weights: TypedArray, taps: int,
) -> TypedArray:  # fmt: skip
    """Bytes [outer, size, inner] → [outer, n, inner] for the n of `starts`: out[j] = (2**21 + Σ weight · byte) >> 22
    over the `counts[j]` bytes from `starts[j]` on. `weights` has `taps` per output, those not counted 0."""
    planes = _bytes(source).reshape(outer, size, inner)
    n = len(starts)
    first = np.frombuffer(starts, dtype=np.int32)
    table = np.frombuffer(weights, dtype=np.int32).reshape(n, taps)
    total = np.full((outer, n, inner), 1 << 21, dtype=np.int32)
    for tap in range(taps):
        total += planes[:, np.minimum(first + tap, size - 1)] * table[:, tap, None]
    return _array((total >> 22).astype(np.uint8))


def looked_up(
    source: TypedArray, start: int, step: int, table: TypedArray, at: int,
    out: TypedArray, out_start: int, out_step: int,
) -> None:  # fmt: skip
    """out[out_start + i · out_step] = table[at + source[start + i · step]], for all i that `source` has."""
    picked = np.asarray(table)[at : at + 256][_bytes(source)[start::step]]
    np.asarray(out)[out_start : out_start + out_step * len(picked) : out_step] = picked


def rgb_of_grey(source: TypedArray) -> TypedArray:
    """Three equal bytes for each."""
    return _array(np.repeat(_bytes(source), 3))


def rgb_over_white(source: TypedArray) -> TypedArray:
    """RGBA (not premultiplied) → RGB, as it looks on white paper. Rounded as Pillow's `paste` with a mask does."""
    pixels = _bytes(source).reshape(-1, 4).astype(np.uint32)
    alpha = pixels[:, 3:]
    mixed = pixels[:, :3] * alpha + 255 * (255 - alpha) + 128
    return _array(((mixed + (mixed >> 8)) >> 8).astype(np.uint8))


def grey_of_rgb(source: TypedArray) -> TypedArray:
    """A byte per pixel: ITU-R 601 luma in 16-bit fixed point, Pillow's conversion to 'L'."""
    weighted = _bytes(source).reshape(-1, 3) @ np.array([19595, 38470, 7471], dtype=np.uint32)
    return _array(((weighted + 0x8000) >> 16).astype(np.uint8))


def extremes(source: TypedArray) -> list[int]:
    """[least, greatest] of the bytes."""
    return [int(_bytes(source).min()), int(_bytes(source).max())]


def bounds_of(plane: TypedArray, width: int, least: int) -> list[int]:
    """[left, top, right, bottom] of the bytes that are `least` or more, right and bottom excluded; empty if none is."""
    inside = _bytes(plane).reshape(-1, width) >= least
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    if len(rows) == 0:
        return []
    return [int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1]


def has_nan(numbers: TypedArray) -> bool:
    """Whether one of the floats is not a number."""
    return bool(np.isnan(np.asarray(numbers)).any())


def greatest(numbers: TypedArray, start: int, end: int) -> int:
    """The index of the greatest of the values from `start` to `end` (excluded), the first of them."""
    return start + int(np.asarray(numbers)[start:end].argmax())


def greatest_rows(numbers: TypedArray, start: int, rows: int, columns: int) -> list[int]:
    """For each column of the matrix [rows, columns] that begins at `start`: the row of its greatest value."""
    matrix = np.asarray(numbers)[start : start + rows * columns].reshape(rows, columns)
    return matrix.argmax(axis=0).tolist()  # type: ignore[no-any-return]
