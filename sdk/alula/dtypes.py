"""The one table of element types: ONNX code, width, kind and how a host array stores them. No conversions live here."""

from __future__ import annotations

from alula.errors import UnsupportedTypeError
from alula.host.table import Table

# Name, bits per element in a model, kind, storage, in the order of the ONNX TensorProto.DataType codes from 1 on.
# `storage` names the host array (alula.host.arrays) that computes with the type: a type narrower than a byte takes one
# byte per element there, a float that no host computes with is kept as its bits, a complex element takes two slots, a
# text is its number (alula.texts).
TABLE = """\
float32 32 float f32
uint8 8 uint u8
int8 8 int i8
uint16 16 uint u16
int16 16 int i16
int32 32 int i32
int64 64 int i64
string 32 string i32
bool 8 bool u8
float16 16 float u16
float64 64 float f64
uint32 32 uint u32
uint64 64 uint u64
complex64 64 complex f32
complex128 128 complex f64
bfloat16 16 float u16
float8e4m3fn 8 float u8
float8e4m3fnuz 8 float u8
float8e5m2 8 float u8
float8e5m2fnuz 8 float u8
uint4 4 uint u8
int4 4 int i8
float4e2m1 4 float u8
float8e8m0 8 float u8
uint2 2 uint u8
int2 2 int i8
float6e2m3 6 float u8
float6e3m2 6 float u8"""


# The numbers of the table.
WIDTHS = [2, 4, 6, 8, 16, 32, 64, 128]


class DType:
    """One row of the table."""

    def __init__(self, label: str, bits: str, kind: str, storage: str) -> None:
        self.label = label
        self.bits = [width for width in WIDTHS if str(width) == bits][0]
        self.kind = kind
        self.storage = storage


ROWS = [DType(*line.split(' ')) for line in TABLE.split('\n')]
BY_NAME: Table[str, DType] = Table()
for entry in ROWS:
    BY_NAME.put(entry.label, entry)


def is_dtype(name: str) -> bool:
    """True if `name` is an element type of the table."""
    return BY_NAME.has(name)


def row_of(name: str) -> DType:
    """The row called `name`; UnsupportedTypeError if there is none."""
    row = BY_NAME.find(name)
    if row is None:
        raise UnsupportedTypeError(name, 'there is no element type of this name')
    return row


def dtype_of(code: int) -> str:
    """Name of the ONNX TensorProto.DataType `code`; UnsupportedTypeError for 0 and for codes that are not in the
    table."""
    if code < 1 or code > len(ROWS):
        raise UnsupportedTypeError(str(code), 'there is no element type of this ONNX code')
    return ROWS[code - 1].label


def bits_of(name: str) -> int:
    """Bits per element as a model stores it (4 for 'int4'); of a text those of its number."""
    return row_of(name).bits


def kind_of(name: str) -> str:
    """'float', 'int' (signed), 'uint', 'bool', 'string' or 'complex'."""
    return row_of(name).kind


def storage_of(name: str) -> str:
    """Host array that computes with `name`: 'f32', 'u8', …"""
    return row_of(name).storage


def byte_size(name: str, count: int) -> int:
    """Bytes of `count` elements as a model or a public tensor stores them: narrow types packed, the last byte filled
    up."""
    return (row_of(name).bits * count + 7) // 8


def item_bytes(name: str) -> int:
    """Bytes per element in the host array of `storage_of(name)` (1 for 'int4', 8 for 'int64' and 'complex64')."""
    return byte_size(name, 1)


def is_float(name: str) -> bool:
    """True for every floating-point type, the 8-bit and 4-bit ones included."""
    return row_of(name).kind == 'float'


def computed_as(name: str) -> str:
    """What elements are computed with: floats narrower than float32 with that, all others as they are."""
    return 'float32' if is_float(name) and bits_of(name) < 32 else name


def is_int(name: str) -> bool:
    """True for signed and unsigned integers (bool is neither)."""
    return row_of(name).kind.endswith('int')


def is_unsigned(name: str) -> bool:
    """True for unsigned integers."""
    return row_of(name).kind == 'uint'


def is_packed(name: str) -> bool:
    """True if a model stores several elements of this type in one byte."""
    return row_of(name).bits < 8


def is_wide(name: str) -> bool:
    """True for int64 and uint64, whose bytes are not a host array in JS (alula.host.arrays: i64_read, i64_write)."""
    return is_int(name) and bits_of(name) == 64


def bounds(name: str) -> list[int]:
    """[lowest, highest] value of an integer type; in JS the ends of int64 and uint64 are the doubles nearest to them.
    bool is [0, 1]."""
    row = row_of(name)
    if row.kind == 'int':
        half: int = 2 ** (row.bits - 1)
        return [-half, half - 1]
    return [0, 1 if row.kind == 'bool' else 2**row.bits - 1]
