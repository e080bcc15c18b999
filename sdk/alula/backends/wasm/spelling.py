"""How primitives are spelled in WebAssembly: by one instruction where there is one. Routines for the others:
routines.py.

An expression is computed either in vector lanes (four 32-bit lanes of a v128; bools are masks 0 / -1) or in scalars
(bools are i32 0 / 1). Integers narrower than 32 bits are held as 32-bit ones in range.
"""

from __future__ import annotations

from alula.backends.wasm.assembler import WasmFunction
from alula.backends.wasm.opcodes import OPCODES
from alula.dtypes import kind_of, storage_of
from alula.host.arrays import to_i32, trunc

VECTOR = 'vector'
SCALAR = 'scalar'

# What computes with each element type; the types that are missing here are not computed with in WebAssembly.
KINDS: dict[str, str] = {
    'float32': 'f32', 'float64': 'f64', 'bool': 'bool',
    'int8': 'i32', 'int16': 'i32', 'int32': 'i32', 'int64': 'i64', 'int4': 'i32', 'int2': 'i32',
    'uint8': 'u32', 'uint16': 'u32', 'uint32': 'u32', 'uint64': 'u64', 'uint4': 'u32', 'uint2': 'u32',
}
SCALAR_SHAPES: dict[str, str] = {
    'f32': 'f32', 'f64': 'f64', 'bool': 'i32', 'i32': 'i32', 'u32': 'i32', 'i64': 'i64', 'u64': 'i64',
}
VECTOR_SHAPES: dict[str, str] = {'f32': 'f32x4', 'i32': 'i32x4', 'u32': 'i32x4', 'bool': 'i32x4'}

# primitive: what follows the shape for floats, signed integers, unsigned integers, bools
STEMS: dict[str, list[str]] = {
    'add': ['add', 'add', 'add', ''],
    'sub': ['sub', 'sub', 'sub', ''],
    'mul': ['mul', 'mul', 'mul', ''],
    'div': ['div', '', '', ''],
    'minimum': ['min', 'min_s', 'min_u', 'and'],
    'maximum': ['max', 'max_s', 'max_u', 'or'],
    'neg': ['neg', 'neg', 'neg', ''],
    'absolute': ['abs', 'abs', '', ''],
    'sqrt': ['sqrt', '', '', ''],
    'floor': ['floor', '', '', ''],
    'ceil': ['ceil', '', '', ''],
    'trunc': ['trunc', '', '', ''],
    'rint': ['nearest', '', '', ''],
    'eq': ['eq', 'eq', 'eq', 'eq'],
    'ne': ['ne', 'ne', 'ne', 'ne'],
    'lt': ['lt', 'lt_s', 'lt_u', ''],
    'le': ['le', 'le_s', 'le_u', ''],
    'gt': ['gt', 'gt_s', 'gt_u', ''],
    'ge': ['ge', 'ge_s', 'ge_u', ''],
    'bit_and': ['', 'and', 'and', ''],
    'bit_or': ['', 'or', 'or', ''],
    'bit_xor': ['', 'xor', 'xor', ''],
    'shift_left': ['', 'shl', 'shl', ''],
    'shift_right': ['', 'shr_s', 'shr_u', ''],
    'logical_and': ['', '', '', 'and'],
    'logical_or': ['', '', '', 'or'],
    'logical_xor': ['', '', '', 'xor'],
}
COLUMNS: dict[str, int] = {'f32': 0, 'f64': 0, 'i32': 1, 'i64': 1, 'u32': 2, 'u64': 2, 'bool': 3}
# Spellings that the table does not follow: 'lanes primitive kind'.
OWN_SPELLINGS: dict[str, str] = {
    'scalar logical_not bool': 'i32.eqz',
    'vector logical_not bool': 'v128.not',
    'vector bit_not i32': 'v128.not',
    'vector bit_not u32': 'v128.not',
    'vector shift_left i32': '',  # i32x4.shl shifts all lanes by one count
    'vector shift_left u32': '',
    'vector shift_right i32': '',
    'vector shift_right u32': '',
}


def kind_or_none(dtype: str) -> str:
    """The kind that computes with `dtype`; '' where WebAssembly has none."""
    return KINDS.get(dtype, '')


def value_type(lanes: str, kind: str) -> str:
    """The type of the local that holds a value of `kind`."""
    return 'v128' if lanes == VECTOR else SCALAR_SHAPES[kind]


def mnemonic_of(lanes: str, op: str, kind: str) -> str:
    """The one instruction that computes primitive `op` on operands of `kind`; '' if there is none."""
    own = OWN_SPELLINGS.get(f'{lanes} {op} {kind}')
    if own is not None:
        return own
    stems = STEMS.get(op)
    if stems is None:
        return ''
    stem = stems[COLUMNS[kind]]
    if stem == '':
        return ''
    if lanes == SCALAR:
        name = SCALAR_SHAPES[kind] + '.' + stem
    elif kind not in VECTOR_SHAPES:
        return ''
    elif stem == 'and' or stem == 'or' or stem == 'xor':
        name = 'v128.' + stem
    else:
        name = VECTOR_SHAPES[kind] + '.' + stem
    return name if OPCODES.has(name) else ''


def wrap_narrow(f: WasmFunction, lanes: str, dtype: str) -> None:
    """Bring the integer on the stack back into the range of `dtype` as storing it in memory would; wide ones stay."""
    storage = storage_of(dtype)
    if storage == 'u8' or storage == 'u16':
        _push_i32(f, lanes, 0xFF if storage == 'u8' else 0xFFFF)
        f.op('i32.and' if lanes == SCALAR else 'v128.and')
    elif lanes == SCALAR and (storage == 'i8' or storage == 'i16'):
        f.op('i32.extend8_s' if storage == 'i8' else 'i32.extend16_s')
    elif storage == 'i8' or storage == 'i16':
        bits = 24 if storage == 'i8' else 16
        f.i32_const(bits)
        f.op('i32x4.shl')
        f.i32_const(bits)
        f.op('i32x4.shr_s')


def is_narrow(dtype: str) -> bool:
    """True for integers that memory holds in less than 32 bits."""
    storage = storage_of(dtype)
    return kind_of(dtype) != 'bool' and (storage == 'u8' or storage == 'i8' or storage == 'u16' or storage == 'i16')


def push_constant(f: WasmFunction, lanes: str, kind: str, value: float) -> None:
    """Push a constant of `kind`, in each lane; integers saturate at the ends of 32 or 64 bits."""
    if kind == 'f32' and lanes == VECTOR:
        f.held_f32x4(value)
    elif kind == 'f32':
        f.f32_const(value)
    elif kind == 'f64':
        f.f64_const(value)
    elif kind == 'i64' or kind == 'u64':
        _push_i64(f, kind, value)
    elif kind == 'bool':
        truth = 1 if value != 0 else 0
        _push_i32(f, lanes, -truth if lanes == VECTOR else truth)
    else:
        _push_i32(f, lanes, to_i32(trunc(min(max(value, -2147483648), 4294967295))))


def _push_i64(f: WasmFunction, kind: str, value: float) -> None:
    if kind == 'u64' and value >= 2.0**63:
        f.i64_const(-1 if value >= 2.0**64 else trunc(value - 2.0**64))
    elif value >= 2.0**63:
        f.i64_const(-1)
        f.i64_const(1)
        f.op('i64.shr_u')
    else:
        f.i64_const(trunc(max(value, -(2.0**63))))


def _push_i32(f: WasmFunction, lanes: str, value: int) -> None:
    if lanes == VECTOR:
        f.held_i32x4(value)
    else:
        f.i32_const(value)
