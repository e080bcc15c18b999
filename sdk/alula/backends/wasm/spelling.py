"""What primitives are computed with in WebAssembly, and how each is spelled: by one instruction, or by a routine in the
notation of routines.py.

An expression is computed either in vector lanes (four 32-bit lanes of a v128; bools are masks 0 / -1) or in scalars
(bools are i32 0 / 1). Integers narrower than 32 bits are held as 32-bit ones in range.
"""

from __future__ import annotations

from alula.backends.wasm.assembler import WasmFunction
from alula.backends.wasm.elementary import ELEMENTARY
from alula.backends.wasm.opcodes import OPCODES
from alula.host.arrays import to_i32, trunc
from alula.host.table import Table
from alula.kernels.narrow_float import FORMATS

VECTOR = 'vector'
SCALAR = 'scalar'

# What computes with each element type; the types that are missing here are not computed with in WebAssembly. Narrow
# floats stand here for their bits, which dag.py turns into a float32 and back.
KINDS: dict[str, str] = {
    'float32': 'f32', 'float64': 'f64', 'bool': 'bool',
    'int8': 'i32', 'int16': 'i32', 'int32': 'i32', 'int64': 'i64', 'int4': 'i32', 'int2': 'i32',
    'string': 'i32',
    'uint8': 'u32', 'uint16': 'u32', 'uint32': 'u32', 'uint64': 'u64', 'uint4': 'u32', 'uint2': 'u32',
}
for name in FORMATS:
    KINDS[name] = 'u32'
SCALAR_SHAPES: dict[str, str] = {
    'f32': 'f32', 'f64': 'f64', 'bool': 'i32', 'i32': 'i32', 'u32': 'i32', 'i64': 'i64', 'u64': 'i64',
}
VECTOR_SHAPES: dict[str, str] = {'f32': 'f32x4', 'i32': 'i32x4', 'u32': 'i32x4', 'bool': 'i32x4'}

# primitive, then what follows the shape for floats, signed integers, unsigned integers and bools
STEMS = '''add add add add -
sub sub sub sub -
mul mul mul mul -
div div - - -
minimum min min_s min_u and
maximum max max_s max_u or
neg neg neg neg -
absolute abs abs - -
sqrt sqrt - - -
floor floor - - -
ceil ceil - - -
trunc trunc - - -
rint nearest - - -
eq eq eq eq eq
ne ne ne ne ne
lt lt lt_s lt_u -
le le le_s le_u -
gt gt gt_s gt_u -
ge ge ge_s ge_u -
bit_and - and and -
bit_or - or or -
bit_xor - xor xor -
bit_not - not not -
shift_left - shl shl -
shift_right - shr_s shr_u -
logical_and - - - and
logical_or - - - or
logical_xor - - - xor
logical_not - - - not'''
COLUMNS: Table[str, list[str]] = Table()
for line in STEMS.split('\n'):
    COLUMNS.put(line.split(' ')[0], line.split(' '))

# Routines of integer scalars: what WebAssembly has no instruction for, or one that traps.
INTEGERS: dict[str, str] = {
    'neg': '0 a sub',
    'bit_not': 'a -1 xor',
    'logical_not': 'i32.eqz',
    'minimum': 'a b a b lt_? select',
    'maximum': 'a b a b gt_? select',
    # 0 where the divisor is 0, and no trap for the lowest integer by -1
    'div': '0 =q b 0 ne if b -1 eq b 0 lt_? i32.and if 0 a sub =q else a b div_? =q end end q',
    'trunc_mod': '0 =r b 0 ne if a b rem_? =r end r',
    # the rest with the divisor's sign
    'floor_mod': 'a b !trunc_mod =r r b 0 r 0 ne r b xor 0 lt_? i32.and select add',
    # By squaring, modulo 2**32 or 2**64. A negative exponent gives the truncated quotient, 0 unless a is 1 or -1: 1 / a
    # is a for those, else 0, and its powers are those of a negated exponent.
    'power': 'a =base b =rest b 0 lt_? if a 0 a 1 add 2 le_u select =base 0 b sub =rest end'
    ' 1 =result loop /64 result 1 base rest 1 and eqz select mul =result base base mul =base'
    ' rest 1 shr_u =rest rest 0 ne br_if /0 end result',
}
LANE = ' a f32x4.extract_lane /0 b f32x4.extract_lane /0 f32:!power f32x4.replace_lane /0'
# 'primitive shape' to other routines
ROUTINES: dict[str, str] = {
    # a itself where the quotient is 0 (b may be infinite)
    'trunc_mod f64': 'a b div trunc =q a a b q mul sub q 0 eq select',
    'floor_mod f64': 'a b !trunc_mod =r r b 0 r 0 ne r 0 lt b 0 lt i32.xor i32.and select add',
    'power f32x4': 'a' + ''.join([LANE.replace('0', f'{lane}') for lane in range(4)]),
}
ROUTINES.update(ELEMENTARY)
for name in ['f32', 'f64', 'f32x4', 'i32', 'i64', 'i32x4']:
    # NaN and zeros are their own sign
    ROUTINES[f'sign {name}'] = '1 -1 a a 0 lt_? select a 0 gt_? select'
    ROUTINES[f'absolute {name}'] = '0 a sub a a 0 lt_? select'
