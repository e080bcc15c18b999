"""How shading languages spell expressions: what they have in common, and the table of what a dialect has of its own."""

from __future__ import annotations

from alula.backends.gpu.compose import COMPOSED
from alula.backends.gpu.words import KINDS
from alula.dtypes import bits_of, is_int
from alula.host.shaders import shader

# By primitive: of which kinds (words.py), and the text, $a and $b its operands. C's; comparisons are WGSL's.
SPELLED: dict[str, str] = {
    'add': 'fiu $a + $b',
    'sub': 'fiu $a - $b',
    'mul': 'fiu $a * $b',
    'div': 'f $a / $b',
    'minimum': 'fiu min($a, $b)',
    'maximum': 'fiu max($a, $b)',
    'neg': 'fi -$a',
    'absolute': 'fi abs($a)',
    'exp_of': 'f exp($a)',
    'rest_of': 'f rest_of($a, $b)',
    'floor': 'f floor($a)',
    'ceil': 'f ceil($a)',
    'rint': 'f round($a)',
    'trunc': 'f trunc($a)',
    'is_nan': 'f is_nan($a)',
    'eq': 'fiub $a == $b',
    'ne': 'fiub $a != $b',
    'lt': 'fiu $a < $b',
    'le': 'fiu $a <= $b',
    'gt': 'fiu $a > $b',
    'ge': 'fiu $a >= $b',
    'logical_and': 'b $a & $b',
    'logical_or': 'b $a | $b',
    'logical_not': 'b !$a',
    'bit_and': 'iu $a & $b',
    'bit_or': 'iu $a | $b',
    'bit_xor': 'iu $a ^ $b',
    'bit_not': 'iu ~$a',
}
# Of floats, whose comparison with NaN nobody promises: functions of `shaders/`.
OF_FLOATS: dict[str, str] = {
    'minimum': 'minimum($a, $b)',
    'maximum': 'maximum($a, $b)',
    'eq': 'equals($a, $b)',
    'ne': '!equals($a, $b)',
}


class Dialect:
    """A shading language, in the width that a kernel computes in.

    `types`: by kind; `own`: texts of its own, by primitive; `functions`: the templates in `folder` that hold one
    function each, named for it, each before what it calls; `of_bits`: what makes a float of an integer's bits;
    `variable`: what declares a variable, '' if its type does.
    """

    def __init__(
        self, types: list[str], own: dict[str, str], folder: str, functions: list[str], of_bits: str, variable: str
    ) -> None:
        self.types: dict[str, str] = {'f': types[0], 'i': types[1], 'u': types[2], 'b': types[3]}
        self.own = own
        self.folder = folder
        self.functions = functions
        self.of_bits = of_bits
        self.variable = variable

    def declared(self, kind: str, name: str, value: str) -> str:
        """The line that makes a variable."""
        return f'{self.types[kind] if self.variable == "" else self.variable} {name} = {value};'

    def named(self, kind: str, name: str, value: str) -> str:
        """The line that names a value."""
        return f'{self.types[kind] if self.variable == "" else "let"} {name} = {value};'

    def applied(self, op: str, kind: str, args: list[str]) -> str:
        """The text of a primitive, or of any text with `$`, of operands of that kind."""
        text = op
        if op in self.own:
            text = self.own[op]
        elif kind == 'f' and op in OF_FLOATS:
            text = OF_FLOATS[op]
        elif op in SPELLED:
            text = SPELLED[op].partition(' ')[2]
        return text.replace('$a', args[0]).replace('$b', args[len(args) - 1])

    def wrapped(self, text: str, dtype: str) -> str:
        """What an integer type of fewer than 32 bits keeps of a result."""
        rest = 32 - bits_of(dtype)
        if rest <= 0 or not is_int(dtype):
            return text
        kind = self.types['u']
        if KINDS[dtype] == 'u':
            return f'({text}) & {kind}({2 ** bits_of(dtype) - 1}u)'
        return f'(({text}) << {kind}({rest}u)) >> {kind}({rest}u)'

    def called(self, text: str) -> str:
        """The functions that the text calls."""
        found = ''
        for name in self.functions:
            if f'{name}(' in found or f'{name}(' in text:
                found = shader(f'{self.folder}/{name}') + found
        for kind in self.types.keys():
            found = found.replace('$' + kind, self.types[kind])
        return found


def can_spell(op: str, kind: str) -> bool:
    """Whether there is a text for the primitive, of operands of that kind."""
    return f'{op} {kind}' in COMPOSED or (op in SPELLED and kind in SPELLED[op].partition(' ')[0])
