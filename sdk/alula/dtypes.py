"""The one table of element types: ONNX code, width, kind and how a host array stores them. No conversions live here."""

from __future__ import annotations

from typing import Any

from alula.errors import UnsupportedTypeError

# name, ONNX TensorProto.DataType code, bits per element in a model, kind, storage.
# `storage` names the host array (alula.host.arrays) that computes with the type: a type narrower than a byte takes one
# byte per element there, a float that no host computes with is kept as its bits, a complex element takes two slots.
ROWS: list[list[Any]] = [
    ['float32', 1, 32, 'float', 'f32'],
    ['uint8', 2, 8, 'uint', 'u8'],
    ['int8', 3, 8, 'int', 'i8'],
    ['uint16', 4, 16, 'uint', 'u16'],
    ['int16', 5, 16, 'int', 'i16'],
    ['int32', 6, 32, 'int', 'i32'],
    ['int64', 7, 64, 'int', 'i64'],
    ['string', 8, 0, 'string', 'text'],
    ['bool', 9, 8, 'bool', 'u8'],
    ['float16', 10, 16, 'float', 'u16'],
    ['float64', 11, 64, 'float', 'f64'],
    ['uint32', 12, 32, 'uint', 'u32'],
    ['uint64', 13, 64, 'uint', 'u64'],
    ['complex64', 14, 64, 'complex', 'f32'],
    ['complex128', 15, 128, 'complex', 'f64'],
    ['bfloat16', 16, 16, 'float', 'u16'],
    ['float8e4m3fn', 17, 8, 'float', 'u8'],
    ['float8e4m3fnuz', 18, 8, 'float', 'u8'],
    ['float8e5m2', 19, 8, 'float', 'u8'],
    ['float8e5m2fnuz', 20, 8, 'float', 'u8'],
    ['uint4', 21, 4, 'uint', 'u8'],
    ['int4', 22, 4, 'int', 'i8'],
    ['float4e2m1', 23, 4, 'float', 'u8'],
    ['float8e8m0', 24, 8, 'float', 'u8'],
    ['uint2', 25, 2, 'uint', 'u8'],
    ['int2', 26, 2, 'int', 'i8'],
    ['float6e2m3', 27, 6, 'float', 'u8'],
    ['float6e3m2', 28, 6, 'float', 'u8'],
]

STORAGE_BYTES = {
    'u8': 1, 'i8': 1, 'u16': 2, 'i16': 2, 'u32': 4, 'i32': 4, 'u64': 8, 'i64': 8,
    'f32': 4, 'f64': 8, 'text': 0,
}

# Largest finite value of each float type (OCP and IEEE formats); its negative is the smallest, float8e8m0 has no sign.
FLOAT_MAX = {
    'float16': 65504.0,
    'bfloat16': 3.3895313892515355e38,
    'float32': 3.4028234663852886e38,
    'float64': 1.7976931348623157e308,
    'float8e4m3fn': 448.0,
    'float8e4m3fnuz': 240.0,
    'float8e5m2': 57344.0,
    'float8e5m2fnuz': 57344.0,
    'float8e8m0': 1.7014118346046923e38,
    'float4e2m1': 6.0,
    'float6e2m3': 7.5,
    'float6e3m2': 28.0,
}


class DType:
    """One row of the table. Fields: `label` (the name), `code`, `bits`, `kind`, `storage`."""

    def __init__(self, label: str, code: int, bits: int, kind: str, storage: str) -> None:
        self.label = label
        self.code = code
        self.bits = bits
        self.kind = kind
        self.storage = storage


BY_NAME: dict[str, DType] = {row[0]: DType(row[0], row[1], row[2], row[3], row[4]) for row in ROWS}
BY_CODE: list[str] = ['undefined' for _ in range(len(ROWS) + 1)]
for entry in ROWS:
    BY_CODE[entry[1]] = entry[0]


def is_dtype(name: str) -> bool:
    """True if `name` is an element type of the table."""
    return name in BY_NAME


def row_of(name: str) -> DType:
    """The row called `name`; UnsupportedTypeError if there is none."""
    if name not in BY_NAME:
        raise UnsupportedTypeError(name, 'there is no element type of this name')
    return BY_NAME[name]


def dtype_of(code: int) -> str:
    """Name of the ONNX TensorProto.DataType `code`; UnsupportedTypeError for 0 and for codes that are not in the
    table."""
    if code < 1 or code >= len(BY_CODE):
        raise UnsupportedTypeError(str(code), 'there is no element type of this ONNX code')
    return BY_CODE[code]


def code_of(name: str) -> int:
    """ONNX TensorProto.DataType code of `name`."""
    return row_of(name).code


def bits_of(name: str) -> int:
    """Bits per element as a model stores it (4 for 'int4', 0 for 'string')."""
    return row_of(name).bits


def kind_of(name: str) -> str:
    """'float', 'int' (signed), 'uint', 'bool', 'string' or 'complex'."""
    return row_of(name).kind


def storage_of(name: str) -> str:
    """Host array that computes with `name`: 'f32', 'u8', …; 'text' for a list of strings."""
    return row_of(name).storage


def byte_size(name: str, count: int) -> int:
    """Bytes of `count` elements as a model or a public tensor stores them: narrow types packed, the last byte filled
    up."""
    return (row_of(name).bits * count + 7) // 8


def item_bytes(name: str) -> int:
    """Bytes per element in the host array of `storage_of(name)` (1 for 'int4', 8 for 'int64' and 'complex64')."""
    row = row_of(name)
    if row.kind == 'complex':
        return row.bits // 8
    return STORAGE_BYTES[row.storage]


def is_float(name: str) -> bool:
    """True for every floating-point type, the 8-bit and 4-bit ones included."""
    return row_of(name).kind == 'float'


def is_int(name: str) -> bool:
    """True for signed and unsigned integers (bool is neither)."""
    kind = row_of(name).kind
    return kind == 'int' or kind == 'uint'


def is_unsigned(name: str) -> bool:
    """True for unsigned integers."""
    return row_of(name).kind == 'uint'


def is_packed(name: str) -> bool:
    """True if a model stores several elements of this type in one byte."""
    bits = row_of(name).bits
    return bits > 0 and bits < 8


def is_wide(name: str) -> bool:
    """True for int64 and uint64, whose bytes are not a host array in JS (alula.host.arrays: i64_read, i64_write)."""
    storage = row_of(name).storage
    return storage == 'i64' or storage == 'u64'


def bounds(name: str) -> list[float]:
    """[lowest, highest] finite value; in JS the ends of int64 and uint64 are the doubles nearest to them.
    bool is [0, 1]; UnsupportedTypeError for string and complex."""
    row = row_of(name)
    if row.kind == 'float':
        highest = FLOAT_MAX[name]
        return [0.0 if name == 'float8e8m0' else -highest, highest]
    if row.kind == 'bool':
        return [0, 1]
    if row.kind == 'uint':
        return [0, 2**row.bits - 1]
    if row.kind == 'int':
        half = 2 ** (row.bits - 1)
        return [-half, half - 1]
    raise UnsupportedTypeError(name, 'it has no bounds')
