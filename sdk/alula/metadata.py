"""What a session says of its inputs and outputs, and the checks of feeds against it."""

from __future__ import annotations

from typing import Any

from alula.errors import AlulaError, InputError
from alula.graph.graph import ValueInfo
from alula.host.data import dtype_of_data
from alula.host.table import Table
from alula.kernels.view import dims_text
from alula.tensor import Tensor


class ValueMetadata:
    """One input or output. `shape`: sizes, symbols where the size is free, '' where the model says nothing."""

    def __init__(self, name: str, dtype: str, shape: list[int | str], is_tensor: bool) -> None:
        self.label = name
        self.dtype = dtype
        self.shape = shape
        self.is_tensor: bool = is_tensor

    def __repr__(self) -> str:
        return f'{self.label}: {self.dtype}[{",".join([str(d) for d in self.shape])}]'


def described(info: ValueInfo, dims: list[Any] | None, sizes: Table[str, int]) -> ValueMetadata:
    """The metadata of a graph's input or output of that shape; `sizes` are the symbols that the caller fixed."""
    shape: list[Any] = []
    if dims is not None:
        for d in dims:
            fixed = sizes.find(d) if isinstance(d, str) else None
            shape.append('' if d is None else d if fixed is None else fixed)
    return ValueMetadata(info.name, info.dtype, shape, info.kind == 'tensor')


def is_complete(info: ValueInfo) -> bool:
    """Whether the model says every dim of a value, as a number or a symbol."""
    return info.shape is not None and not any(d is None for d in info.shape)


def as_tensor(info: ValueInfo, value: Any) -> Tensor:
    """A feed as a tensor of the input's type: a tensor, an array, or a list of numbers (of one dim)."""
    if isinstance(value, Tensor):
        return value
    own = dtype_of_data(value)
    try:
        return Tensor(info.dtype if own == '' else own, value)
    except AlulaError as error:
        raise InputError(info.name, f'it cannot be read as {info.dtype}: {error.message}') from error


def checked(info: ValueInfo, tensor: Tensor, sizes: Table[str, int]) -> list[int]:
    """The feed's dims. InputError where type, rank or a size is not what the model says. `sizes` learns the symbols."""
    if tensor.dtype != info.dtype:
        raise InputError(info.name, f'expected {info.dtype}, got {tensor.dtype}')
    if info.shape is None:
        return tensor.dims
    if len(tensor.dims) != len(info.shape):
        raise InputError(info.name, f'expected {_shape_text(info.shape)}, got {dims_text(tensor.dims)}')
    for d in range(len(info.shape)):
        want: Any = info.shape[d]
        size = tensor.dims[d]
        if isinstance(want, str) and want != '':
            known = sizes.find(want)
            if known is None:
                sizes.put(want, size)
            want = size if known is None else known
        if want is not None and not isinstance(want, str) and want != size:
            raise InputError(
                info.name, f'expected {_shape_text(info.shape)} with dim {d} of {want}, got {dims_text(tensor.dims)}'
            )
    return tensor.dims


def _shape_text(shape: list[Any]) -> str:
    return '[' + ','.join(['?' if d is None else str(d) for d in shape]) + ']'
