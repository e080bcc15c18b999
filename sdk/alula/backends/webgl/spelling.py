"""How GLSL spells the primitives, four elements at a time, and which functions of shaders/webgl/ the spellings need."""

from __future__ import annotations

from alula.backends.webgl.refused import Refused
from alula.dtypes import bits_of, is_float, is_unsigned
from alula.host.table import Table
from alula.host.text import number_text
from alula.kernels.expr import Expr

FLOATS = 'vec4'
INTS = 'ivec4'
WORDS = 'uvec4'
BOOLS = 'bvec4'

# The type that computes with each element type. Narrow integers are wrapped after each operation; int64 is held in 32
# bits, which `write` checks, and only computed with where that can't overflow (wide.py).
TYPES: dict[str, str] = {
    'float32': FLOATS,
    'float16': FLOATS,
    'int8': INTS,
    'uint8': INTS,
    'int16': INTS,
    'uint16': INTS,
    'int32': INTS,
    'int64': INTS,
    'uint32': WORDS,
    'bool': BOOLS,
}

# The files that a file's functions call.
NEEDS: dict[str, list[str]] = {
    'extremes': ['nan', 'pick'],
    'sign': ['pick'],
    'exp': ['nan', 'pick'],
    'log': ['nan', 'pick'],
    'sqrt': ['nan', 'pick'],
    'tanh': ['exp'],
    'erf': ['exp'],
    'power': ['nan', 'pick'],
    'mod': ['nan', 'pick'],
    'int_div': ['pick'],
    'int_mod': ['int_div'],
    'int_power': ['pick'],
    'to_int': ['nan', 'pick'],
    'half': ['nan', 'pick'],
}

# Spelling of `op` for a type: what to call with the operands, or an operator between two, and the file it stands in.
ANY: dict[str, str] = {
    'add': '+',
    'sub': '-',
    'mul': '*',
    'neg': '-',
    'eq': 'equal',
    'ne': 'notEqual',
    'lt': 'lessThan',
    'le': 'lessThanEqual',
    'gt': 'greaterThan',
    'ge': 'greaterThanEqual',
    'minimum': 'min',
    'maximum': 'max',
    'absolute': 'abs',
    'sign': 'sign',
}
OF_FLOATS: dict[str, str] = {
    'div': '/',
    'minimum': 'minimum extremes',
    'maximum': 'maximum extremes',
    'sign': 'sign_of sign',
    'sqrt': 'root sqrt',
    'exp': 'exp_of exp',
    'log': 'log_of log',
    'sin': 'sin',
    'cos': 'cos',
    'atan': 'atan',
    'tanh': 'tanh_of tanh',
    'erf': 'erf_of erf',
    'floor': 'floor',
    'ceil': 'ceil',
    'rint': 'roundEven',
    'trunc': 'trunc',
    'power': 'power_of power',
    'floor_mod': 'floor_mod mod',
    'trunc_mod': 'trunc_mod mod',
}
OF_INTEGERS: dict[str, str] = {
    'div': 'int_div int_div',
    'floor_mod': 'floor_mod int_mod',
    'trunc_mod': 'trunc_mod int_mod',
    'power': 'int_power int_power',
    'bit_and': '&',
    'bit_or': '|',
    'bit_xor': '^',
    'bit_not': '~',
    'shift_left': '<<',
    'shift_right': '>>',
}
OF_WORDS: dict[str, str] = {**OF_INTEGERS, 'absolute': '+', 'sign': 'sign_of sign'}
# Bools are computed with as numbers 0 and 1.
OF_BOOLS: dict[str, str] = {'logical_and': '&', 'logical_or': '|', 'logical_xor': '^', 'logical_not': 'not'}
PER_TYPE: dict[str, dict[str, str]] = {FLOATS: OF_FLOATS, INTS: OF_INTEGERS, WORDS: OF_WORDS, BOOLS: OF_BOOLS}


def type_of(dtype: str) -> str:
    """The GLSL type of four elements. Refused for element types that no texture holds."""
    if dtype not in TYPES:
        raise Refused(f'it has no {dtype}')
    return TYPES[dtype]


