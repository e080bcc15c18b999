"""The fragment shader of a step for one of its outputs: text, and the numbers that it is given when it draws.

Sizes, steps and offsets are numbers, but 0 and 1, so that steps of one structure share a shader. The text tells
everything that it depends on: it is its own key."""

from __future__ import annotations

import math
from typing import Any

from alula.backends.placed import DEVICE_KINDS
from alula.backends.webgl.frame import APART, SAME, TEXEL, Frame
from alula.backends.webgl.refused import Refused
from alula.backends.webgl.spelling import (
    BOOLS,
    FLOATS,
    INTS,
    WORDS,
    casted,
    constant_text,
    is_stored_as_float,
    need,
    spelled,
    type_of,
    wrapped,
)
from alula.backends.webgl.wide import check_wide
from alula.dtypes import bounds, is_float
from alula.host.shaders import shader
from alula.host.table import Table
from alula.kernels.expr import Expr
from alula.kernels.kernel import IDENTITIES, Contract, Stage, Step
from alula.kernels.view import Buffer

# What becomes of elements of the output's buffer that the step doesn't write.
FRESH = 'fresh'  # nobody reads them
DISCARD = 'discard'  # they stay, and no texel is written in part
MERGE = 'merge'  # they are copied from what the buffer held

COMBINED: dict[str, str] = {'sum': 'add', 'prod': 'mul', 'max': 'maximum', 'min': 'minimum'}
MOST_NUMBERS = 200  # uniforms that every device has are 224
MOST_BUFFERS = 15  # of 16 textures, one is the output's former contents


