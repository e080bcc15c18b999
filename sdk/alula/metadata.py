"""What a session says of its inputs and outputs, and the checks of feeds against it."""

from __future__ import annotations

from typing import Any

from alula.errors import AlulaError, InputError, UnsupportedFeatureError
from alula.graph.graph import Graph, ValueInfo
from alula.host.data import dtype_of_data, entries_of
from alula.host.table import Table
from alula.kernels.view import dims_text
from alula.tensor import Entries, Tensor


class ValueMetadata:
    """One input or output. `shape`: sizes, symbols where the size is free, '' where the model says nothing."""

    def __init__(self, name: str, dtype: str, shape: list[int | str], is_tensor: bool) -> None:
        self.label = name
        self.dtype = dtype
        self.shape = shape
        self.is_tensor: bool = is_tensor

    def __repr__(self) -> str:
        return f'{self.label}: {self.dtype}[{",".join([str(d) for d in self.shape])}]'


def described(info: ValueInfo, dims: list[Any] | None) -> ValueMetadata:
    """The metadata of a graph's input or output, of the shape that the model says where `dims` is None."""
    shape = info.shape if dims is None else dims
    sizes = [] if shape is None else ['' if d is None else d for d in shape]
    return ValueMetadata(info.name, info.dtype, sizes, info.kind == 'tensor')


def is_complete(info: ValueInfo) -> bool:
    """Whether the model says every dim of a value, as a number or a symbol."""
    return info.shape is not None and None not in info.shape


def fix_sizes(graph: Graph, sizes: dict[str, int]) -> None:
    """Put sizes in the place of symbols in what the graph says of its inputs and outputs."""
    for info in [*graph.inputs, *graph.outputs]:
        if info.shape is not None:
            info.shape = [sizes[d] if isinstance(d, str) and d in sizes else d for d in info.shape]


def fed(info: ValueInfo, value: Any, sizes: Table[str, int]) -> Any:
    """A feed as a value of the input's type: a tensor (of a tensor, an array, or a list of numbers, of one dim), for a
    sequence a list of these, for an optional either or None, for a map Entries.

    InputError where it is none, or the type, rank or a size is not what the model says. `sizes` learns the sizes of
    symbols. UnsupportedFeatureError for an input of any other type.
    """
    if info.kind == 'map':
        return _fed_map(info, value)
    if info.kind not in ('tensor', 'sequence', 'optional'):
        raise UnsupportedFeatureError(f"the input '{info.name}', which is of type {info.kind}")
    is_list = isinstance(value, list)
    if info.kind == 'sequence' and not is_list:
        raise InputError(info.name, 'it is a sequence: expected a list of tensors')
    if info.kind != 'tensor' and is_list:
        # Each of its tensors has sizes of its own.
        return [_fed_tensor(info, each, Table()) for each in value]
    return None if value is None and info.kind == 'optional' else _fed_tensor(info, value, sizes)


def _fed_map(info: ValueInfo, value: Any) -> Entries:
    entries = entries_of(value)
    if entries is None:
        raise InputError(info.name, 'it is a map: expected a dict; in JS an object, or a Map for integer keys')
    keys, values = entries
    if len(values) > 0 and (dtype_of_data(values) == 'string') != (info.dtype == 'string'):
        raise InputError(info.name, f'it is a map to values of type {info.dtype}')
    return Entries(keys, Tensor(info.dtype, values, [len(values)]))


def _fed_tensor(info: ValueInfo, value: Any, sizes: Table[str, int]) -> Tensor:
    tensor = value
    if not isinstance(value, Tensor):
        own = dtype_of_data(value)
        try:
            tensor = Tensor(info.dtype if own == '' else own, value)
        except AlulaError as error:
            raise InputError(info.name, f'it cannot be read as {info.dtype}: {error.message}') from error
    rank = len(tensor.dims) if info.shape is None else len(info.shape)
    if tensor.dtype != info.dtype or len(tensor.dims) != rank:
        raise _misfit(info, tensor, '')
    if info.shape is not None:
        for d in range(rank):
            want: Any = info.shape[d]
            if isinstance(want, str):
                if not sizes.has(want):
                    sizes.put(want, tensor.dims[d])
                want = sizes.at(want)
            if want is not None and want != tensor.dims[d]:
                raise _misfit(info, tensor, f' with dim {d} of {want}')
    return tensor  # type: ignore[no-any-return]


def _misfit(info: ValueInfo, tensor: Tensor, detail: str) -> InputError:
    expected = described(info, None)
    return InputError(info.name, f'expected {expected}{detail}, got {tensor.dtype}{dims_text(tensor.dims)}')
