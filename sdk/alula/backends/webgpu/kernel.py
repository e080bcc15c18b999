"""What the WebGPU kernels have in common: the code in the making, with its bindings, its parameters and its indices.

The parameters are int32 words, `p` in the code: the bits of infinity, those of NaN, how many threads there are, then
whatever the code asks for. Sizes and strides stand there, so that another shape reuses the code."""

from __future__ import annotations

from alula.backends.space import Dim
from alula.backends.webgpu.wgsl import KINDS, WORDS
from alula.host.shaders import shader
from alula.kernels.view import Buffer, View

INFINITY = 0x7F800000
NOT_A_NUMBER = 0x7FC00000
GROUP = 64  # threads of a workgroup
MOST_GROUPS = 65535  # along one dim, on every device


class GpuKernel:
    """One dispatch: `code` (equal texts share a pipeline), `access` and `buffers` of its bindings after the parameters,
    the parameters' `words`, and how many workgroups there are."""

    def __init__(self, code: str, access: str, buffers: list[Buffer], words: list[int], groups: int) -> None:
        self.code = code
        self.access = access
        self.buffers = buffers
        self.words = words
        self.groups_x = min(groups, MOST_GROUPS)
        self.groups_y = (groups + MOST_GROUPS - 1) // MOST_GROUPS


class Code:
    """A kernel in the making. `views`: its inputs, then its outputs; `width`: elements abreast, 1 or 4."""

    def __init__(self, views: list[View], outputs: int, width: int) -> None:
        self.views = views
        self.width = width
        self.words = [INFINITY, NOT_A_NUMBER, 0]
        self.buffers: list[Buffer] = []
        self.places: list[int] = []
        self.access: list[str] = []
        for i, view in enumerate(views):
            labels = [buffer.label for buffer in self.buffers]
            if view.buffer.label not in labels:
                labels.append(view.buffer.label)
                self.buffers.append(view.buffer)
                # All of the arena is one buffer of the device, which can't be bound in two ways at once.
                is_outside = view.buffer.is_constant or view.buffer.size == 0
                is_read = is_outside and i < len(views) - outputs
                self.access.append('r' if is_read else 'w')
            self.places.append(labels.index(view.buffer.label))

    def word(self, value: int) -> str:
        """The text of a parameter."""
        self.words.append(value)
        return f'p[{len(self.words) - 1}]'

    def kernel(self, body: str, threads: int, groups: int) -> GpuKernel:
        """The whole kernel, of functions and an entry point `body`."""
        self.words[2] = threads
        types = ['vec4f', 'vec4u', 'vec4<bool>'] if self.width == 4 else ['f32', 'u32', 'bool']
        prelude = shader('webgpu/prelude.wgsl').replace('$F', types[0]).replace('$U', types[1]).replace('$B', types[2])
        lines = ['@group(0) @binding(0) var<storage, read> p: array<i32>;']
        for i, buffer in enumerate(self.buffers):
            mode = 'read' if self.access[i] == 'r' else 'read_write'
            lines.append(f'@group(0) @binding({i + 1}) var<storage, {mode}> b{i}: array<{self._words(buffer)}>;')
        integers = shader('webgpu/integers.wgsl') if self.width == 1 else ''
        remainders = shader('webgpu/remainders.wgsl') if 'f_mod' in body or 'f_floor_mod' in body else ''
        code = '\n'.join([*lines, prelude, integers, remainders, body])
        return GpuKernel(code, ''.join(self.access), self.buffers, self.words, groups)

    def _words(self, buffer: Buffer) -> str:
        kind = KINDS[buffer.dtype]
        return 'vec4f' if self.width == 4 and kind == 'f' else WORDS[kind]

    def load(self, operand: int, at: str, is_vector: bool) -> str:
        """The element of an operand at the index `at`, in elements; or the four that begin there."""
        name = f'b{self.places[operand]}'
        if self.width == 1 or KINDS[self.views[operand].dtype] != 'f':
            return f'{name}[{at}]'
        return f'{name}[({at}) >> 2u]' if is_vector else f'vec4f({name}[({at}) >> 2u][({at}) & 3])'

    def store(self, operand: int, at: str, value: str, kind: str) -> str:
        """The line that stores a register."""
        name = f'b{self.places[operand]}'
        if kind == 'b':
            value = f'select(0u, 1u, {value})'
        return f'{name}[({at}) >> 2u] = {value};' if self.width == 4 else f'{name}[{at}] = {value};'

    def offsets(self, dims: list[Dim], operands: list[int], base: list[str], names: list[str], index: str) -> list[str]:
        """Lines that take the linear `index` (a variable, which they use up) over `dims` apart, and give each of
        `operands` the variable `names` of where it is: `base` and its steps. A dim's own index is i0, i1, … by axis."""
        lines: list[str] = []
        sums = [[text] for text in base]
        for back in range(len(dims)):
            d = len(dims) - 1 - back
            dim = dims[d]
            own = f'{index}_{d}'
            if d > 0:
                size = self.word(dim.size)
                lines.append(f'let {own} = {index} % {size}; {index} = {index} / {size};')
            else:
                lines.append(f'let {own} = {index};')
            for k, operand in enumerate(operands):
                if dim.steps[operand] != 0:
                    sums[k].append(f'{own} * {self.word(dim.steps[operand])}')
        for k in range(len(operands)):
            lines.append(f'let {names[k]} = {" + ".join(sums[k])};')
        return lines


def are_abreast(dims: list[Dim], views: list[View], operands: list[int]) -> bool:
    """Whether four elements along the last of `dims` may be taken at once: there each operand stands still or goes on
    by one, from multiples of four on."""
    if len(dims) == 0 or dims[-1].size % 4 != 0:
        return False
    for v in operands:
        step = dims[-1].steps[v]
        if step == 1:
            others = [dim.steps[v] % 4 for dim in dims[:-1]]
            if views[v].offset % 4 != 0 or any(rest != 0 for rest in others):
                return False
        elif step != 0:
            return False
    return True
