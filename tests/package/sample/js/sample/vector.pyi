"""What a Vector is for JS users beyond its Python."""

from typing import overload

Numbers = Float32Array | Int32Array | list[float]

class Vector:
    type = dtype

    @overload
    def __init__(self, dtype: str, data: Numbers, dims: list[int] | None = None) -> None: ...
    @overload
    def __init__(self, data: Numbers, dims: list[int] | None = None) -> None: ...
