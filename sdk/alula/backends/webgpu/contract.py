"""Contracts on WebGPU: a thread computes a tile of 4 rows and 4 columns of the product and applies the epilogue.

Convolutions are Contracts over window views, so this is the implicit matrix product: no im2col. The four columns are
one vector where w and the output have them side by side; the depth is walked four steps at a time where a has them so.
"""

from __future__ import annotations

from alula.backends.gpu.words import KINDS
from alula.backends.space import dims_of, in_memory_order, merged, product, whole_shape
from alula.backends.webgpu.kernel import GpuCode, GpuKernel, are_abreast, named
from alula.kernels.kernel import Contract, Step

TILE = 4
A = 0
W = 1


def contract_kernel(step: Step, kernel: Contract) -> GpuKernel:
    """The dispatch of a Contract whose epilogue reads only what is at the same index."""
    return ContractCode(step, kernel).whole()


class ContractCode(GpuCode):
    """A Contract in the making. Operands are numbered as views are: a, w, the epilogue's, the output."""

    def __init__(self, step: Step, kernel: Contract) -> None:
        super().__init__(step)
        self.epilogue = kernel.epilogue
        self.kind = KINDS[kernel.dtype]
        self.out = self.outputs
        self.after = self.operands[2:]  # what has the output's shape
        shape = whole_shape(step)
        dims = dims_of(shape, [view.strides for view in self.views], 0, len(shape))
        lead = kernel.batch + kernel.rows
        end = lead + kernel.cols
        # Batches that share w are further rows.
        rows = [dim for dim in dims if dim.axis < lead and dim.steps[W] == 0]
        self.rows = merged(in_memory_order(rows, [self.out]), [])
        batch = [dim for dim in dims if dim.axis < lead and dim.steps[W] != 0]
        self.batch = merged(in_memory_order(batch, [self.out]), [])
        self.cols = merged(in_memory_order([dim for dim in dims if lead <= dim.axis < end], [self.out]), [])
        self.depth = merged(in_memory_order([dim for dim in dims if dim.axis >= end], [A]), [])
        if self._are_columns_abreast():
            self.vector = [step == 1 for step in self.cols[-1].steps]
            self.set_vectors()
        self.is_deep = self.width == 4 and are_abreast([*self.batch, *self.rows, *self.depth], self, [A])
        self.is_deep = self.is_deep and len(self.depth) > 0 and self.depth[-1].steps[A] == 1

    def _are_columns_abreast(self) -> bool:
        outside = [*self.batch, *self.rows, *self.cols]
        inside = [*self.batch, *self.depth, *self.cols]
        moving = len(self.cols) > 0 and self.cols[-1].steps[W] == 1 and self.cols[-1].steps[self.out] == 1
        moving = moving and self.can_be_vector()
        return moving and are_abreast(outside, self, self.after) and are_abreast(inside, self, [W])

    def whole(self) -> GpuKernel:
        rows = product(self.rows)
        cols = product(self.cols)
        row_tiles = (rows + TILE - 1) // TILE
        col_tiles = (cols + TILE - 1) // TILE
        for name, tiles in [('nt', self.divisor(col_tiles)), ('mt', self.divisor(row_tiles))]:
            self.lines.append(f'let {name} = rest % {tiles}; rest = rest / {tiles};')
        self.offsets(self.batch, self.operands, self.starts(), named('o', self.operands), 'rest')
        last_row = self.word(rows - 1)
        last_col = self.word(cols - 1)
        count = TILE // self.width
        moved = [W, *self.after]
        for j in range(count):
            self.lines.append(f'var n{j} = min(nt * {TILE} + {j}, {last_col});')
            self.offsets(self.cols, moved, named('o', moved), [f'c{v}_{j}' for v in moved], f'n{j}')
        for i in range(TILE):
            self.lines.append(f'var m{i} = min(mt * {TILE} + {i}, {last_row}); var e{i} = m{i};')
            self.offsets(self.rows, [A], [f'o{A}'], [f'a{i}'], f'm{i}')
            for j in range(count):
                self.lines.append(f'var s{i}_{j} = {self.dialect.types[self.kind]}(0);')
        self._sum(count)
        for i in range(TILE):
            self.lines.append(f'if (mt * {TILE} + {i} <= {last_row}) {{')
            for j in range(count):
                self._finish(i, j, last_col)
            self.lines.append('}')
        return self.each(row_tiles * col_tiles * product(self.batch))

    def _sum(self, count: int) -> None:
        """The loops over the depth."""
        lines = self.lines
        for d, dim in enumerate(self.depth):
            self.loop(f'k{d}', self.word(dim.size), TILE if self.is_deep and d == len(self.depth) - 1 else 1)
        indices = [f'k{d}' for d in range(len(self.depth))]
        for name, v in [('ka', A), ('kw', W)]:
            lines.append(f'let {name} = {self.position("0", indices, [dim.steps[v] for dim in self.depth])};')
        if self.is_deep:
            step = self.word(self.depth[-1].steps[W])
            for t in range(TILE):
                lines.append(f'let w{t} = {self.load(W, f"c{W}_0 + kw + {t} * {step}", True)};')
            for i in range(TILE):
                lines.append(f'let x{i} = {self.load(A, f"a{i} + ka", True)};')
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
        return f'{self.dialect.types[self.kind]}({self.load(operand, at, operand == W)})'

    def _finish(self, i: int, j: int, last_col: str) -> None:
        """Apply the epilogue to row i of the tile, at column j or at its four columns, and store."""
        self.lines.append('{' if self.width == 4 else f'if (nt * {TILE} + {j} <= {last_col}) {{')
        self.lines.append(f'var r = e{i};')
        self.at = 'q'
        self.sum = f's{i}_{j}'
        self.offsets(self.rows, self.after, [f'c{v}_{j}' for v in self.after], named('q', self.after), 'r')
        self.store(self.out, f'q{self.out}', self.values([self.epilogue])[0])
        self.lines.append('}')
