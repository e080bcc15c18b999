"""Reduces on WebGPU: a thread per row, or per four rows side by side (pooling, depthwise convolutions); a workgroup per
row where rows are long."""

from __future__ import annotations

from alula.backends.gpu.code import COMBINED
from alula.backends.gpu.words import KINDS
from alula.backends.space import Dim, dims_of, in_memory_order, merged, product, whole_shape
from alula.backends.webgpu.kernel import GpuCode, GpuKernel, are_abreast, named
from alula.host.shaders import shader
from alula.kernels.kernel import Reduce, Step
from alula.kernels.view import Buffer

LONG_ROW = 32  # elements, from which on a workgroup shares a row


def reduce_kernel(step: Step, kernel: Reduce, loose: list[Buffer]) -> GpuKernel:
    """The dispatch of a Reduce."""
    return ReduceCode(step, kernel, loose).whole()


class ReduceCode(GpuCode):
    """A Reduce in the making. Rows begin at o0, o1, …, elements are at q0, q1, …"""

    def __init__(self, step: Step, kernel: Reduce, loose: list[Buffer]) -> None:
        super().__init__(step, loose)
        self.reduction = kernel
        shape = whole_shape(step)
        strides = [view.strides for view in self.views]
        ordered = any(stage.op not in COMBINED for stage in kernel.stages)
        everything = list(range(len(self.views)))
        ranking = [*everything[self.outputs :], *everything]
        rows = dims_of(shape, strides, 0, kernel.rows)
        cols = dims_of(shape, strides, kernel.rows, len(shape))
        self.rows = merged(in_memory_order(rows, ranking), self.coords)
        self.cols = merged(cols if ordered else in_memory_order(cols, everything), self.coords)
        if not ordered and self.can_be_vector() and self._are_rows_abreast():
            self.rows = self.widen(self.rows)
        plain = all(KINDS[stage.dtype] != 'b' for stage in kernel.stages)
        self.is_shared = self.width == 1 and plain and not ordered and product(self.cols) >= LONG_ROW

    def _are_rows_abreast(self) -> bool:
        if not are_abreast(self.rows, self, self.operands):
            return False
        last = self.rows[-1]
        moving = [v for v in self.operands if last.steps[v] == 1]
        return all(last.steps[v] == 1 for v in self.operands if v >= self.outputs) and all(
            dim.steps[v] % 4 == 0 for dim in self.cols for v in moving
        )

    def whole(self) -> GpuKernel:
        self.offsets(self.rows, self.operands, self.starts(), named('o', self.operands), 'rest')
        self._name_indices(self.rows, 'rest_')
        functions: list[str] = []
        for k, stage in enumerate(self.reduction.stages):
            self.reduce(k, stage)
            if self.is_shared:
                self.lines.append(f'r{k} = combined{k}(r{k}, lane);')
                kind = KINDS[stage.dtype]
                text = self.dialect.applied(COMBINED[stage.op], kind, ['a', 'b'])
                template = shader('webgpu/reduce_groups').replace('$T', self.dialect.types[kind])
                functions.append(template.replace('$combine', text).replace('$k', f'{k}'))
        self._results('row')
        self._results('element')
        threads = product(self.rows)
        if not self.is_shared:
            return self.each(threads)
        functions.append(shader('webgpu/step').replace('$THREAD', ''))
        return self.kernel('\n'.join(functions), threads, threads)

    def _name_indices(self, dims: list[Dim], start: str) -> None:
        for d, dim in enumerate(dims):
            if dim.axis in self.coords:
                self.present.append(dim.axis)
                self.lines.append(f'let i{dim.axis} = {start}{d};')

    def open_columns(self) -> None:
        base = named('o', self.operands)
        names = named('q', self.operands)
        self.at = 'q'
        if self.is_shared:
            self.lines.append(f'for (var j = i32(lane); j < {self.word(product(self.cols))}; j += 64) {{ var c = j;')
            self.offsets(self.cols, self.operands, base, names, 'c')
            self._name_indices(self.cols, 'c_')
            return
        self.lines.append('{')  # a scope, also where there is nothing to walk
        for d, dim in enumerate(self.cols):
            self.loop(f'c_{d}', self.size(dim), 1)
        self._name_indices(self.cols, 'c_')
        indices = [f'c_{d}' for d in range(len(self.cols))]
        for k, v in enumerate(self.operands):
            place = self.position(base[k], indices, self.cols, v)
            self.lines.append(f'let {names[k]} = {place};')

    def close_columns(self) -> None:
        self.lines.extend(['}'] if self.is_shared else ['}', *['}' for _ in self.cols]])
        # A result per row stands at the row's first column.
        self.at = 'o'
        self.present = [dim.axis for dim in self.rows]

    def _results(self, scope: str) -> None:
        """Compute and store the results of one scope."""
        kernel = self.reduction
        wanted = [k for k in range(len(kernel.exprs)) if kernel.scopes[k] == scope]
        if len(wanted) == 0:
            return
        is_row = scope == 'row'
        if is_row:
            self.lines.append('if (lane == 0u) {' if self.is_shared else '{')
        else:
            self.open_columns()
        values = self.values([kernel.exprs[k] for k in wanted])
        for n, k in enumerate(wanted):
            self.store(self.outputs + k, f'{self.at}{self.outputs + k}', values[n])
        if is_row:
            self.lines.append('}')
        else:
            self.close_columns()
