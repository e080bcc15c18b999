"""Reduces on WebGPU: a thread per row, or per four rows side by side (pooling, depthwise convolutions); a workgroup per
row where rows are long."""

from __future__ import annotations

from typing import Any

from alula.backends.dag import DagNode
from alula.backends.space import Dim, dims_of, in_memory_order, merged, product
from alula.backends.webgpu.kernel import GROUP, Code, GpuKernel, are_abreast
from alula.backends.webgpu.wgsl import KINDS, Lines, can_be_vector, literal
from alula.host.shaders import shader
from alula.kernels.expr import leaves
from alula.kernels.kernel import IDENTITIES, Reduce, Stage, Step

LONG_ROW = 32  # elements, from which on a workgroup shares a row

# How two values of a stage become one, by the register's kind.
COMBINED: dict[str, list[str]] = {
    'sum': ['$a + $b', '$a + $b'],
    'prod': ['$a * $b', '$a * $b'],
    'max': ['maximum($a, $b)', 'max($a, $b)'],
    'min': ['minimum($a, $b)', 'min($a, $b)'],
}
ENDS: dict[str, list[str]] = {'max': ['(-2147483647 - 1)', '0u'], 'min': ['2147483647', '4294967295u']}


def reduce_kernel(step: Step, kernel: Reduce) -> GpuKernel:
    """The dispatch of a Reduce."""
    return ReduceCode(step, kernel).kernel()


