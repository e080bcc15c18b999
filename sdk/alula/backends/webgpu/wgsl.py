"""Expressions in WGSL: a line per distinct subexpression, for one element or for four abreast.

Registers are f32, i32, u32 or bool, storage words f32, i32 or u32. float16 is computed with as float32, 8- and 16-bit
integers as 32-bit ones that are wrapped after each operation, int64 as int32 where that is exact (`refusal`)."""

from __future__ import annotations

from typing import Any

from alula.backends.wasm.dag import Dag, DagNode
from alula.dtypes import bits_of, bounds, is_int
from alula.host.arrays import fround
from alula.host.text import number_text
from alula.kernels.expr import Expr

# How each element type is held in a register: float, signed or unsigned integer, bool. Others are not computed with.
KINDS: dict[str, str] = {
    'float32': 'f', 'float16': 'f', 'int8': 'i', 'int16': 'i', 'int32': 'i', 'int64': 'i',
    'uint8': 'u', 'uint16': 'u', 'uint32': 'u', 'bool': 'b',
}
REGISTERS: dict[str, str] = {'f': 'f32', 'i': 'i32', 'u': 'u32', 'b': 'bool'}
VECTORS: dict[str, str] = {'f': 'vec4f', 'i': 'vec4i', 'u': 'vec4u', 'b': 'vec4<bool>'}
WORDS: dict[str, str] = {'f': 'f32', 'i': 'i32', 'u': 'u32', 'b': 'u32'}

# primitive, then how floats, signed and unsigned integers and bools spell it; '' is refused. $a, $b: the operands
SPELLINGS: dict[str, list[str]] = {
    'add': ['$a + $b', '$a + $b', '$a + $b', ''],
    'sub': ['$a - $b', '$a - $b', '$a - $b', ''],
    'mul': ['$a * $b', '$a * $b', '$a * $b', ''],
    'div': ['$a / $b', 'i_div($a, $b)', 'u_div($a, $b)', ''],
    'power': ['power($a, $b)', 'i_power($a, $b)', 'u_power($a, $b)', ''],
    'minimum': ['minimum($a, $b)', 'min($a, $b)', 'min($a, $b)', '$a & $b'],
    'maximum': ['maximum($a, $b)', 'max($a, $b)', 'max($a, $b)', '$a | $b'],
    'trunc_mod': ['f_mod($a, $b)', 'i_mod($a, $b)', 'u_mod($a, $b)', ''],
    'floor_mod': ['f_floor_mod($a, $b)', 'i_floor_mod($a, $b)', 'u_mod($a, $b)', ''],
    'neg': ['-$a', '-$a', '0u - $a', ''],
    'absolute': ['abs($a)', 'abs($a)', '$a', ''],
    'sign': ['sign_of($a)', 'sign($a)', 'min($a, 1u)', ''],
    'sqrt': ['sqrt($a)', '', '', ''],
    'exp': ['exp_of($a)', '', '', ''],
    'log': ['log_of($a)', '', '', ''],
    'sin': ['sin($a)', '', '', ''],
    'cos': ['cos($a)', '', '', ''],
    'atan': ['atan_of($a)', '', '', ''],
    'tanh': ['tanh_of($a)', '', '', ''],
    'erf': ['erf_of($a)', '', '', ''],
    'floor': ['floor($a)', '$a', '$a', ''],
    'ceil': ['ceil($a)', '$a', '$a', ''],
    'rint': ['round($a)', '$a', '$a', ''],
    'trunc': ['trunc($a)', '$a', '$a', ''],
    'eq': ['equal($a, $b)', '$a == $b', '$a == $b', '$a == $b'],
    'ne': ['!equal($a, $b)', '$a != $b', '$a != $b', '$a != $b'],
    'lt': ['$a < $b', '$a < $b', '$a < $b', ''],
    'le': ['$a <= $b', '$a <= $b', '$a <= $b', ''],
    'gt': ['$a > $b', '$a > $b', '$a > $b', ''],
    'ge': ['$a >= $b', '$a >= $b', '$a >= $b', ''],
    'logical_and': ['', '', '', '$a & $b'],
    'logical_or': ['', '', '', '$a | $b'],
    'logical_xor': ['', '', '', '$a != $b'],
    'logical_not': ['', '', '', '!$a'],
    'bit_and': ['', '$a & $b', '$a & $b', ''],
    'bit_or': ['', '$a | $b', '$a | $b', ''],
    'bit_xor': ['', '$a ^ $b', '$a ^ $b', ''],
    'bit_not': ['', '~$a', '~$a', ''],
    'shift_left': ['', '', 'select(0u, $a << ($b & 31u), $b < 32u)', ''],
    'shift_right': ['', '', 'select(0u, $a >> ($b & 31u), $b < 32u)', ''],
}
COLUMNS = 'fiub'
# What has no spelling of its own.
LEAVES = ['input', 'load', 'const', 'coord', 'stage', 'acc', 'cast', 'where']
# Of int64, held in 32 bits, what can't leave them.
EXACT = [*LEAVES, 'minimum', 'maximum', 'eq', 'ne', 'lt', 'le', 'gt', 'ge']
# What has no form for four elements abreast.
SINGLE = ['load', 'coord', 'trunc_mod', 'floor_mod']