class Shader:
    """The shader in the making. `numbers`: its uniform integers, in order; `buffers`: what it samples, in order."""

    def __init__(self, step: Step, k: int, keeps: bool) -> None:
        if step.kernel.kind not in DEVICE_KINDS:
            raise Refused(f'it has no {step.kernel.kind}')
        out = step.outputs[k]
        expr = step.kernel.exprs[k]
        self.step = step
        self.out = out
        self.frame = Frame(step, out)
        self.mode = self._mode(keeps)
        self.numbers: list[int] = []
        self.buffers: list[Buffer] = []
        self.samplers: list[str] = []
        self.files: Table[str, str] = Table()
        self.lines: list[str] = []
        self.known: Table[str, str] = Table()
        self.states: list[str] = []
        self.ways = [self.frame.way(s) for s in range(len(step.inputs))]
        self.bases = ['' for _ in step.inputs]
        self.open = 0
        self._stand()
        kernel = step.kernel
        if isinstance(kernel, Contract):
            self._sum(kernel)
        for stage in kernel.stages:
            self._reduce(stage)
        check_wide(expr)
        self._store(self.value(expr))
        if len(self.numbers) > MOST_NUMBERS or len(self.buffers) > MOST_BUFFERS:
            raise Refused('it reads more than a shader of WebGL can')

    def asks_for_former(self) -> bool:
        """Whether it samples what the output's buffer held before."""
        return self.mode == MERGE

    def text(self) -> str:
        """The whole shader."""
        uniforms = [*self.samplers]
        if len(self.numbers) > 0:
            uniforms.append(f'uniform int p[{len(self.numbers)}];')
        kind = 'vec4' if is_stored_as_float(self.out.dtype) else 'ivec4'
        result: str = shader('webgl/step.glsl')
        functions = [shader(f'webgl/{name}.glsl') for name in self.files.keys_list()]
        result = result.replace('$RESULT', kind).replace('$UNIFORMS', '\n'.join(uniforms))
        return result.replace('$FUNCTIONS', '\n'.join(functions)).replace('$BODY', '\n'.join(self.lines))

    def _mode(self, keeps: bool) -> str:
        if not keeps or self.frame.covers:
            return FRESH
        # What a shader reads it can't write.
        in_place = any(view.buffer is self.out.buffer for view in self.step.inputs)
        return DISCARD if self.frame.is_packed and not in_place else MERGE

    # Numbers and positions

    def number(self, n: int) -> str:
        if n == 0 or n == 1:
            return str(n)
        self.numbers.append(n)
        return f'p[{len(self.numbers) - 1}]'

    def position(self, start: str, indices: list[str], steps: list[int]) -> str:
        """start + Σ index · step, without what is 0."""
        terms = [] if start == '0' else [start]
        for i, index in enumerate(indices):
            if steps[i] == 1:
                terms.append(index)
            elif steps[i] != 0:
                terms.append(f'{index} * {self.number(steps[i])}')
        return ' + '.join(terms) if len(terms) > 0 else '0'

    def _stand(self) -> None:
        """Where the fragment's elements are: the index of each dim, and the base of each input."""
        frame = self.frame
        kind = 'int' if frame.is_packed else 'ivec4'
        lanes = '' if frame.is_packed else ' + LANES'
        offset = self.number(frame.offsets[frame.out])
        self.lines.append(f'{kind} e = texel * 4{lanes} - {offset};')
        checks = [] if self.mode == FRESH else [self._compared('greaterThanEqual', '>=', 'start', '0')]
        if len(checks) > 0:
            self.lines.append(f'{kind} start = e;')
        indices: list[str] = []
        for d, dim in enumerate(frame.dims):
            step = dim.steps[frame.out]
            name = f'i{d}'
            indices.append(name)
            if step == 1:
                self.lines.append(f'{kind} {name} = e;')
            else:
                text = self.number(step)
                self.lines.append(f'{kind} {name} = e / {text};\ne -= {name} * {text};')
            if len(checks) > 0:
                checks.append(self._compared('lessThan', '<', name, self.number(dim.size)))
        if len(checks) > 0 and (len(indices) == 0 or frame.dims[len(indices) - 1].steps[frame.out] != 1):
            checks.append(self._compared('equal', '==', 'e', '0'))
        self._guard(checks)
        for s in range(len(self.ways)):
            if self.ways[s] != SAME:
                base = self.position(self.number(frame.offsets[s]), indices, frame.steps_of(s))
                self.lines.append(f'{kind} b{s} = {base};')
            else:
                self.lines.append(self._same_base(s, indices))
            self.bases[s] = f'b{s}'

    def _same_base(self, s: int, indices: list[str]) -> str:
        """The base of an input that has one element for all of a texel."""
        steps = self.frame.steps_of(s)
        base = self.position(self.number(self.frame.offsets[s]), indices, steps)
        return f'int b{s} = {base};'

    def _compared(self, function: str, sign: str, a: str, b: str) -> str:
        if self.frame.is_packed:
            return f'{a} {sign} {b}'
        return f'uvec4({function}({a}, ivec4({b})))'

    def _guard(self, checks: list[str]) -> None:
        """Leave texels that the step doesn't write; `inside` tells which elements of a texel it does."""
        if len(checks) == 0:
            return
        if self.frame.is_packed:
            stay = 'discard;' if self.mode == DISCARD else '{ result = texelFetch(former, place, 0); return; }'
            self.lines.append(f'if (!({" && ".join(checks)})) {stay}')
        else:
            self.lines.append(f'bvec4 inside = bvec4({" & ".join(checks)});')
            self.lines.append('if (!any(inside)) { result = texelFetch(former, place, 0); return; }')

    # Reading

    def sampler(self, buffer: Buffer) -> str:
        """The sampler of a buffer; buffers that several inputs read have one."""
        if buffer not in self.buffers:
            kind = 'sampler2D' if is_stored_as_float(buffer.dtype) else 'isampler2D'
            self.samplers.append(f'uniform {kind} s{len(self.buffers)};')
            self.buffers.append(buffer)
        return f's{self.buffers.index(buffer)}'

    def gather(self, dtype: str) -> None:
        need('gather' if is_stored_as_float(dtype) else 'gather_int', self.files)

    def fetched(self, s: int, at: str) -> str:
        """The four elements of input `s`. `at`: where they begin; where they are, if they follow no dim."""
        view = self.step.inputs[s]
        name = self.sampler(view.buffer)
        kind = type_of(view.dtype)
        way = self.ways[s]
        if way == TEXEL:
            return self.typed(f'TEXEL({name}, {at})', view.dtype)
        self.gather(view.dtype)
        if way == SAME:
            text = f'{"vec4" if kind == FLOATS else "ivec4"}(one({name}, {at}))'
        elif self.frame.is_packed:
            steps = self.frame.steps_of(s)
            text = f'four({name}, {at} + LANES * {self.number(steps[len(steps) - 1])})'
        else:
            text = f'four({name}, {at})'
        return self.typed(text, view.dtype)

    def typed(self, text: str, dtype: str) -> str:
        """Texels as the type computes."""
        kind = type_of(dtype)
        if kind == BOOLS:
            return f'notEqual({text}, ivec4(0))'
        return f'uvec4({text})' if kind == WORDS else text

    # Expressions

    def value(self, e: Expr) -> str:
        """The name of the expression's value, computed by then."""
        if e.op == 'const':
            return constant_text(e.value, e.dtype)
        if e.op == 'stage' or e.op == 'acc':
            return self.states[e.value if e.op == 'stage' else 0]
        if e.op == 'coord':
            return self._coord(e.value)
        if e.op == 'input':
            base = self.bases[e.value]
            return self.named(e.dtype, f'%{e.value} {base}', lambda: self.fetched(e.value, base))
        args = [self.value(arg) for arg in e.args]
        key = f'{e.op} {e.dtype} {e.value} ' + ' '.join(args)
        name: str = self.named(e.dtype, key, lambda: self._computed(e, args))
        return name

    def _computed(self, e: Expr, args: list[str]) -> str:
        if e.op == 'where':
            need('pick', self.files)
            return f'pick({", ".join(args)})'
        if e.op == 'cast':
            return casted(args[0], e.args[0].dtype, e.dtype, self.files)
        if e.op == 'load':
            view = self.step.inputs[e.value]
            self.gather(view.dtype)
            at = self.position(self.number(view.offset), [args[0]], [1])
            return self.typed(f'four({self.sampler(view.buffer)}, {at})', view.dtype)
        return spelled(e, args, self.files)

    def named(self, dtype: str, key: str, make: Any) -> str:
        """The variable of the value that `key` describes: found, or made here by `make()`."""
        name = self.known.find(key)
        if name is None:
            text = make()
            name = f't{len(self.lines)}'
            self.lines.append(f'{type_of(dtype)} {name} = {text};')
            self.known.put(key, name)
        return name

    def _coord(self, axis: int) -> str:
        frame = self.frame
        for i, dim in enumerate(frame.loops[: self.open]):
            if dim.axis == axis:
                return f'ivec4(c{i})'
        for i, dim in enumerate(frame.dims):
            if dim.axis == axis:
                is_last = frame.is_packed and i == len(frame.dims) - 1
                index = f'(ivec4(i{i}) + LANES)' if is_last else f'ivec4(i{i})'
                return f'({self.number(dim.size - 1)} - {index})' if axis in frame.flipped else index
        return 'ivec4(0)'

    # Loops

    def _open_loops(self, count: int) -> None:
        """Begin the outer `count` loops. Inputs are read where the loops stand."""
        loops = self.frame.loops
        self.open = count
        for i in range(count):
            self.lines.append(f'for (int c{i} = 0; c{i} < {self.number(loops[i].size)}; c{i}++) {{')
        indices = [f'c{i}' for i in range(count)]
        for s in range(len(self.ways)):
            steps = [loops[i].steps[s] for i in range(count)]
            if any(step != 0 for step in steps):
                self.bases[s] = '(' + self.position(f'b{s}', indices, steps) + ')'

    def _close_loops(self, count: int) -> None:
        for _ in range(count):
            self.lines.append('}')
        self.open = 0
        self.bases = [f'b{s}' for s in range(len(self.ways))]

    def _reduce(self, stage: Stage) -> None:
        """One pass over the columns; its result becomes a state."""
        count = len(self.frame.loops)
        state = f'r{len(self.states)}'
        kind = type_of(stage.dtype)
        by_index = stage.op not in COMBINED
        term = stage.expr
        check_wide(term)
        if not by_index and stage.dtype == 'int64' and stage.op in ['sum', 'prod']:
            raise Refused('it holds int64 in 32 bits, too few for a sum')
        start = _identity(stage.op, term.dtype)
        if by_index:
            self.lines.append(f'{kind} {state} = ivec4(0);\nint n{state} = 0;')
        best = f'x{state}' if by_index else state
        self.lines.append(f'{type_of(term.dtype)} {best} = {start};')
        outer = self._outer()
        self._open_loops(count)
        value = self.value(term)
        if by_index:
            need('pick', self.files)
            test = 'greaterThan' if IDENTITIES[stage.op] < 0 else 'lessThan'
            if stage.op.endswith('_last'):
                test += 'Equal'
            self.lines.append(f'bvec4 better = {test}({value}, {best});')
            self.lines.append(f'{state} = pick(better, ivec4(n{state}), {state});\nn{state}++;')
            self.lines.append(f'{best} = pick(better, {value}, {best});')
        else:
            combined = Expr(COMBINED[stage.op], [term, term], stage.dtype, None)
            self.lines.append(f'{best} = {spelled(combined, [value, best], self.files)};')
        self._close_loops(count)
        self.known = outer
        self.states.append(state)

    def _outer(self) -> Table[str, str]:
        """The values known now, to be restored when a loop ends."""
        kept: Table[str, str] = Table()
        for key in self.known.keys_list():
            kept.put(key, self.known.at(key))
        return kept

    def _sum(self, kernel: Contract) -> None:
        """The sum of products: four steps of depth at a time where an operand has them in one texel."""
        loops = self.frame.loops
        kind = type_of(kernel.dtype)
        a = self.step.inputs[0]
        w = self.step.inputs[1]
        if kernel.dtype == 'int64':
            raise Refused('it holds int64 in 32 bits, too few for a sum')
        self.lines.append(f'{kind} r0 = {kind}({"0.0" if kind == FLOATS else "0"});')
        deep = len(loops) - 1
        forms = ['', '']
        if deep >= 0 and loops[deep].size % 4 == 0 and kind == FLOATS:
            forms = [self._form(s, deep) for s in range(2)]
        if '' in forms or TEXEL in forms and APART in forms or forms[0] == forms[1] == TEXEL:
            self._open_loops(len(loops))
            x = casted(self.fetched(0, self.bases[0]), a.dtype, kernel.dtype, self.files)
            y = casted(self.fetched(1, self.bases[1]), w.dtype, kernel.dtype, self.files)
            self.lines.append(f'r0 += {x} * {y};')
            self._close_loops(len(loops))
        else:
            self._open_loops(deep)
            self._fours(forms, deep)
            self._close_loops(deep)
        self.states.append('r0')

    def _form(self, s: int, deep: int) -> str:
        """How an operand gives four steps of depth: SAME: one texel, for all four elements; APART: a texel for each;
        TEXEL: a texel of the four elements for each step; '' where none of it can be."""
        frame = self.frame
        way = self.ways[s]
        if way == TEXEL:
            return TEXEL
        is_deep = frame.loops[deep].steps[s] == 1 and frame.is_aligned(s, deep)
        return way if is_deep else ''

    def _fours(self, forms: list[str], deep: int) -> None:
        """The innermost loop, in steps of four."""
        loop = self.frame.loops[deep]
        kind = 'int' if self.frame.is_packed else 'ivec4'
        texels: list[list[str]] = []
        fetches: list[str] = []
        for s in range(2):
            own = 'int' if forms[s] == SAME else kind
            self.lines.append(f'{own} d{s} = {self.bases[s]};')
            name = self.sampler(self.step.inputs[s].buffer)
            steps = self.frame.steps_of(s)
            lane = self.number(steps[len(steps) - 1]) if forms[s] == APART and self.frame.is_packed else ''
            deep_step = self.number(loop.steps[s]) if forms[s] == TEXEL else '1'
            at = self.position(f'd{s}', ['k'], [loop.steps[s]]) if deep_step == '1' else f'd{s} + k * {deep_step}'
            names: list[str] = []
            for j in range(1 if forms[s] == SAME else 4):
                own_at = at
                if forms[s] == TEXEL and j > 0:
                    own_at = f'd{s} + (k + {j}) * {deep_step}'
                elif forms[s] == APART:
                    own_at = f'{at} + {j} * {lane}' if self.frame.is_packed else f'd{s}.{"xyzw"[j]} + k'
                names.append(f'x{s}{j}')
                fetches.append(f'vec4 x{s}{j} = TEXEL({name}, {own_at});')
            texels.append(names)
        size = self.number(loop.size)
        self.lines.append(f'for (int k = 0; k < {size}; k += 4) {{')
        self.lines.extend(fetches)
        if TEXEL in forms:
            same = texels[forms.index(SAME)][0]
            rows = texels[forms.index(TEXEL)]
            terms = [f'{same}.{"xyzw"[j]} * {rows[j]}' for j in range(4)]
            self.lines.append(f'r0 += {" + ".join(terms)};')
        else:
            pairs = [f'dot({texels[0][j % len(texels[0])]}, {texels[1][j % len(texels[1])]})' for j in range(4)]
            self.lines.append(f'r0 += vec4({", ".join(pairs)});')
        self.lines.append('}')

    # Writing

    def _store(self, value: str) -> None:
        dtype = self.out.dtype
        kind = type_of(dtype)
        if dtype == 'float16':
            need('half', self.files)
            value = f'half_of({value})'
        elif is_float(dtype) or kind == INTS:
            value = wrapped(value, dtype)
        else:
            value = f'ivec4({value})'
        if self.mode == MERGE and not self.frame.is_packed:
            need('pick', self.files)
            value = f'pick(inside, {value}, texelFetch(former, place, 0))'
        if self.mode == MERGE:
            self.samplers.append(f'uniform {"sampler2D" if kind == FLOATS else "isampler2D"} former;')
        self.lines.append(f'result = {value};')


def _identity(op: str, dtype: str) -> str:
    """The value of nothing, as the type has it."""
    value = IDENTITIES[op]
    if abs(value) == math.inf and not is_float(dtype):
        ends = bounds('int32' if dtype == 'int64' else dtype)
        value = ends[0] if value < 0 else ends[1]
    return constant_text(value, dtype)