class ReduceCode:
    """A Reduce in the making. Operands are numbered as the step's views."""

    def __init__(self, step: Step, kernel: Reduce) -> None:
        self.reduce = kernel
        self.views = [*step.inputs, *step.outputs]
        self.inputs = len(step.inputs)
        count = kernel.rows
        shape = step.inputs[0].shape
        exprs = [*[stage.expr for stage in kernel.stages], *kernel.exprs]
        self.coords = [leaf.value for expr in exprs for leaf in leaves(expr, 'coord')]
        self.loaded = [leaf.value for expr in exprs for leaf in leaves(expr, 'load')]
        strides = [[] if i in self.loaded else view.strides for i, view in enumerate(self.views)]
        ordered = any(stage.op not in COMBINED for stage in kernel.stages)
        outputs = [*range(self.inputs, len(self.views)), *range(self.inputs)]
        rows = dims_of(shape, strides, 0, count)
        cols = dims_of(shape, strides, count, len(shape))
        self.rows = merged(in_memory_order(rows, outputs), self.coords)
        self.cols = merged(cols if ordered else in_memory_order(cols, [*range(len(self.views))]), self.coords)
        kinds = [KINDS[view.dtype] for view in self.views]
        plain = not ordered and all(can_be_vector(expr) for expr in exprs) and all(kind == 'f' for kind in kinds)
        self.width = 4 if plain and self._are_rows_abreast() else 1
        row_length = product(self.cols)
        self.is_shared: bool = self.width == 1 and not ordered and row_length >= LONG_ROW
        self.vector = [self.width == 4 and self.rows[-1].steps[v] == 1 for v in range(len(self.views))]
        self.threads = product(self.rows) // self.width
        if self.width == 4:
            last = self.rows.pop()
            self.rows.append(Dim(last.size // 4, [4 * one for one in last.steps], last.axis))
        self.code = Code(self.views, len(step.outputs), self.width)
        self.used = [v for v in range(len(self.views)) if v not in self.loaded]
        self.starts = {f'{v}': self.code.word(self.views[v].offset) for v in self.loaded}
        self.lines: list[str] = []

    def _are_rows_abreast(self) -> bool:
        operands = list(range(len(self.views)))
        if not are_abreast(self.rows, self.views, operands):
            return False
        last = self.rows[-1]
        moving = [v for v in operands if last.steps[v] == 1]
        return all(last.steps[v] == 1 for v in operands[self.inputs :]) and all(
            dim.steps[v] % 4 == 0 for dim in self.cols for v in moving
        )

    def kernel(self) -> GpuKernel:
        code = self.code
        base = [code.word(self.views[v].offset) for v in self.used]
        self.lines.extend(code.offsets(self.rows, self.used, base, [f'o{v}' for v in self.used], 'rest'))
        for d, dim in enumerate(self.rows):
            self.lines.append(f'let i{dim.axis} = rest_{d};')
        functions: list[str] = []
        for k, stage in enumerate(self.reduce.stages):
            self._stage(k, stage)
            if self.is_shared:
                functions.append(self._shared(k, stage))
        self._results('row')
        self._results('element')
        head = 'var rest = i32((group.y * groups.x + group.x) * 64u + lane);'
        if self.is_shared:
            head = 'var rest = i32(group.y * groups.x + group.x);'
        parts = [
            *functions,
            '@compute @workgroup_size(64)',
            'fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,',
            '        @builtin(local_invocation_index) lane: u32) {',
            head,
            'if (rest >= p[2]) { return; }',
            *self.lines,
            '}',
        ]
        groups = self.threads if self.is_shared else (self.threads + GROUP - 1) // GROUP
        return code.kernel('\n'.join(parts), self.threads, groups)

    def _shared(self, k: int, stage: Stage) -> str:
        """The function that brings together what the lanes of a row found in stage k."""
        kind = KINDS[stage.dtype]
        text = COMBINED[stage.op][0 if kind == 'f' else 1]
        types = {'f': 'f32', 'i': 'i32', 'u': 'u32'}
        text = text.replace('$a', 'a').replace('$b', 'b')
        template = shader('webgpu/reduce_groups.wgsl').replace('$S', types[kind]).replace('$combine', text)
        return template.replace('combined', f'combined{k}').replace('shared_f', f'shared{k}')

    def _stage(self, k: int, stage: Stage) -> None:
        """The lines that compute stage k of a row into r<k>."""
        kind = KINDS[stage.expr.dtype]
        lines = self.lines
        if stage.op not in COMBINED:
            self._extreme(k, stage, kind)
            return
        lanes = Lines(self.width, None)
        name = f's{k}' if self.is_shared else f'r{k}'
        lines.append(f'var {name} = {lanes.type(kind)}({_identity(stage.op, kind)});')
        value = self._loop([stage.expr])[0]
        text = COMBINED[stage.op][0 if kind == 'f' else 1]
        lines.append(f'{name} = {text.replace("$a", value).replace("$b", name)};')
        self._end()
        if self.is_shared:
            lines.append(f'let r{k} = combined{k}({name}, lane);')

    def _extreme(self, k: int, stage: Stage, kind: str) -> None:
        """The first or last place of an extreme."""
        lines = self.lines
        is_last = stage.op.endswith('_last')
        sign = '>' if IDENTITIES[stage.op] < 0 else '<'
        lines.append(f'var r{k} = 0; var n{k} = 0; var t{k} = {_identity("max" if sign == ">" else "min", kind)};')
        value = self._loop([stage.expr])[0]
        lines.append(f'if ({value} {sign}{"=" if is_last else ""} t{k}) {{ r{k} = n{k}; t{k} = {value}; }}')
        lines.append(f'n{k} += 1;')
        self._end()

    def _loop(self, exprs: list[Any]) -> list[str]:
        """Begin the loops over the columns; the values of expressions there. Their text in `lines` is open until
        `_end`."""
        code = self.code
        names = [f'q{v}' for v in self.used]
        if self.is_shared:
            size = code.word(product(self.cols))
            self.lines.append(f'for (var j = i32(lane); j < {size}; j += 64) {{ var c = j;')
            base = [f'o{v}' for v in self.used]
            self.lines.extend(code.offsets(self.cols, self.used, base, names, 'c'))
            for d, dim in enumerate(self.cols):
                self.lines.append(f'let i{dim.axis} = c_{d};')
        else:
            self.lines.append('{')  # a scope, also where there is nothing to walk
            sums = [[f'o{v}'] for v in self.used]
            for d, dim in enumerate(self.cols):
                self.lines.append(f'for (var c{d} = 0; c{d} < {code.word(dim.size)}; c{d} += 1) {{')
                self.lines.append(f'let i{dim.axis} = c{d};')
                for n, v in enumerate(self.used):
                    if dim.steps[v] != 0:
                        sums[n].append(f'c{d} * {code.word(dim.steps[v])}')
            for n in range(len(self.used)):
                self.lines.append(f'let {names[n]} = {" + ".join(sums[n])};')
        return self._values(exprs, 'q')

    def _end(self) -> None:
        self.lines.extend(['}'] if self.is_shared else ['}', *['}' for _ in self.cols]])

    def _values(self, exprs: list[Any], at: str) -> list[str]:
        """The values of expressions where the offsets `at` + number are."""
        # A result per row stands at the row's first column.
        present = [dim.axis for dim in [*self.rows, *([] if at == 'o' else self.cols)]]

        def leaf(node: DagNode, args: list[str]) -> str:
            if node.op == 'stage':
                return f'r{node.value}'
            if node.op == 'coord':
                return f'i{node.value}' if node.value in present else '0'
            if node.op == 'load':
                return self.code.load(node.value, f'{self.starts[str(node.value)]} + {args[0]}', False)
            return self.code.load(node.value, f'{at}{node.value}', self.vector[node.value])

        computed = Lines(self.width, leaf)
        values = computed.values(exprs)
        self.lines.extend(computed.lines)
        return values

    def _results(self, scope: str) -> None:
        """Compute and store the results of one scope."""
        wanted = [k for k in range(len(self.reduce.exprs)) if self.reduce.scopes[k] == scope]
        if len(wanted) == 0:
            return
        exprs = [self.reduce.exprs[k] for k in wanted]
        at = 'o' if scope == 'row' else 'q'
        if scope == 'row':
            self.lines.append('if (lane == 0u) {' if self.is_shared else '{')
            values = self._values(exprs, at)
        else:
            values = self._loop(exprs)
        for n, k in enumerate(wanted):
            operand = self.inputs + k
            self.lines.append(self.code.store(operand, f'{at}{operand}', values[n], KINDS[exprs[n].dtype]))
        if scope == 'row':
            self.lines.append('}')
        else:
            self._end()


def _identity(op: str, kind: str) -> str:
    """The value of nothing, as a register of the kind."""
    if kind == 'f' or op in ['sum', 'prod']:
        return literal(kind, IDENTITIES[op])
    return ENDS[op][0 if kind == 'i' else 1]