def refusal(expr: Expr) -> str:
    """Why the expression can't be computed, '' if it can."""
    for arg in expr.args:
        found = refusal(arg)
        if found != '':
            return found
    operand = expr.args[0].dtype if len(expr.args) > 0 else expr.dtype
    if expr.dtype not in KINDS or operand not in KINDS:
        return f'it has no {operand if expr.dtype in KINDS else expr.dtype}'
    if 'int64' in [expr.dtype, operand] and expr.op not in EXACT:
        return f'{expr.op} of int64 may leave its 32 bits'
    if expr.op == 'cast' and expr.dtype == 'int64' and KINDS[operand] in 'fu':
        return f'{operand} as int64 may leave its 32 bits'
    if expr.op == 'const' and expr.dtype == 'int64' and abs(expr.value) >= 2**31:
        return f'{expr.value} has more than 32 bits'
    spelled = SPELLINGS.get(expr.op)
    if expr.op not in LEAVES and (spelled is None or spelled[COLUMNS.index(KINDS[operand])] == ''):
        return f'it has no {expr.op} of {operand}'
    return ''


def can_be_vector(expr: Expr) -> bool:
    """Whether four elements may be computed abreast: floats and bools, nothing that depends on the place."""
    kinds = KINDS.get(expr.dtype, '')
    plain = kinds != '' and kinds in 'fb' and expr.op not in SINGLE
    return plain and all(can_be_vector(arg) for arg in expr.args)


class Lines:
    """The lines that compute expressions. `width`: 1 or 4 elements abreast; `leaf(node)`: the text of an input, a
    coordinate, a stage, the sum or (with the index's text after it) a loaded element, as words of storage."""

    def __init__(self, width: int, leaf: Any) -> None:
        self.width = width
        self.leaf = leaf
        self.lines: list[str] = []
        self.count = 0

    def values(self, exprs: list[Expr]) -> list[str]:
        """The names of the values of the expressions, computed by lines added."""
        dag = Dag(True)
        roots = [dag.root(expr) for expr in exprs]
        names: list[str] = []
        for node in dag.nodes:
            text = self._text(dag, node, names)
            self.count += 1
            names.append(f'v{self.count}')
            self.lines.append(f'let v{self.count} = {text};')
        return [names[root] for root in roots]

    def type(self, kind: str) -> str:
        return (REGISTERS if self.width == 1 else VECTORS)[kind]

    def _text(self, dag: Dag, node: DagNode, names: list[str]) -> str:
        kind = KINDS[node.dtype]
        if node.op == 'const':
            return f'{self.type(kind)}({literal(kind, node.value)})'
        args = [names[arg] for arg in node.args]
        if node.op in ['input', 'load', 'coord', 'stage', 'acc']:
            text: str = self.leaf(node, args)
            return f'({text} != {self.type("u")}(0u))' if kind == 'b' and node.op in ['input', 'load'] else text
        source = dag.nodes[node.args[0]].dtype
        if node.op == 'where':
            condition = self._truth(args[0], source)
            return f'select({args[2]}, {args[1]}, {condition})'
        if node.op == 'cast':
            return self._cast(args[0], source, node.dtype)
        text = SPELLINGS[node.op][COLUMNS.index(KINDS[source])].replace('$a', args[0])
        if len(args) > 1:
            text = text.replace('$b', args[1])
        return wrapped(text, node.dtype) if kind != 'b' else text

    def _truth(self, x: str, dtype: str) -> str:
        """Whether it is not 0, as NaN is not."""
        kind = KINDS[dtype]
        return x if kind == 'b' else f'is_set({x})' if kind == 'f' else f'({x} != {self.type(kind)}(0))'

    def _cast(self, x: str, source: str, target: str) -> str:
        kind = KINDS[source]
        to = KINDS[target]
        if to == 'b':
            return self._truth(x, source)
        if kind == 'f' and to != 'f':
            ends = bounds(target if target != 'int64' else 'int32')
            top = f'{ends[1]}u' if to == 'u' else f'{ends[1]}'
            # The float next to the end, where the end is no float.
            high = fround(ends[1]) if fround(ends[1]) <= ends[1] else {'i': 2147483520, 'u': 4294967040}[to]
            low = f'{float_text(ends[0])}, ' if to == 'i' else ''
            return f'to_{WORDS[to]}({x}, {low}{float_text(high)}, {top})'
        return wrapped(f'{self.type(to)}({x})', target)


def wrapped(text: str, dtype: str) -> str:
    """What an integer type of fewer than 32 bits keeps of a register."""
    if not is_int(dtype) or bits_of(dtype) >= 32:
        return text
    if KINDS[dtype] == 'u':
        return f'(({text}) & {2 ** bits_of(dtype) - 1}u)'
    rest = 32 - bits_of(dtype)
    return f'((({text}) << {rest}u) >> {rest}u)'


def literal(kind: str, value: Any) -> str:
    """A number as a register's kind writes it."""
    if kind == 'f':
        return float_text(value)
    if kind == 'b':
        return 'true' if value != 0 else 'false'
    # The lowest integer has no literal of its own.
    return f'{number_text(value)}u' if kind == 'u' else '(-2147483647 - 1)' if value == -(2**31) else number_text(value)


def float_text(value: float) -> str:
    """A float32; what is no number comes from the parameters' first words, for WGSL has no literal of it."""
    if value != value:
        return 'bitcast<f32>(p[1])'
    rounded = fround(value)
    if rounded - rounded != 0:
        return 'bitcast<f32>(p[0])' if rounded > 0 else '(-bitcast<f32>(p[0]))'
    text = number_text(rounded)
    return text if '.' in text or 'e' in text else text + '.0'
