"""Contracts on WebGPU: a thread computes a tile of 4 rows and 4 columns of the product and applies the epilogue.

Convolutions are Contracts over window views, so this is the implicit matrix product: no im2col. The four columns are
one vector where w and the output have them side by side; the depth is walked four steps at a time where a has them so.
"""

from __future__ import annotations

from alula.backends.dag import DagNode
from alula.backends.space import Dim, dims_of, in_memory_order, merged, product
from alula.backends.webgpu.kernel import GROUP, Code, GpuKernel, are_abreast
from alula.backends.webgpu.wgsl import KINDS, REGISTERS, Lines, can_be_vector
from alula.kernels.kernel import Contract, Step
from alula.kernels.view import View

TILE = 4
A = 0
W = 1


def contract_kernel(step: Step, kernel: Contract) -> GpuKernel:
    """The dispatch of a Contract whose epilogue reads only what is at the same index."""
    return ContractCode(step, kernel).kernel()


class ContractCode:
    """A Contract in the making. Operands are numbered as views are: a, w, the epilogue's, the output."""

    def __init__(self, step: Step, kernel: Contract) -> None:
        self.epilogue = kernel.epilogue
        self.kind = KINDS[kernel.dtype]
        self.views: list[View] = [*step.inputs, *step.outputs]
        self.out = len(step.inputs)
        self.after = list(range(2, self.out + 1))  # what has the output's shape
        dims = self._dims(step, kernel)
        lead = kernel.batch + kernel.rows
        end = lead + kernel.cols
        # Batches that share w are further rows.
        rows = [dim for dim in dims if dim.axis < lead and dim.steps[W] == 0]
        self.rows = merged(in_memory_order(rows, [self.out]), [])
        batch = [dim for dim in dims if dim.axis < lead and dim.steps[W] != 0]
        self.batch = merged(in_memory_order(batch, [self.out]), [])
        self.cols = merged(in_memory_order([dim for dim in dims if lead <= dim.axis < end], [self.out]), [])
        self.depth = merged(in_memory_order([dim for dim in dims if dim.axis >= end], [A]), [])
        self.width = 4 if self._are_columns_abreast() else 1
        self.is_deep = self.width == 4 and are_abreast([*self.batch, *self.rows, *self.depth], self.views, [A])
        self.is_deep = self.is_deep and len(self.depth) > 0 and self.depth[-1].steps[A] == 1
        self.code = Code(self.views, 1, self.width)
        self.lines: list[str] = []

    def _dims(self, step: Step, kernel: Contract) -> list[Dim]:
        """All dims: batch, rows, columns, depth."""
        a = step.inputs[A]
        w = step.inputs[W]
        lead = kernel.batch + kernel.rows
        deep = kernel.batch + kernel.depth
        no_rows = [0 for _ in range(kernel.rows)]
        no_cols = [0 for _ in range(kernel.cols)]
        strides = [
            [*a.strides[:lead], *no_cols, *a.strides[lead:]],
            [*w.strides[: kernel.batch], *no_rows, *w.strides[deep:], *w.strides[kernel.batch : deep]],
            *[view.strides for view in self.views[2:]],
        ]
        shape = [*step.outputs[0].shape, *a.shape[lead:]]
        return dims_of(shape, strides, 0, len(shape))

    def _are_columns_abreast(self) -> bool:
        if any(KINDS[view.dtype] != 'f' for view in self.views) or not can_be_vector(self.epilogue):
            return False
        outside = [*self.batch, *self.rows, *self.cols]
        inside = [*self.batch, *self.depth, *self.cols]
        moving = len(self.cols) > 0 and self.cols[-1].steps[W] == 1 and self.cols[-1].steps[self.out] == 1
        return moving and are_abreast(outside, self.views, self.after) and are_abreast(inside, self.views, [W])

    def kernel(self) -> GpuKernel:
        code = self.code
        rows = product(self.rows)
        cols = product(self.cols)
        row_tiles = (rows + TILE - 1) // TILE
        col_tiles = (cols + TILE - 1) // TILE
        threads = row_tiles * col_tiles * product(self.batch)
        self.lines.extend(
            [
                f'let nt = rest % {code.word(col_tiles)}; rest = rest / {code.word(col_tiles)};',
                f'let mt = rest % {code.word(row_tiles)}; rest = rest / {code.word(row_tiles)};',
            ]
        )
        operands = list(range(len(self.views)))
        base = [code.word(view.offset) for view in self.views]
        self.lines.extend(code.offsets(self.batch, operands, base, [f'o{v}' for v in operands], 'rest'))
        last_row = code.word(rows - 1)
        last_col = code.word(cols - 1)
        count = 1 if self.width == 4 else TILE
        for j in range(count):
            self.lines.append(f'var n{j} = min(nt * {TILE} + {j}, {last_col});')
            moved = [W, *self.after]
            names = [f'c{v}_{j}' for v in moved]
            self.lines.extend(code.offsets(self.cols, moved, [f'o{v}' for v in moved], names, f'n{j}'))
        for i in range(TILE):
            self.lines.append(f'var m{i} = min(mt * {TILE} + {i}, {last_row}); var e{i} = m{i};')
            self.lines.extend(code.offsets(self.rows, [A], [f'o{A}'], [f'a{i}'], f'm{i}'))
            kind = 'vec4f' if self.width == 4 else REGISTERS[self.kind]
            for j in range(count):
                self.lines.append(f'var s{i}_{j} = {kind}(0);')
        self._sum(count)
        for i in range(TILE):
            self.lines.append(f'if (mt * {TILE} + {i} <= {last_row}) {{')
            for j in range(count):
                self._finish(i, j, last_col)
            self.lines.append('}')
        parts = [
            '@compute @workgroup_size(64)',
            'fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,',
            '        @builtin(local_invocation_index) lane: u32) {',
            'var rest = i32((group.y * groups.x + group.x) * 64u + lane);',
            'if (rest >= p[2]) { return; }',
            *self.lines,
            '}',
        ]
        return code.kernel('\n'.join(parts), threads, (threads + GROUP - 1) // GROUP)

    def _sum(self, count: int) -> None:
        """The loops over the depth."""
        code = self.code
        lines = self.lines
        a_sum: list[str] = []
        w_sum: list[str] = []
        for d, dim in enumerate(self.depth):
            stride = TILE if self.is_deep and d == len(self.depth) - 1 else 1
            lines.append(f'for (var k{d} = 0; k{d} < {code.word(dim.size)}; k{d} += {stride}) {{')
            a_sum.append(f'k{d} * {code.word(dim.steps[A])}')
            w_sum.append(f'k{d} * {code.word(dim.steps[W])}')
        lines.append(f'let ka = {" + ".join(a_sum) if len(a_sum) > 0 else "0"};')
        lines.append(f'let kw = {" + ".join(w_sum) if len(w_sum) > 0 else "0"};')
        if self.is_deep:
            step = code.word(self.depth[-1].steps[W])
            for t in range(TILE):
                lines.append(f'let w{t} = {code.load(W, f"c{W}_0 + kw + {t} * {step}", True)};')
            for i in range(TILE):
                lines.append(f'let x{i} = {code.load(A, f"a{i} + ka", True)};')
                terms = [f'x{i}.{"xyzw"[t]} * w{t}' for t in range(TILE)]
                lines.append(f's{i}_0 += {" + ".join(terms)};')
        else:
            for j in range(count):
                lines.append(f'let w{j} = {self._factor(W, f"c{W}_{j} + kw")};')
            for i in range(TILE):
                lines.append(f'let x{i} = {self._factor(A, f"a{i} + ka")};')
                for j in range(count):
                    lines.append(f's{i}_{j} += x{i} * w{j};')
        lines.extend(['}' for _ in self.depth])

    def _factor(self, operand: int, at: str) -> str:
        """An element of a, or what is abreast of w, in the type of the sum."""
        text = self.code.load(operand, at, operand == W)
        return text if KINDS[self.views[operand].dtype] == self.kind else f'{REGISTERS[self.kind]}({text})'

    def _finish(self, i: int, j: int, last_col: str) -> None:
        """Apply the epilogue to row i of the tile, at column j or at its four columns, and store."""
        code = self.code
        lines = self.lines
        if self.width == 1:
            lines.append(f'if (nt * {TILE} + {j} <= {last_col}) {{')
        else:
            lines.append('{')
        lines.append(f'var r = e{i};')
        names = [f'q{v}' for v in self.after]
        lines.extend(code.offsets(self.rows, self.after, [f'c{v}_{j}' for v in self.after], names, 'r'))

        def leaf(node: DagNode, args: list[str]) -> str:
            if node.op == 'acc':
                return f's{i}_{j}'
            is_vector = self.width == 4 and self.cols[-1].steps[node.value] == 1
            return code.load(node.value, f'q{node.value}', is_vector)

        computed = Lines(self.width, leaf)
        value = computed.values([self.epilogue])[0]
        lines.extend(computed.lines)
        lines.append(code.store(self.out, f'q{self.out}', value, KINDS[self.epilogue.dtype]))
        lines.append('}')
