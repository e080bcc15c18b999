"""Maps: expressions over every index, four elements at a time where lanes hold their types, else one by one.

Copies that only move bytes are in copy.py."""

from __future__ import annotations

from alula.backends.wasm.assembler import WasmFunction
from alula.backends.wasm.dag import DagNode
from alula.backends.wasm.expr_emit import Emitter, Leaves
from alula.backends.wasm.kernel import BEGIN, END, KernelPlan, push_word, word_local
from alula.backends.wasm.lane_memory import load_scalar, splat
from alula.backends.wasm.map_plan import MapPlan
from alula.backends.wasm.params import Params
from alula.backends.wasm.space import product
from alula.backends.wasm.spelling import KINDS, SCALAR, VECTOR, value_type
from alula.backends.wasm.turn import LANES, Cursor, Turn, index_to_address
from alula.backends.wasm.walk import Walk, advance, while_at_least
from alula.kernels.kernel import Map, Step

CHEAP = 12  # an expression of at most this cost is unrolled
UNROLLED = 4  # vectors per turn of the loop of a cheap expression


class MapKernel(KernelPlan):
    """A Map in `lanes`. An item is a row; an element where there is but one row."""

    def __init__(self, kernel: Map, plan: MapPlan, lanes: str) -> None:
        flat = len(plan.outer) == 0
        cost = plan.cost + 1 if lanes == VECTOR else 4 * plan.cost + 4
        super().__init__(
            f'map {lanes}',
            f'{kernel.key()} {plan.key()}',
            plan.inner.size if flat or plan.inner.size == 0 else product(plan.outer),
            cost if flat else cost * plan.inner.size + 16,
        )
        self.plan = plan
        self.lanes = lanes

    def emit(self, f: WasmFunction) -> None:
        MapCode(f, self.plan, self.lanes).emit()

    def words(self, params: Params, addresses: list[int]) -> list[int]:
        return self.plan.words(addresses)


def map_kernel(step: Step) -> KernelPlan | None:
    """Any Map of types that WebAssembly computes with."""
    assert isinstance(step.kernel, Map)
    plan = MapPlan(step, step.kernel)
    for lanes in [VECTOR, SCALAR]:
        if plan.fits(lanes):
            return MapKernel(step.kernel, plan, lanes)
    return None


class RowLeaves(Leaves):
    """Leaves of what stays the same along a row, as scalars."""

    def __init__(self, code: MapCode) -> None:
        self.code = code

    def push(self, emitter: Emitter, node: DagNode) -> None:
        code = self.code
        if node.op == 'coord':
            code.push_outer_coordinate(node.value)
        elif node.op == 'input':
            code.f.local_get(code.row[code.plan.moving.index(node.value)])
            load_scalar(code.f, node.dtype, 0)
        else:
            emitter.push(node.args[0])
            index_to_address(code.f, node.dtype, code.plan.address_word(node.value))
            load_scalar(code.f, node.dtype, 0)


class LoopLeaves(Leaves):
    """Leaves of what changes along a row: the element, or the four, that the loop is at."""

    def __init__(self, code: MapCode) -> None:
        self.code = code

    def push(self, emitter: Emitter, node: DagNode) -> None:
        code = self.code
        if node.op == 'coord':
            code.turn.push_position(code.position)
        elif node.op == 'input':
            code.turn.push(code.cursors[code.plan.moving.index(node.value)])
        else:
            for k in range(len(code.plan.row_loads)):
                if code.plan.dag.nodes[code.plan.row_loads[k]] is node:
                    code.turn.push(code.row_loads[k])
                    return
            emitter.push(node.args[0])
            code.turn.gather(node.dtype, code.plan.address_word(node.value))