for name in ['exp', 'log', 'tanh', 'atan', 'erf', 'sin', 'cos']:
    ROUTINES[f'{name} f32'] = f'a f32x4.splat f32x4:!{name} f32x4.extract_lane /0'
for name in ['power', 'floor_mod', 'trunc_mod']:
    ROUTINES[f'{name} f32'] = f'a f64.promote_f32 b f64.promote_f32 f64:!{name} f32.demote_f64'


def kind_or_none(dtype: str) -> str:
    """The kind that computes with `dtype`; '' where WebAssembly has none."""
    return KINDS.get(dtype, '')


def value_type(lanes: str, kind: str) -> str:
    """The type of the local that holds a value of `kind`."""
    return 'v128' if lanes == VECTOR else SCALAR_SHAPES[kind]


def shape_of(lanes: str, kind: str) -> str:
    """What instructions for `kind` begin with; '' for vectors of what they don't hold."""
    return (VECTOR_SHAPES if lanes == VECTOR else SCALAR_SHAPES).get(kind, '')


def instruction(lanes: str, kind: str, stem: str) -> str:
    """The instruction for `kind` that ends in `stem`, or the one for all shapes; `stem` itself if there is none."""
    for shape in [shape_of(lanes, kind), value_type(lanes, kind)]:
        if OPCODES.has(f'{shape}.{stem}'):
            return f'{shape}.{stem}'
    return stem


def stem_of(op: str, kind: str) -> str:
    """What follows the shape in the instruction for a primitive of STEMS; '-' if there is none."""
    stem: str = COLUMNS.at(op)[1 + 'fiub'.find(kind[0])]
    return stem


def spelling_of(lanes: str, op: str, kind: str) -> str:
    """How primitive `op` is computed of operands of `kind`: an instruction, a routine (a text with blanks), or '' if it
    cannot."""
    shape = shape_of(lanes, kind)
    if COLUMNS.has(op) and shape != '':
        stem = stem_of(op, kind)
        found = instruction(lanes, kind, stem)
        # the shifts of vectors take one count for all lanes
        if found != stem and not (lanes == VECTOR and stem.startswith('sh')):
            return found
    return ROUTINES.get(f'{op} {shape}', INTEGERS.get(op, '') if shape == 'i32' or shape == 'i64' else '')


def push_constant(f: WasmFunction, lanes: str, kind: str, value: float) -> None:
    """Push a constant of `kind`, in each lane; integers saturate at the ends of 32 or 64 bits."""
    if kind == 'f64':
        f.f64_const(value)
    elif kind == 'f32' and lanes == SCALAR:
        f.f32_const(value)
    elif kind == 'f32':
        f.held_f32x4(value)
    elif kind == 'i64' or kind == 'u64':
        _push_i64(f, kind, value)
    else:
        bits = to_i32(trunc(min(max(value, -2147483648), 4294967295)))
        if kind == 'bool' and value != 0:
            bits = -1 if lanes == VECTOR else 1
        if lanes == VECTOR:
            f.held_i32x4(bits)
        else:
            f.i32_const(bits)


def _push_i64(f: WasmFunction, kind: str, value: float) -> None:
    if value < 2.0**63:
        f.i64_const(trunc(max(value, -(2.0**63))))
    elif kind == 'u64' and value < 2.0**64:
        f.i64_const(trunc(value - 2.0**64))
    else:
        f.i64_const(-1)
        if kind == 'i64':
            f.i64_const(1)
            f.op('i64.shr_u')
