"""The plan of a Map: its merged dims, how each view steps, which values change along the innermost dim."""

from __future__ import annotations

from alula.backends.wasm.dag import Dag, DagNode
from alula.backends.wasm.expr_emit import can_emit
from alula.backends.wasm.space import Dim, dims_of, in_memory_order, merged, step_class
from alula.backends.wasm.spelling import SCALAR, VECTOR, VECTOR_SHAPES, kind_or_none
from alula.backends.wasm.walk import walk_words
from alula.dtypes import item_bytes
from alula.kernels.expr import cost
from alula.kernels.kernel import Map, Step


class MapPlan:
    """
    `views`: the step's inputs, then outputs; `moving`: those that are read or written at the index itself (the others
    are only reached by `load`). `outer`, `inner`: the merged dims; their steps are in the order of `moving`.
    `classes`: of each moving view, how it steps along `inner` (space.step_class). `varies`: of each node of `dag`,
    whether its value changes along `inner`. `row_loads`: the loads whose index only counts along `inner`.
    """

    def __init__(self, step: Step, kernel: Map) -> None:
        self.dag = Dag()
        self.roots = [self.dag.root(e) for e in kernel.exprs]
        self.inputs = len(step.inputs)
        self.views = step.inputs[:]
        self.views.extend(step.outputs)
        self.cost = 0
        for e in kernel.exprs:
            self.cost += cost(e)
        shape = step.outputs[0].shape
        self.moving = self._moving()
        coords = [node.value for node in self.dag.nodes if node.op == 'coord']
        self._lay_out(shape, coords)
        self.varies: list[bool] = []
        for node in self.dag.nodes:
            self.varies.append(self._varies(node))
        self.row_loads: list[int] = []
        for i in range(len(self.dag.nodes)):
            if self.dag.nodes[i].op == 'load' and self.varies[i] and self._counts_along(self.dag.nodes[i].args[0]) == 1:
                self.row_loads.append(i)
        self.needed = [False for _ in self.dag.nodes]
        for root in self.roots:
            self._need(root)

    def _moving(self) -> list[int]:
        read = [False for _ in range(self.inputs)]
        for node in self.dag.nodes:
            if node.op == 'input':
                read[node.value] = True
        found = [v for v in range(self.inputs) if read[v]]
        for v in range(self.inputs, len(self.views)):
            found.append(v)
        return found

    def _lay_out(self, shape: list[int], coords: list[int]) -> None:
        views = [self.views[v] for v in self.moving]
        first_output = len(views) - (len(self.views) - self.inputs)
        ranking = list(range(first_output, len(views)))
        ranking.extend(range(first_output))
        dims = merged(in_memory_order(dims_of(shape, views, 0, len(shape)), ranking), coords)
        if len(dims) == 0:
            dims.append(Dim(1, [item_bytes(view.dtype) for view in views], -1))
        self.inner = dims.pop()
        self.outer = dims
        self.classes = [step_class(self.inner.steps[m], item_bytes(views[m].dtype)) for m in range(len(views))]

    def _varies(self, node: DagNode) -> bool:
        if node.op == 'input':
            return self.classes[self.moving.index(node.value)] != '0'
        if node.op == 'coord':
            return bool(node.value == self.inner.axis)
        for arg in node.args:
            if self.varies[arg]:
                return True
        return False

    def _counts_along(self, node_id: int) -> int:
        """By how much the node's value grows from one index of `inner` to the next; -1 if not so simply."""
        if not self.varies[node_id]:
            return 0
        node = self.dag.nodes[node_id]
        if node.op == 'coord':
            return 1
        if node.op != 'add':
            return -1
        first = self._counts_along(node.args[0])
        second = self._counts_along(node.args[1])
        return first + second if first >= 0 and second >= 0 else -1

    def _need(self, node_id: int) -> None:
        """Mark what the loop computes; a row load's index is not among it."""
        if not self.needed[node_id]:
            self.needed[node_id] = True
            if node_id not in self.row_loads:
                for arg in self.dag.nodes[node_id].args:
                    self._need(arg)

    def held_nodes(self) -> list[int]:
        """The nodes to compute once per row: those that don't vary but are used by what does, or wanted themselves."""
        nodes = self.dag.nodes
        wanted = [False for _ in nodes]
        for root in self.roots:
            wanted[root] = True
        for i in range(len(nodes)):
            if self.needed[i] and self.varies[i] and i not in self.row_loads:
                for arg in nodes[i].args:
                    wanted[arg] = True
        return [i for i in range(len(nodes)) if wanted[i] and not self.varies[i] and nodes[i].op != 'const']

    def fits(self, lanes: str) -> bool:
        """Whether the Map can be computed in such lanes; what doesn't vary is computed in scalars."""
        for i in range(len(self.dag.nodes)):
            in_lanes = self.varies[i] and self.needed[i]
            if not can_emit(self.dag, self.dag.nodes[i], lanes if in_lanes else SCALAR):
                return False
        if lanes == VECTOR:
            spread = self.held_nodes()
            spread.extend(self.roots)
            for i in spread:
                if kind_or_none(self.dag.nodes[i].dtype) not in VECTOR_SHAPES:
                    return False
        return True

    def key(self) -> str:
        """All that the code depends on but the expressions: types, classes, dims, which dim each coordinate counts."""
        dtypes = ','.join([view.dtype for view in self.views])
        axes = [str(dim.axis) for dim in self.outer] if self._has_coords() else []
        axes.append(str(self.inner.axis) if self._has_coords() else '')
        moving = ','.join([str(v) for v in self.moving])
        return f'{dtypes}; {len(self.outer)} outer; ' + ''.join(self.classes) + f' {moving}; ' + ','.join(axes)

    def _has_coords(self) -> bool:
        for node in self.dag.nodes:
            if node.op == 'coord':
                return True
        return False

    def words(self, addresses: list[int]) -> list[int]:
        """The params block: the inner size, the address of each view, the inner step of each moving one, the walk."""
        words = [self.inner.size]
        for v in range(len(self.views)):
            words.append(addresses[v])
        words.extend(self.inner.steps)
        words.extend(walk_words(self.outer))
        return words

    def address_word(self, view: int) -> int:
        return 1 + view

    def inner_step_word(self, moving: int) -> int:
        return 1 + len(self.views) + moving

    def walk_word(self) -> int:
        return 1 + len(self.views) + len(self.moving)