class MapCode:
    """One function in the making. `row`: per moving view the address of the row; `cursors`: per moving view where the
    loop along the row is; `row_loads`: the same for the plan's row loads; `position`: the index along the row."""

    def __init__(self, f: WasmFunction, plan: MapPlan, lanes: str) -> None:
        self.f = f
        self.plan = plan
        self.lanes = lanes
        self.turn = Turn(f, lanes)
        self.row = [word_local(f, plan.address_word(v)) for v in plan.moving]
        self.flat = len(plan.outer) == 0
        self.walk = Walk(f, len(plan.outer), self.row, plan.walk_word())
        self.cursors: list[Cursor] = []
        for m in range(len(self.row)):
            stride = word_local(f, plan.inner_step_word(m)) if plan.classes[m] == 's' else -1
            at = self.row[m] if self.flat else f.local('i32')
            self.cursors.append(Cursor(plan.views[plan.moving[m]].dtype, at, plan.classes[m], stride))
        nodes = plan.dag.nodes
        self.row_loads = [Cursor(nodes[i].dtype, f.local('i32'), '1', -1) for i in plan.row_loads]
        self.count = f.local('i32')
        self.position = f.local('i32')
        self.rows = Emitter(f, plan.dag, SCALAR, False, RowLeaves(self))
        self.loop = Emitter(f, plan.dag, lanes, True, LoopLeaves(self))

    def emit(self) -> None:
        f = self.f
        if not self.flat:
            self.walk.rows(lambda: self._row())
            return
        for m in range(len(self.row)):
            if self.plan.classes[m] != '0':
                f.local_get(self.row[m])
                f.local_get(BEGIN)
                push_word(f, self.plan.inner_step_word(m))
                f.op('i32.mul')
                f.op('i32.add')
                f.local_set(self.row[m])
        self._row()

    def _row(self) -> None:
        f = self.f
        if self.flat:
            f.local_get(END)
            f.local_get(BEGIN)
            f.op('i32.sub')
            f.local_set(self.count)
            f.local_get(BEGIN)
        else:
            push_word(f, 0)
            f.local_set(self.count)
            f.i32_const(0)
        f.local_set(self.position)
        nothing_bound = [-1 for _ in self.plan.dag.nodes]
        self.rows.forget(nothing_bound)
        self.loop.forget(nothing_bound)
        self._hold_row_values()
        self._find_row_loads()
        if not self.flat:
            for m in range(len(self.row)):
                f.local_get(self.row[m])
                f.local_set(self.cursors[m].address)
        self._loops()

    def _hold_row_values(self) -> None:
        """Compute what stays the same along the row, spread over the lanes of the loop."""
        for node_id in self.plan.held_nodes():
            held = self.rows.push_local(node_id)
            if self.lanes == VECTOR:
                self.f.local_get(held)
                splat(self.f, self.plan.dag.nodes[node_id].dtype)
                held = self.f.local('v128')
                self.f.local_set(held)
            self.loop.bind(node_id, held)

    def _find_row_loads(self) -> None:
        """The address of the first element of each row that is loaded by computed index."""
        for k in range(len(self.row_loads)):
            node = self.plan.dag.nodes[self.plan.row_loads[k]]
            self.f.local_get(self.position)
            self._add_row_terms(node.args[0])
            index_to_address(self.f, node.dtype, self.plan.address_word(node.value))
            self.f.local_set(self.row_loads[k].address)

    def _add_row_terms(self, node_id: int) -> None:
        """Add to the i32 on the stack what the index takes beside the inner coordinate."""
        node = self.plan.dag.nodes[node_id]
        if not self.plan.varies[node_id]:
            self.rows.push(node_id)
            self.f.op('i32.add')
        elif node.op == 'add':
            for arg in node.args:
                self._add_row_terms(arg)

    def _loops(self) -> None:
        wide = self.lanes == VECTOR and self.plan.cost <= CHEAP and 's' not in self.plan.classes
        self.turn.width = 1
        if self.lanes == VECTOR:
            self.turn.width = LANES
            if wide:
                while_at_least(self.f, self.count, LANES * UNROLLED, lambda: self._turn(UNROLLED))
            while_at_least(self.f, self.count, LANES, lambda: self._turn(1))
            self.turn.width = 1
        while_at_least(self.f, self.count, 1, lambda: self._turn(1))

    def _turn(self, vectors: int) -> None:
        """Compute and store `vectors` times `width` elements, and move on."""
        held = self.loop.bound[:]
        for v in range(vectors):
            self.turn.ahead = v
            self._compute_and_store()
            self.loop.forget(held)
        self.turn.ahead = 0
        elements = vectors * self.turn.width
        for cursor in self.cursors:
            self.turn.advance(cursor, elements)
        for cursor in self.row_loads:
            self.turn.advance(cursor, elements)
        advance(self.f, self.position, elements)

    def _compute_and_store(self) -> None:
        """All values before the first store: an output may lie where an input does."""
        first = len(self.cursors) - len(self.plan.roots)
        values: list[int] = []
        for root in self.plan.roots:
            value = self.f.local(value_type(self.lanes, KINDS[self.plan.dag.nodes[root].dtype]))
            self.loop.push(root)
            self.f.local_set(value)
            values.append(value)
        for k in range(len(values)):
            self.turn.store(self.cursors[first + k], values[k])

    def push_outer_coordinate(self, axis: int) -> None:
        for d in range(len(self.plan.outer)):
            if self.plan.outer[d].axis == axis:
                self.f.local_get(self.walk.indices[d])
                return
        self.f.i32_const(0)
