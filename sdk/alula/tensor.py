"""Tensor: what goes into a session and what comes out."""

from __future__ import annotations

from typing import Any

from alula.dtypes import is_dtype
from alula.errors import ArgumentRangeError, ArgumentTypeError, DisposedError, TensorError
from alula.host.arrays import copy_of, put, to_list
from alula.host.data import dims_of_data, dtype_of_data, given, record_of, taken
from alula.kernels.view import dims_text, numel


class Tensor:
    """A typed, shaped block of elements, row-major.

    `dtype`: element type ('float32', 'int64', …; called `type` in JS). `dims`: sizes. The data is not copied where the
    host's type allows; without a dtype it is the data's own. Raises TensorError if data and dims do not fit,
    ArgumentTypeError for an unknown dtype or data that has none.
    """

    def __init__(self, dtype: str | None, data: Any, dims: list[int] | None = None) -> None:
        if dtype is None:
            dtype = dtype_of_data(data)
            if dtype == '':
                raise ArgumentTypeError('data', 'has no element type of its own: name the type')
        elif not is_dtype(dtype):
            raise ArgumentTypeError('type', f"must be an element type, not '{dtype}'")
        self.dtype = dtype
        self.dims = checked_dims(dims_of_data(data) if dims is None else dims)
        self.array = taken(dtype, data)
        self.is_disposed: bool = False
        if len(self.array) != numel(self.dims):
            raise TensorError(f'{len(self.array)} elements do not fill the dims {dims_text(self.dims)}')

    @staticmethod
    def of(data: Any, dims: list[int] | None = None) -> Tensor:
        """A tensor whose type is the data's own. ArgumentTypeError where it has none."""
        return Tensor(None, data, dims)

    @property
    def size(self) -> int:
        """The number of elements."""
        return numel(self.dims)

    @property
    def location(self) -> str:
        """Where the data is: 'cpu', or 'none' once disposed."""
        return 'none' if self.is_disposed else 'cpu'

    @property
    def data(self) -> Any:
        """The elements: in Python a NumPy array of shape `dims`, in JS a flat typed array (BigInt64Array for int64)."""
        return given(self.dtype, self._held(), self.dims)

    async def get_data(self, release_data: bool = False) -> Any:
        """The same as `data`, also for tensors that live elsewhere. With `release_data` the tensor is disposed."""
        data = self.data
        if release_data:
            self.dispose()
        return data

    def numpy(self) -> Any:
        """`data`, under the name that Python users expect."""
        return self.data

    def reshape(self, dims: list[int]) -> Tensor:
        """The same elements under other dims."""
        if numel(checked_dims(dims)) != self.size:
            raise TensorError(f'{dims_text(self.dims)} does not reshape to {dims_text(dims)}')
        return wrapped(self.dtype, self._held(), dims)

    def dispose(self) -> None:
        """Let go of the data; the tensor cannot be used any more."""
        self.is_disposed = True
        self.array = None

    def _held(self) -> Any:
        if self.is_disposed:
            raise DisposedError('The tensor')
        return self.array

    def __repr__(self) -> str:
        return f'Tensor({self.dtype}{dims_text(self.dims)})'


def checked_dims(dims: Any) -> list[int]:
    """The dims as a list of sizes. ArgumentTypeError or ArgumentRangeError where one is none."""
    sizes: list[int] = []
    for d in dims:
        if d % 1 != 0:
            raise ArgumentTypeError('dims', 'must be a list of integers')
        if d < 0:
            raise ArgumentRangeError('dims', f'must not be negative, as {d} is')
        sizes.append(d)
    return sizes


def wrapped(dtype: str, array: Any, dims: list[int]) -> Tensor:
    """A tensor over an array that Alula computed."""
    tensor = Tensor(dtype, [], [0])
    tensor.array = array
    tensor.dims = dims
    return tensor


class Entries:
    """A map, as operators have it: its keys, all texts or all integers, and a tensor with the value of each."""

    def __init__(self, keys: list[Any], values: Tensor) -> None:
        self.keys = keys
        self.values = values


def owned(value: Any) -> Any:
    """A tensor, or a list of such, with memory of its own, a map as users have it; other values as they are."""
    if isinstance(value, list):
        return [owned(each) for each in value]
    if isinstance(value, Entries):
        array = value.values.array
        return record_of(value.keys, array if value.values.dtype == 'string' else to_list(array))
    if not isinstance(value, Tensor):
        return value
    array = value.array
    return wrapped(value.dtype, array[:] if value.dtype == 'string' else copy_of(array), value.dims[:])


def put_into(target: Tensor, result: Any) -> Tensor:
    """Fill a tensor that the caller allocated with a result, and give it back. TensorError if it does not fit."""
    if not isinstance(result, Tensor) or target.dtype != result.dtype or target.size != result.size:
        raise TensorError(f'The output {result} does not fit into {target}')
    if target.dtype == 'string':
        target.array[:] = result.array
    else:
        put(target.array, result.array, 0)
    target.dims = result.dims
    return target
