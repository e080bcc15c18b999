"""Maps: expressions over every index, four elements at a time where lanes hold their types, else one by one.

Here is the plan: merged dims, how each view steps, which values change along a row. The code: map_code.py. Copies that
only move bytes: copy.py."""

from __future__ import annotations

from alula.backends.space import product
from alula.backends.wasm.assembler import WasmFunction
from alula.backends.wasm.expr_emit import can_emit
from alula.backends.wasm.kernel import KernelPlan
from alula.backends.wasm.map_code import MapCode
from alula.backends.wasm.space import cut, space_of, step_class
from alula.backends.wasm.spelling import SCALAR, VECTOR, VECTOR_SHAPES, kind_or_none
from alula.backends.wasm.walk import walk_words
from alula.backends.wasm.wide_dag import WideDag
from alula.dtypes import item_bytes
from alula.kernels.expr import cost
from alula.kernels.kernel import Map, Step

ROW = 16384  # elements from which a row is cut, that calls be short


class MapPlan(KernelPlan):
    """
    `lanes`: what the Map is computed in; '' if it isn't in WebAssembly. An item is a row: `inner` of the merged dims.
    Words: the address of each view, the size of a row, the step along the row of each moving view, the walk.

    `views`: the step's inputs, then outputs; `moving`: those that are read or written at the index itself, inputs in
    the order of the nodes `inputs` (the others are only reached by `load`). `outer`: the walked dims; steps are in the
    order of `moving`. `classes`: of each moving view, how it steps along the row (space.step_class). `varies`: of each
    node of `dag`, whether its value changes along the row; `held`: the nodes to compute once per row; `row_loads`: the
    loads whose index only counts along the row.
    """

    def __init__(self, step: Step, kernel: Map) -> None:
        super().__init__('map', '', 0, 0)
        dag = WideDag()
        self.dag = dag
        self.roots = [dag.stored(e) for e in kernel.exprs]
        self.views = [*step.inputs, *step.outputs]
        self.inputs = dag.leaves('input')
        self.moving = [*[node.value for node in self.inputs], *range(len(step.inputs), len(self.views))]
        views = [self.views[v] for v in self.moving]
        coords = dag.leaves('coord')
        counted = [node.value for node in coords]
        dims = space_of(step.outputs[0].shape, views, len(step.outputs), counted)
        inner = dims.pop()
        self.inner = inner
        self.outer = dims if inner.axis in counted else cut(dims, inner, ROW)
        self.classes = [step_class(inner.steps[m], item_bytes(view.dtype)) for m, view in enumerate(views)]
        changing = [node for m, node in enumerate(self.inputs) if self.classes[m] != '0']
        varies = dag.varying([*changing, *[node for node in coords if node.value == inner.axis]])
        self.varies = varies
        self.row_loads = [
            node
            for i, node in enumerate(dag.nodes)
            if node.op == 'load' and varies[i] and self._counts_along(node.args[0]) == 1
        ]
        taken = dag.taken(self.roots, varies, self.row_loads)
        self.held = [i for i, node in enumerate(dag.nodes) if taken[i] and not varies[i] and node.op != 'const']
        self.lanes = ''
        for lanes in [SCALAR, VECTOR]:
            if self._fits(lanes, taken):
                self.lanes = lanes
        self.cost = sum([cost(e) for e in kernel.exprs])
        dtypes = [view.dtype for view in self.views]
        axes = [f'{dim.axis}' if dim.axis in counted else '' for dim in [*self.outer, inner]]
        self.label = 'map ' + self.lanes
        self.key = ' '.join([self.label, kernel.key(), *dtypes, *self.classes, *axes])
        self.items = product(self.outer)
        self.sizes = [inner.size, *inner.steps, *walk_words(self.outer)]
        self.item_cost = inner.size * (self.cost + 1) * (1 if self.lanes == VECTOR else 4) + 16

    def _counts_along(self, node_id: int) -> int:
        """By how much the node's value grows from one element of the row to the next; more than 1 if not so simply."""
        node = self.dag.nodes[node_id]
        if not self.varies[node_id]:
            return 0
        if node.op == 'add':
            return sum([self._counts_along(arg) for arg in node.args])
        return 1 if node.op == 'coord' else 2

    def _fits(self, lanes: str, taken: list[bool]) -> bool:
        """Whether the Map can be computed in such lanes; what doesn't vary is computed in scalars."""
        for i, node in enumerate(self.dag.nodes):
            if lanes == VECTOR and taken[i] and kind_or_none(node.dtype) not in VECTOR_SHAPES:
                return False
            if not can_emit(self.dag, node, lanes if taken[i] and self.varies[i] else SCALAR):
                return False
        return True

    def emit(self, f: WasmFunction) -> None:
        MapCode(f, self).emit()


def map_kernel(step: Step) -> KernelPlan | None:
    """Any Map of types that WebAssembly computes with."""
    assert isinstance(step.kernel, Map)
    plan = MapPlan(step, step.kernel)
    return plan if plan.lanes != '' else None