def is_stored_as_float(dtype: str) -> bool:
    """Whether texels of the type are floats; else they are signed integers."""
    return type_of(dtype) == FLOATS


def constant_text(value: float, dtype: str) -> str:
    """Four times a number of that type, as GLSL writes it."""
    kind = type_of(dtype)
    text = number_text(value)
    if kind == FLOATS:
        if text.endswith('Infinity') or text == 'NaN':
            bits = {'NaN': '0x7fc00000u', 'Infinity': '0x7f800000u', '-Infinity': '0xff800000u'}[text]
            return f'vec4(uintBitsToFloat({bits}))'
        if '.' not in text and 'e' not in text:
            text += '.0'
    elif kind == WORDS:
        text += 'u'
    elif kind == BOOLS:
        text = 'true' if value != 0 else 'false'
    elif value == -2147483648:
        text = '-2147483647 - 1'
    elif value > 2147483647 or value < -2147483648:
        raise Refused(f'it holds {dtype} in 32 bits, too few for {text}')
    return f'{kind}({text})'


def spelled(expr: Expr, args: list[str], files: Table[str, str]) -> str:
    """A primitive applied to operands. Adds the files that it needs to `files`. Refused where there is no spelling."""
    op = expr.op
    operand = expr.args[0].dtype
    kind = type_of(operand)
    if op in OF_BOOLS and kind != BOOLS:
        zero = constant_text(0, operand)
        args = [f'notEqual({arg}, {zero})' for arg in args]
        kind = BOOLS
    own = PER_TYPE[kind]
    words = (own[op] if op in own else ANY.get(op, '')).split(' ')
    if words[0] == '' or (kind == BOOLS and op not in OF_BOOLS and op not in ['eq', 'ne']):
        raise Refused(f'it has no {op} of {operand}')
    if len(words) > 1:
        need(words[1], files)
    name = words[0]
    if name[0].isalpha():
        text = f'{name}({", ".join(args)})'
    elif kind == BOOLS:
        text = f'bvec4(uvec4({args[0]}) {name} uvec4({args[1]}))'
    elif len(args) == 1:
        text = f'({name}{args[0]})'
    else:
        text = f'({args[0]} {name} {args[1]})'
    return wrapped(text, expr.dtype) if expr.dtype == operand else text


def wrapped(text: str, dtype: str) -> str:
    """What a narrow integer type keeps of a result."""
    if dtype == 'bool' or is_float(dtype) or bits_of(dtype) >= 32:
        return text
    bits = bits_of(dtype)
    if is_unsigned(dtype):
        return f'({text} & {2**bits - 1})'
    return f'(({text} << {32 - bits}) >> {32 - bits})'


def need(name: str, files: Table[str, str]) -> None:
    """Put a file, after those that it needs, into `files`."""
    if not files.has(name):
        for other in NEEDS.get(name, []):
            need(other, files)
        files.put(name, name)


def casted(text: str, source: str, target: str, files: Table[str, str]) -> str:
    """A value of one element type as another, as ONNX Cast does. Refused where 32 bits could not hold it."""
    kind = type_of(target)
    given = type_of(source)
    if target == 'int64' and (given == FLOATS or given == WORDS):
        raise Refused(f'it holds int64 in 32 bits, too few for any {source}')
    if target == 'bool':
        return f'notEqual({text}, {constant_text(0, source)})'
    if target == 'float16':
        need('half', files)
        return f'half_of({kind}({text}))'
    if given == FLOATS and kind == WORDS:
        need('to_int', files)
        return f'to_uint({text})'
    if given == FLOATS and kind == INTS:
        need('to_int', files)
        bits = bits_of(target)
        half = 0 if is_unsigned(target) else 2 ** (bits - 1)
        top = 2**bits - half - 1
        if bits == 32:
            return f'to_int({text}, -2147483648.0, 2147483648.0, -2147483647 - 1, 2147483647)'
        return f'to_int({text}, {-half}.0, {top}.0, {-half}, {top})'
    return text if kind == given == FLOATS else wrapped(f'{kind}({text})', target)
