"""The fragment shader of a step for one of its outputs. Its text tells everything that it depends on."""

from __future__ import annotations

from alula.backends.dag import DagNode
from alula.backends.gpu.code import Code
from alula.backends.gpu.words import KINDS
from alula.backends.webgl.frame import APART, SAME, TEXEL, Frame
from alula.backends.webgl.glsl import GLSL, is_stored_as_float
from alula.host.shaders import shader
from alula.kernels.expr import cast, mul, slot
from alula.kernels.kernel import Contract, Step
from alula.kernels.view import Buffer

# What becomes of elements of the output's buffer that the step doesn't write.
FRESH = 'fresh'  # nobody reads them
DISCARD = 'discard'  # they stay, and no texel is written in part
MERGE = 'merge'  # they are copied from what the buffer held

MOST_WORDS = 200  # uniforms that every device has are 224
MOST_BUFFERS = 15  # of 16 textures, one is the output's former contents


class Shader(Code):
    """The shader in the making. `buffers`: what it samples, in order; `problem`: why it can't be, '' if it can."""

    def __init__(self, step: Step, k: int, keeps: bool) -> None:
        super().__init__(GLSL)
        self.step = step
        self.out = step.outputs[k]
        self.frame = Frame(step, k)
        self.mode = self._mode(keeps)
        self.buffers: list[Buffer] = []
        self.samplers: list[str] = []
        self.ways = [self.frame.way(s) for s in range(len(step.inputs))]
        self.bases = ['' for _ in step.inputs]
        self.open = 0
        self._stand()
        kernel = step.kernel
        if isinstance(kernel, Contract):
            self._sum(kernel)
        for at, stage in enumerate(kernel.stages):
            self.reduce(at, stage)
        self._store(self.values([kernel.exprs[k]])[0])
        self.problem = self.frame.problem
        if len(self.words) > MOST_WORDS or len(self.buffers) > MOST_BUFFERS:
            self.problem = 'it reads more than a shader of WebGL can'

    def text(self) -> str:
        """The whole shader."""
        uniforms = [*self.samplers]
        if len(self.words) > 0:
            uniforms.append(f'uniform int p[{len(self.words)}];')
        body = '\n'.join(self.lines)
        result: str = shader('webgl/step')
        result = result.replace('$RESULT', self._texel(self.out.dtype)).replace('$UNIFORMS', '\n'.join(uniforms))
        return result.replace('$FUNCTIONS', GLSL.called(body)).replace('$BODY', body)

    def _mode(self, keeps: bool) -> str:
        if not keeps or self.frame.covers:
            return FRESH
        # What a shader reads it can't write.
        in_place = any(view.buffer is self.out.buffer for view in self.step.inputs)
        return DISCARD if self.frame.is_packed and not in_place else MERGE

    # Positions

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
                text = self.step_along(dim, frame.out)
                self.lines.append(f'{kind} {name} = e / {text};\ne -= {name} * {text};')
            if len(checks) > 0:
                checks.append(self._compared('lessThan', '<', name, self.size(dim)))
        if len(checks) > 0 and (len(indices) == 0 or frame.dims[len(indices) - 1].steps[frame.out] != 1):
            checks.append(self._compared('equal', '==', 'e', '0'))
        self._guard(checks)
        for s in range(len(self.ways)):
            own = 'int' if self.ways[s] == SAME else kind
            base = self.position(self.number(frame.offsets[s]), indices, frame.dims, s)
            self.lines.append(f'{own} b{s} = {base};')
            self.bases[s] = f'b{s}'

    def _compared(self, function: str, sign: str, a: str, b: str) -> str:
        if self.frame.is_packed:
            return f'{a} {sign} {b}'
        return f'uvec4({function}({a}, ivec4({b})))'

    def _guard(self, checks: list[str]) -> None:
        """Leave texels that the step doesn't write; `inside` tells which elements of a texel it does."""
        if len(checks) == 0:
            return
        keep = '{ result = texelFetch(former, place, 0); return; }'
        if self.frame.is_packed:
            self.lines.append(f'if (!({" && ".join(checks)})) {"discard;" if self.mode == DISCARD else keep}')
        else:
            self.lines.append(f'bvec4 inside = bvec4({" & ".join(checks)});')
            self.lines.append(f'if (!any(inside)) {keep}')

    # Reading

    def _texel(self, dtype: str) -> str:
        return 'vec4' if is_stored_as_float(dtype) else 'ivec4'

    def _sampler(self, buffer: Buffer) -> str:
        """The sampler of a buffer; buffers that several inputs read have one."""
        if buffer not in self.buffers:
            kind = 'sampler2D' if is_stored_as_float(buffer.dtype) else 'isampler2D'
            self.samplers.append(f'uniform {kind} s{len(self.buffers)};')
            self.buffers.append(buffer)
        return f's{self.buffers.index(buffer)}'

    def _fetched(self, s: int) -> str:
        """The four elements of input `s`."""
        view = self.step.inputs[s]
        name = self._sampler(view.buffer)
        at = self.bases[s]
        way = self.ways[s]
        if way == TEXEL:
            return self._typed(f'TEXEL({name}, {at})', view.dtype)
        if way == SAME:
            return self._typed(f'{self._texel(view.dtype)}(one({name}, {at}))', view.dtype)
        if self.frame.is_packed:
            at += f' + LANES * {self.step_along(self.frame.dims[-1], s)}'
        return self._typed(f'four({name}, {at})', view.dtype)

    def _typed(self, text: str, dtype: str) -> str:
        """Texels as the type computes."""
        kind = KINDS[dtype]
        return f'notEqual({text}, ivec4(0))' if kind == 'b' else f'uvec4({text})' if kind == 'u' else text

    def leaf(self, node: DagNode, args: list[str]) -> str:
        s: int = node.value
        if node.op == 'input':
            return self._fetched(s)
        if node.op == 'coord':
            return self._coord(s)
        if node.op == 'load':
            view = self.step.inputs[s]
            at = f'{self.number(view.offset)} + {args[0]}'
            return self._typed(f'four({self._sampler(view.buffer)}, {at})', view.dtype)
        return f'r{s}' if node.op == 'stage' else 'r0'

    def _coord(self, axis: int) -> str:
        frame = self.frame
        for i, dim in enumerate(frame.loops[: self.open]):
            if dim.axis == axis:
                return f'ivec4(c{i})'
        for i, dim in enumerate(frame.dims):
            if dim.axis == axis:
                is_last = frame.is_packed and i == len(frame.dims) - 1
                index = f'(ivec4(i{i}) + LANES)' if is_last else f'ivec4(i{i})'
                return f'({self.word(dim.size - 1)} - {index})' if axis in frame.flipped else index
        return 'ivec4(0)'

    # Loops

    def open_columns(self) -> None:
        self._open_loops(len(self.frame.loops))

    def _open_loops(self, count: int) -> None:
        """Begin the outer `count` loops. Inputs are read where the loops stand."""
        loops = self.frame.loops
        self.open = count
        self.lines.append('{')  # a scope, also where there is nothing to walk
        for i in range(count):
            self.loop(f'c{i}', self.size(loops[i]), 1)
        indices = [f'c{i}' for i in range(count)]
        for s in range(len(self.ways)):
            self.bases[s] = '(' + self.position(f'b{s}', indices, loops[:count], s) + ')'

    def close_columns(self) -> None:
        self.lines.extend(['}', *['}' for _ in range(self.open)]])
        self.open = 0
        self.bases = [f'b{s}' for s in range(len(self.ways))]

    def _sum(self, kernel: Contract) -> None:
        """The sum of products: four steps of depth at a time where an operand has them in one texel."""
        loops = self.frame.loops
        kind = KINDS[kernel.dtype]
        self.lines.append(GLSL.declared(kind, 'r0', f'{GLSL.types[kind]}(0)'))
        deep = len(loops) - 1
        forms = ['', '']
        if deep >= 0 and loops[deep].size % 4 == 0 and kind == 'f':
            forms = [self._form(s, deep) for s in range(2)]
        if '' in forms or TEXEL in forms and APART in forms or forms[0] == forms[1] == TEXEL:
            self._open_loops(len(loops))
            factors = [cast(slot(s, self.step.inputs[s].dtype), kernel.dtype) for s in range(2)]
            self.lines.append(f'r0 += {self.values([mul(factors[0], factors[1])])[0]};')
        else:
            self._open_loops(deep)
            self._fours(forms, deep)
        self.close_columns()

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
            name = self._sampler(self.step.inputs[s].buffer)
            lane = self.step_along(self.frame.dims[-1], s) if forms[s] == APART and self.frame.is_packed else ''
            deep_step = self.step_along(loop, s)
            names: list[str] = []
            for j in range(1 if forms[s] == SAME else 4):
                at = f'd{s} + (k + {j}) * {deep_step}' if forms[s] == TEXEL else f'd{s} + k'
                if forms[s] == APART:
                    at = f'{at} + {j} * {lane}' if self.frame.is_packed else f'd{s}.{"xyzw"[j]} + k'
                names.append(f'x{s}{j}')
                fetches.append(f'vec4 x{s}{j} = TEXEL({name}, {at});')
            texels.append(names)
        self.loop('k', self.size(loop), 4)
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
        if dtype == 'float16':
            value = f'half_of({value})'
        elif not is_stored_as_float(dtype):
            value = f'ivec4({value})'
        if self.mode == MERGE:
            self.samplers.append(f'uniform {"sampler2D" if is_stored_as_float(dtype) else "isampler2D"} former;')
            if not self.frame.is_packed:
                value = f'select(texelFetch(former, place, 0), {value}, inside)'
        self.lines.append(f'result = {value};')
