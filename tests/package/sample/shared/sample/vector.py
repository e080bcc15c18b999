"""A class with overloaded construction, a renamed member, accessors and static functions."""

from __future__ import annotations

from typing import Any

from sample.errors import ArgumentTypeError

Numbers = Any


class Vector:
    """Numbers in a row. `dims`: how many."""

    DEFAULT_TYPE = 'float32'

    def __init__(self, data: Numbers, dims: list[int] | None = None, dtype: str = 'float32') -> None:
        """`data`: the numbers; `dtype`: their type."""
        count = len(data)
        if dims is not None and dims[0] != count:
            raise ArgumentTypeError('dims', 'do not fit the data')
        self.data = data
        self.dims: list[int] = [count] if dims is None else dims
        self.dtype = dtype
        self._disposed = False

    @property
    def is_disposed(self) -> bool:
        """Whether dispose() was called."""
        return self._disposed

    def dispose(self) -> None:
        """Lets the numbers go."""
        self._disposed = True

    def scaled_by(self, factor: float, *, plus: float = 0.0) -> Vector:
        """Each number times `factor`, `plus` a number."""
        return Vector([factor * value + plus for value in self.data], None, self.dtype)

    @staticmethod
    def zeros(count: int, *, dtype: str = 'float32') -> Vector:
        """`count` zeros."""
        return Vector([0 for _ in range(count)], None, dtype)


class Range(Vector):
    """The numbers below `count`."""

    def __init__(self, count: int) -> None:
        super().__init__(list(range(count)))
        self.last_value: int = count - 1
