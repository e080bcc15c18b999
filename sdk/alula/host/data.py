"""Between the data that users hold and the arrays that Alula computes with (CPython body): NumPy arrays.

A dtype that NumPy lacks (bfloat16, float8 …) is given and taken as its bits, in the unsigned type of its width."""

from __future__ import annotations

from typing import Any

import numpy as np

from alula.dtypes import bits_of, storage_of
from alula.errors import TensorError
from alula.host.arrays import FORMATS, typed

# NumPy type of each dtype that users hold, after those that take a byte for less; 'bool' is held as bytes inside.
PUBLIC: dict[str, Any] = {
    'int2': np.int8,
    'int4': np.int8,
    'uint2': np.uint8,
    'uint4': np.uint8,
    'float32': np.float32,
    'float64': np.float64,
    'float16': np.float16,
    'int8': np.int8,
    'uint8': np.uint8,
    'int16': np.int16,
    'uint16': np.uint16,
    'int32': np.int32,
    'uint32': np.uint32,
    'int64': np.int64,
    'uint64': np.uint64,
    'bool': np.bool_,
}
NAMES = {np.dtype(kind): name for name, kind in PUBLIC.items()}


def dtype_of_data(data: Any) -> str:
    """The dtype that users' data has by itself; '' where it has none (a list of numbers)."""
    if isinstance(data, np.ndarray | np.generic):
        return NAMES.get(data.dtype, 'string' if data.dtype.kind in 'UO' else '')
    if isinstance(data, list) and len(data) > 0 and isinstance(data[0], str):
        return 'string'
    return ''


def dims_of_data(data: Any) -> list[int]:
    """The shape that users' data has by itself: an array's, or the length of a list."""
    return list(data.shape) if isinstance(data, np.ndarray | np.generic) else [len(data)]


def taken(dtype: str, data: Any) -> Any:
    """A typed array (alula.host.arrays) with the elements of users' data, row-major; a list of str for strings.

    Shares memory where it can. TensorError if the data is of another type.
    """
    if dtype == 'string':
        return [str(text) for text in np.asarray(data, dtype=object).reshape(-1)]
    kind = np.dtype(PUBLIC.get(dtype, f'u{max(bits_of(dtype), 8) // 8}'))
    if isinstance(data, np.ndarray) and data.dtype != kind:
        raise TensorError(f'Data of type {data.dtype} stands where {dtype} is expected')
    flat = np.ascontiguousarray(data, dtype=kind).reshape(-1)
    if flat.size == 0:
        return typed(dtype, 0)
    return memoryview(flat.view(np.uint8)).cast('B').cast(typed(dtype, 0).format)  # type: ignore[call-overload, arg-type]


def given(dtype: str, array: Any, dims: list[int]) -> Any:
    """Users' data of a typed array: a NumPy array of shape `dims` that shares its memory; of objects for strings."""
    if dtype == 'string':
        return np.array(array, dtype=object).reshape(dims)
    kind = PUBLIC.get(dtype, np.dtype(f'u{np.dtype(FORMATS[storage_of(dtype)]).itemsize}'))
    if len(array) == 0:
        return np.zeros(dims, dtype=kind)
    return np.frombuffer(array, dtype=np.uint8).view(kind).reshape(dims)


def native(tensors: dict[str, Any]) -> dict[str, Any]:
    """What a synchronous run gives for its results: NumPy arrays, in lists for sequences. In JS the tensors."""
    return {name: _native(value) for name, value in tensors.items()}


def _native(value: Any) -> Any:
    if isinstance(value, list):
        return [_native(each) for each in value]
    return getattr(value, 'data', value)


def is_bytes(data: Any) -> bool:
    """Whether `data` is the bytes of a model rather than the name of a file or URL."""
    return isinstance(data, bytes | bytearray | memoryview | np.ndarray)


def is_record(value: Any) -> bool:
    """Whether `value` maps names to values."""
    return isinstance(value, dict)


def entries_of(value: Any) -> list[list[Any]] | None:
    """[keys, values] of users' map: a dict, in JS an object or a Map; None for anything else."""
    return [list(value), list(value.values())] if isinstance(value, dict) else None


def record_of(labels: list[Any], scores: list[Any]) -> Any:
    """Users' map from labels to what they stand for: a dict. In JS an object, or a Map where the labels are
    integers."""
    return dict(zip(labels, scores, strict=True))
