"""Contracts on WebGPU: a thread computes a tile of 4 rows and 4 columns of the product and applies the epilogue.

Convolutions are Contracts over window views, so this is the implicit matrix product: no im2col. Columns are computed
four abreast, and read and written so where memory has them side by side; the depth is walked four steps at a time where
a has them so.
"""

from __future__ import annotations

from alula.backends.dag import DagNode
from alula.backends.gpu.words import KINDS
from alula.backends.space import dims_of, in_memory_order, merged, product, whole_shape
from alula.backends.webgpu.kernel import GpuCode, GpuKernel, are_abreast, named
from alula.backends.webgpu.wgsl import SCALARS, VECTORS
from alula.kernels.kernel import Contract, Step
from alula.kernels.view import Buffer

TILE = 4
A = 0
W = 1


class ContractCode(GpuCode):
    """A Contract in the making, whose epilogue reads only what is at the same index. Operands are numbered as views
    are: a, w, the epilogue's, the output. `side`: rows and columns that are dispatched together."""

    def __init__(self, step: Step, kernel: Contract, loose: list[Buffer]) -> None:
        super().__init__(step, loose)
        self.epilogue = kernel.epilogue
        kind = KINDS[kernel.dtype]
        self.one = SCALARS.types[kind]
        self.four = VECTORS.types[kind]
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
        self.dialect = VECTORS
        if self._are_columns_abreast():
            self.vector = [step == 1 for step in self.cols[-1].steps]
            self.width = 4
        self.is_deep = self.width == 4 and are_abreast([*self.batch, *self.rows, *self.depth], self, [A])
        self.is_deep = self.is_deep and len(self.depth) > 0 and self.depth[-1].steps[A] == 1
        self.last_row = self.word(product(self.rows) - 1)
        self.last_col = self.word(product(self.cols) - 1)
        self.side = TILE

    def _are_columns_abreast(self) -> bool:
        outside = [*self.batch, *self.rows, *self.cols]
        inside = [*self.batch, *self.depth, *self.cols]
        moving = len(self.cols) > 0 and self.cols[-1].steps[W] == 1 and self.cols[-1].steps[self.out] == 1
        moving = moving and self.can_be_vector()
        return moving and are_abreast(outside, self, self.after) and are_abreast(inside, self, [W])

    def whole(self) -> GpuKernel:
        """The kernel."""
        row_tiles = (product(self.rows) + self.side - 1) // self.side
        col_tiles = (product(self.cols) + self.side - 1) // self.side
        for name, tiles in [('nt', self.word(col_tiles)), ('mt', self.word(row_tiles))]:
            self.lines.append(f'let {name} = rest % {tiles}; rest = rest / {tiles};')
        self.offsets(self.batch, self.operands, self.starts(), named('o', self.operands), 'rest')
        rows_read = self.stand()
        moved = [W, *self.after]
        for j in range(TILE // self.width):
            self.lines.append(f'var n{j} = min(n + {j}, {self.last_col});')
            self.offsets(self.cols, moved, named('o', moved), [f'c{v}_{j}' for v in moved], f'n{j}')
        for i in range(TILE):
            self.lines.append(f'var m{i} = min({rows_read[i]}, {self.last_row}); var s{i} = {self.four}();')
            self.offsets(self.rows, [A], [f'o{A}'], [f'a{i}'], f'm{i}')
        self.accumulate()
        for i in range(TILE):
            self._finish(i)
        return self.dispatched(row_tiles * col_tiles * product(self.batch))

    def dispatched(self, tiles: int) -> GpuKernel:
        return self.each(tiles)

    def stand(self) -> list[str]:
        """Make m and n, the first row and column of the thread's tile, of mt and nt, which tell those that are
        dispatched together. Gives the rows of a that it reads."""
        self.lines.append(f'let m = mt * {TILE}; let n = nt * {TILE};')
        return [f'm + {i}' for i in range(TILE)]

    def accumulate(self) -> None:
        """Compute the sums s0 to s3, each of a row at four columns: the loops over the depth."""
        lines = self.lines
        for d, dim in enumerate(self.depth):
            self.loop(f'k{d}', self.size(dim), TILE if self.is_deep and d == len(self.depth) - 1 else 1)
        indices = [f'k{d}' for d in range(len(self.depth))]
        for name, v in [('ka', A), ('kw', W)]:
            lines.append(f'let {name} = {self.position("0", indices, self.depth, v)};')
        if self.is_deep:
            step = self.step_along(self.depth[-1], W)
            for t in range(TILE):
                lines.append(f'let w{t} = {self.columns(W, f"kw + {t} * {step}")};')
        else:
            lines.append(f'let w0 = {self.four}({self.columns(W, "kw")});')
        for i in range(TILE):
            if self.is_deep:
                lines.append(f'let x{i} = {self.four_at(A, f"a{i} + ka")};')
                terms = [f'x{i}.{"xyzw"[t]} * w{t}' for t in range(TILE)]
                lines.append(f's{i} += {" + ".join(terms)};')
            else:
                lines.append(f's{i} += {self.one}({self.element(A, f"a{i} + ka")}) * w0;')
        lines.extend(['}' for _ in self.depth])

    def columns(self, v: int, at: str) -> str:
        """What an operand has at the four columns, `at` from where they begin."""
        if self.vector[v]:
            return self.four_at(v, f'c{v}_0 + {at}')
        kind = VECTORS.types[KINDS[self.views[v].dtype]]
        still = self.width == TILE or all(dim.steps[v] == 0 for dim in self.cols)
        parts = [self.element(v, f'c{v}_{j} + {at}') for j in range(1 if still else TILE)]
        return f'{kind}({", ".join(parts)})'

    def leaf(self, node: DagNode, args: list[str]) -> str:
        return self.sum if node.op == 'acc' else self.columns(node.value, f'q{node.value}')

    def _finish(self, i: int) -> None:
        """Apply the epilogue to row i of the tile and store it."""
        self.lines.append(f'if (m + {i} <= {self.last_row}) {{ var r = m + {i};')
        self.sum = f's{i}'
        self.offsets(self.rows, self.after, ['0' for _ in self.after], named('q', self.after), 'r')
        value = self.values([self.epilogue])[0]
        for j in range(TILE // self.width):
            part = value if self.width == TILE else f'{value}.{"xyzw"[j]}'
            self.lines.append(f'if (n + {j} <= {self.last_col}) {{')
            self.store(self.out, f'c{self.out}_{j} + q{self.out}', part)
            self.lines.append('}')
        self.lines.append('}')
