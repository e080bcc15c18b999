"""Writing primitives into functions: the notation of those that take more than one instruction. Their texts:
spelling.py and elementary.py.

A text is words in the order of execution, on WebAssembly's stack:

    12 -0.5     a constant              a     the value of a local
    add         an instruction of the shape that is computed in; f64.mul: any other
    =r          into the local r, which is made when it is first set; a and b are the operands
    *x+ y       times x plus y, in one instruction where the host has it
    !exp        another primitive       /4,0  bytes as they are: what an instruction takes besides the stack
    i64:        before a word: computed in that shape

The end of an instruction's name `_?` is `_s` or `_u`, as the kind is signed or not; `if` and `select` are what they are
called for scalars.
"""

from __future__ import annotations

from alula.backends.wasm.assembler import WasmFunction
from alula.backends.wasm.spelling import SCALAR, VECTOR, instruction, push_constant, spelling_of, value_type
from alula.host.arrays import trunc
from alula.host.text import number_of

# Vector routines that are too long to stand wherever they are used, and how long those are that always do.
ALWAYS_CALLED = ['power', 'sin', 'cos']
ALWAYS_INLINE = 50


def compute(f: WasmFunction, lanes: str, op: str, kind: str, inline: bool) -> None:
    """From the operands of a primitive on the stack to its result: in place if `inline` or short, else by a call of the
    module's one copy."""
    text = spelling_of(lanes, op, kind)
    binary = ' b ' in text
    if ' ' not in text:
        f.op(text)
    elif len(text) < ALWAYS_INLINE or (inline and lanes == VECTOR and op not in ALWAYS_CALLED):
        write(f, lanes, kind, ('=b =a ' if binary else '=a ') + text, {})
    else:
        held = value_type(lanes, kind)
        params = [held, held] if binary else [held]
        operands = {'a': 0, 'b': 1}
        f.call(
            f.assembler.shared_function(
                f'{lanes} {op} {kind}', params, [held], lambda g: write(g, lanes, kind, text, operands)
            )
        )


def write(f: WasmFunction, lanes: str, kind: str, text: str, held: dict[str, int]) -> None:
    """Write a text that computes in `kind`. `held`: the locals that have names."""
    plain = text.replace('_?', '_u' if kind[0] == 'u' else '_s' if kind[0] == 'i' else '')
    fused = lanes == VECTOR and f.relaxed
    last = ''
    for word in plain.split(' '):
        if word[0] == '*':
            _word(f, lanes, kind, word[1:-1], held)
            if not fused:
                _word(f, lanes, kind, 'mul', held)
            last = 'relaxed_madd' if fused else 'add'
        else:
            _word(f, lanes, kind, word, held)
            if last != '':
                _word(f, lanes, kind, last, held)
                last = ''


def _word(f: WasmFunction, lanes: str, kind: str, word: str, held: dict[str, int]) -> None:
    first = word[0]
    rest = word[1:]
    if word in held:
        f.local_get(held[word])
    elif ':' in word:
        shape, typed = word.split(':')
        _word(f, SCALAR if len(shape) == 3 else VECTOR, shape[:3], typed, held)
    elif first == '=':
        if rest not in held:
            held[rest] = f.local(value_type(lanes, kind))
        f.local_set(held[rest])
    elif first == '!':
        compute(f, lanes, rest, kind, True)
    elif first == '/':
        f.bytes([trunc(number_of(part)) for part in rest.split(',')])
    elif first < ':':
        push_constant(f, lanes, kind, number_of(word))
    elif word == 'if':
        f.begin_if()
    else:
        f.op(instruction(lanes, kind, 'bitselect' if word == 'select' and lanes == VECTOR else word))
