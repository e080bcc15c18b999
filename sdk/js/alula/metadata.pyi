"""ValueMetadata under the names that onnxruntime-web's users read."""

from alula.tensor import DataType

class ValueMetadata:
    __init__ = None
    name = label
    type = dtype
    label: str
    dtype: DataType
    shape: list[int | str]
