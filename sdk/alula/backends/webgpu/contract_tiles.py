"""Contracts on WebGPU whose workgroups share what they read: 8x8 threads compute 32 rows and 32 columns, 4x4 each, and
a slice of 32 steps of their depth lies in the workgroup's memory, so that an element is read once for 8 threads.

Rows and columns beyond the last are read again and not stored; steps beyond the depth are zeros in both operands.
"""

from __future__ import annotations

from alula.backends.space import Dim, merged, product
from alula.backends.webgpu.contract import TILE, A, ContractCode, W
from alula.backends.webgpu.kernel import GpuKernel
from alula.host.shaders import shader
from alula.kernels.kernel import Contract, Step
from alula.kernels.view import Buffer

SIDE = 8  # threads of a workgroup, each way


class TiledContract(ContractCode):
    """A Contract in the making."""

    def __init__(self, step: Step, kernel: Contract, loose: list[Buffer]) -> None:
        super().__init__(step, kernel, loose)
        self.side = TILE * SIDE

    def dispatched(self, tiles: int) -> GpuKernel:
        declared = shader('webgpu/tiles').replace('$T', self.four)
        return self.kernel(declared + shader('webgpu/step').replace('$THREAD', ''), tiles, tiles)

    def stand(self) -> list[str]:
        self.lines.append('let x = i32(lane & 7u); let y = i32(lane >> 3u);')
        self.lines.append(f'let m = mt * {self.side} + y * {TILE}; let n = nt * {self.side} + x * {TILE};')
        # Neighbours read neighbours.
        return [f'mt * {self.side} + y + {i * SIDE}' for i in range(TILE)]

    def accumulate(self) -> None:
        """The loop over slices of the depth: read one, four steps of depth of four rows and four columns at four steps
        by each thread, and multiply."""
        depth = self.word(product(self.depth))
        self.lines.append(f'for (var k = 0; k < {depth}; k += {self.side}) {{ workgroupBarrier();')
        for t in range(1 if self.is_deep else TILE):
            self._walk(f'a{t}', f'x * {TILE} + {t}', self.depth, A)
        # The depth in the same order, as w walks it.
        depth_of_w = merged([Dim(dim.size, [0, dim.steps[W]], -1) for dim in self.depth], [])
        for i in range(TILE):
            self._walk(f'w{i}', f'y + {i * SIDE}', depth_of_w, W)
            if self.is_deep:
                a = _within(self.four_at(A, f'a{i} + da0'), self.four, 'a0', depth)
            else:
                parts = [self.one + '(' + self.element(A, f'a{i} + da{t}') + ')' for t in range(TILE)]
                whole = ', '.join([_within(parts[t], self.one, f'a{t}', depth) for t in range(TILE)])
                a = f'{self.four}({whole})'
            w = f'{self.four}({self.columns(W, f"dw{i}")})'
            place = f'[(y + {i * SIDE}) * {SIDE} + x]'
            self.lines.append(f'a_tile{place} = {a};')
            self.lines.append(f'w_tile{place} = {_within(w, self.four, f"w{i}", depth)};')
        self.lines.extend([shader('webgpu/tile_sum'), '}'])

    def _walk(self, name: str, place: str, dims: list[Dim], operand: int) -> None:
        """Make k<name>, a step of the depth, and d<name>, where the operand is at it."""
        self.lines.append(f'let k{name} = k + {place}; var j{name} = k{name};')
        self.offsets(dims, [operand], ['0'], [f'd{name}'], f'j{name}')


def _within(value: str, kind: str, name: str, depth: str) -> str:
    """The value, or zeros where the step is beyond the depth."""
    return f'select({kind}(), {value}, k{name} < {depth})'
