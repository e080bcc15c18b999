"""Tensor as JS users see it: its element types, what data it takes, and construction without a type."""

from typing import Literal, overload

DataType = Literal[
    'float32', 'uint8', 'int8', 'uint16', 'int16', 'int32', 'int64', 'string', 'bool', 'float16', 'float64', 'uint32',
    'uint64', 'complex64', 'complex128', 'bfloat16', 'float8e4m3fn', 'float8e4m3fnuz', 'float8e5m2', 'float8e5m2fnuz',
    'uint4', 'int4', 'float4e2m1', 'float8e8m0', 'uint2', 'int2',
]
TypedArray = (
    Float32Array | Uint8Array | Int8Array | Uint16Array | Int16Array | Int32Array | BigInt64Array | Float64Array
    | Uint32Array | BigUint64Array | Uint8ClampedArray
)
TensorData = TypedArray | list[str]
TensorSource = TypedArray | list[float] | list[bigint] | list[bool] | list[str]

class Tensor:
    type = dtype
    dtype: DataType
    data: TensorData
    array = None
    numpy = None

    @overload
    def __init__(self, dtype: DataType, data: TensorSource, dims: list[int] | None = None) -> None: ...
    @overload
    def __init__(self, data: TensorSource, dims: list[int] | None = None) -> None: ...
    @staticmethod
    def of(data: TensorSource, dims: list[int] | None = None) -> Tensor: ...
    async def get_data(self, release_data: bool = False) -> TensorData: ...
