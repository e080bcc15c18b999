"""What the WebGPU kernels have in common: the code in the making, with its bindings and its indices.

The first word that a kernel is given is how many threads there are."""

from __future__ import annotations

from alula.backends.dag import DagNode
from alula.backends.gpu.code import Code
from alula.backends.gpu.words import KINDS
from alula.backends.space import Dim, coords_of, read_slots, whole_views
from alula.backends.webgpu.wgsl import SCALARS, VECTORS, can_be_vector
from alula.host.shaders import shader
from alula.kernels.kernel import Step
from alula.kernels.view import Buffer

GROUP = 64  # threads of a workgroup
MOST_GROUPS = 65535  # along one dim, on every device


def is_packed(buffer: Buffer) -> bool:
    """Whether a word of the device has two elements: a constant of float16 takes half of what it would as float32."""
    return buffer.is_constant and buffer.dtype == 'float16'


class GpuKernel:
    """One dispatch: `code` (equal texts share a pipeline), `access` and `buffers` of its bindings after the words,
    the `words`, and how many workgroups there are."""

    def __init__(self, code: str, access: str, buffers: list[Buffer], words: list[int], groups: int) -> None:
        self.code = code
        self.access = access
        self.buffers = buffers
        self.words = words
        self.groups_x = min(groups, MOST_GROUPS)
        self.groups_y = (groups + MOST_GROUPS - 1) // MOST_GROUPS


class GpuCode(Code):
    """A step in the making. Operands are numbered as its inputs, then its outputs. `width`: elements abreast, 1 or 4.
    `loose`: constants that are being made, and so are not packed yet (memory.py).

    `at`: how the variables begin that say where operands are; `vector`: which of them are four abreast; `present`:
    the axes whose index is known, as i<axis>.
    """

    def __init__(self, step: Step, loose: list[Buffer]) -> None:
        super().__init__(SCALARS)
        self.step = step
        self.loose = loose
        self.views = whole_views(step)
        self.outputs = len(step.inputs)
        self.coords = coords_of(step)
        read = read_slots(step)
        self.operands = [v for v in range(len(self.views)) if v >= self.outputs or v in read]
        self.words.append(0)
        self.width = 1
        self.vector = [False for _ in self.views]
        self.at = 'o'
        self.present: list[int] = []
        self.buffers: list[Buffer] = []
        self.places: list[int] = []
        self.access: list[str] = []
        for v, view in enumerate(self.views):
            labels = [buffer.label for buffer in self.buffers]
            if view.buffer.label not in labels:
                labels.append(view.buffer.label)
                self.buffers.append(view.buffer)
                # All of the arena is one buffer of the device, which can't be bound in two ways at once.
                is_outside = view.buffer.is_constant or view.buffer.size == 0
                self.access.append('r' if is_outside and v < self.outputs else 'w')
            self.places.append(labels.index(view.buffer.label))

    def can_be_vector(self) -> bool:
        """Whether floats are all that the step computes with, and nothing depends on the place."""
        plain = all(KINDS[view.dtype] == 'f' for view in self.views)
        return plain and all(can_be_vector(expr) for expr in self.step.kernel.all_exprs())

    def widen(self, dims: list[Dim]) -> list[Dim]:
        """Compute four elements abreast, along the last of `dims`; gives the dims of the fours."""
        last = dims[-1]
        self.vector = [step == 1 for step in last.steps]
        self.width = 4
        self.dialect = VECTORS
        return [*dims[:-1], Dim(last.size // 4, [4 * step for step in last.steps], last.axis)]

    def kernel(self, template: str, threads: int, groups: int) -> GpuKernel:
        """The whole kernel, of a template with the entry point."""
        self.words[0] = threads
        lines = ['@group(0) @binding(0) var<storage, read> p: array<i32>;']
        for i, buffer in enumerate(self.buffers):
            mode = 'read' if self.access[i] == 'r' else 'read_write'
            kind = KINDS[buffer.dtype]
            word = SCALARS.types[kind if kind != 'b' and not self._is_packed(buffer) else 'u']
            if self.width == 4 and word == 'f32':
                word = 'vec4f'
            lines.append(f'@group(0) @binding({i + 1}) var<storage, {mode}> b{i}: array<{word}>;')
        body = template.replace('$BODY', '\n'.join(self.lines))
        code = '\n'.join([*lines, self.dialect.called(body), body])
        return GpuKernel(code, ''.join(self.access), self.buffers, self.words, groups)

    def each(self, threads: int) -> GpuKernel:
        """The kernel whose lines are what each of `threads` threads does."""
        template = shader('webgpu/step').replace('$THREAD', ' * 64u + lane')
        return self.kernel(template, threads, (threads + GROUP - 1) // GROUP)

    def leaf(self, node: DagNode, args: list[str]) -> str:
        v: int = node.value
        if node.op == 'stage':
            return f'r{v}'
        if node.op == 'coord':
            return f'i{v}' if v in self.present else '0'
        if node.op == 'load':
            return self.element(v, f'{self.number(self.views[v].offset)} + {args[0]}')
        at = f'{self.at}{v}'
        if self.vector[v]:
            return self.four_at(v, at)
        text = self.element(v, at)
        return text if self.width == 1 else f'vec4f({text})'

    def four_at(self, operand: int, at: str) -> str:
        """The four elements of an operand that begin at the index `at`, in elements."""
        name = f'b{self.places[operand]}'
        if self._is_packed(self.views[operand].buffer):
            return f'vec4f(unpack2x16float({name}[({at}) >> 1u]), unpack2x16float({name}[(({at}) >> 1u) + 1]))'
        return f'{name}[({at}) >> 2u]'

    def element(self, operand: int, at: str) -> str:
        """The element of an operand at the index `at`."""
        name = f'b{self.places[operand]}'
        if self._is_packed(self.views[operand].buffer):
            return f'unpack2x16float({name}[({at}) >> 1u])[({at}) & 1]'
        if self.width == 4:
            return f'{name}[({at}) >> 2u][({at}) & 3]'
        return f'({name}[{at}] != 0)' if KINDS[self.views[operand].dtype] == 'b' else f'{name}[{at}]'

    def _is_packed(self, buffer: Buffer) -> bool:
        return is_packed(buffer) and buffer not in self.loose

    def store(self, operand: int, at: str, value: str) -> None:
        """Store a register."""
        if KINDS[self.views[operand].dtype] == 'b':
            value = f'select(0u, 1u, {value})'
        place = f'({at}) >> 2u' if self.width == 4 else at
        self.lines.append(f'b{self.places[operand]}[{place}] = {value};')

    def starts(self) -> list[str]:
        """Where the operands begin."""
        return [self.number(self.views[v].offset) for v in self.operands]

    def offsets(self, dims: list[Dim], operands: list[int], base: list[str], names: list[str], index: str) -> None:
        """Take the linear `index` (a variable, which is used up) over `dims` apart, and give each of `operands` the
        variable of `names` of where it is: `base` and its steps. A dim's own index is <index>_0, <index>_1, …"""
        indices = [f'{index}_{d}' for d in range(len(dims))]
        for back in range(len(dims)):
            d = len(dims) - 1 - back
            if d > 0:
                size = self.size(dims[d])
                self.lines.append(f'let {indices[d]} = {index} % {size}; {index} = {index} / {size};')
            else:
                self.lines.append(f'let {indices[d]} = {index};')
        for k, v in enumerate(operands):
            place = self.position(base[k], indices, dims, v)
            self.lines.append(f'let {names[k]} = {place};')


def named(start: str, operands: list[int]) -> list[str]:
    """A variable for each of the operands."""
    return [f'{start}{v}' for v in operands]


def are_abreast(dims: list[Dim], code: GpuCode, operands: list[int]) -> bool:
    """Whether four elements along the last of `dims` may be taken at once: there each operand stands still or goes on
    by one, from multiples of four on."""
    if len(dims) == 0 or dims[-1].size % 4 != 0:
        return False
    for v in operands:
        step = dims[-1].steps[v]
        if step == 1:
            others = [dim.steps[v] % 4 for dim in dims[:-1]]
            if code.views[v].offset % 4 != 0 or any(rest != 0 for rest in others):
                return False
        elif step != 0:
            return False
    return True
