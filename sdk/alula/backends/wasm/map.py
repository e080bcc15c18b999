"""Maps: expressions over every index, four elements at a time where lanes hold their types, else one by one.

Copies that only move bytes are in copy.py."""

from __future__ import annotations

from alula.backends.wasm.assembler import Assembler, WasmFunction
from alula.backends.wasm.dag import DagNode
from alula.backends.wasm.expr_emit import Emitter, Leaves
from alula.backends.wasm.kernel import BEGIN, END, Features, Generator, kernel_function, push_word, word_local
from alula.backends.wasm.lane_memory import (
    gather_lanes,
    load_lanes,
    load_scalar,
    load_splat,
    replace_lane,
    scatter_lanes,
    splat,
    store_lanes,
    store_one_lane,
    store_scalar,
    unmasked,
)
from alula.backends.wasm.map_plan import MapPlan
from alula.backends.wasm.space import product
from alula.backends.wasm.spelling import SCALAR, VECTOR
from alula.backends.wasm.walk import Walk, advance, advance_by_local, while_at_least
from alula.dtypes import item_bytes
from alula.kernels.kernel import Map, Step

LANES = 4
CHEAP = 12  # an expression of at most this cost is unrolled
UNROLLED = 4  # vectors per turn of the loop of a cheap expression


class MapGenerator(Generator):
    """`lanes`: 'vector' or 'scalar'."""

    def __init__(self, lanes: str) -> None:
        super().__init__('map ' + lanes)
        self.lanes = lanes
        self.last: Step | None = None
        self.plan: MapPlan | None = None

    def planned(self, step: Step) -> MapPlan:
        """The step's plan; the last one asked for is kept."""
        if self.plan is None or self.last is not step:
            assert isinstance(step.kernel, Map)
            self.plan = MapPlan(step, step.kernel)
            self.last = step
        return self.plan

    def matches(self, step: Step, features: Features) -> bool:
        return isinstance(step.kernel, Map) and self.planned(step).fits(self.lanes)

    def code_key(self, step: Step) -> str:
        return step.kernel.key() + ' ' + self.planned(step).key()

    def emit(self, assembler: Assembler, step: Step, features: Features) -> WasmFunction:
        f = kernel_function(assembler)
        MapCode(assembler, f, self.planned(step), self.lanes, features.relaxed).emit()
        return f

    def params(self, step: Step, addresses: list[int]) -> list[int]:
        return self.planned(step).words(addresses)

    def items(self, step: Step) -> int:
        """Rows; elements where there is but one row."""
        plan = self.planned(step)
        if plan.is_empty():
            return 0
        return plan.inner.size if len(plan.outer) == 0 else product(plan.outer)

    def item_cost(self, step: Step) -> int:
        plan = self.planned(step)
        cost = plan.cost + 1 if self.lanes == VECTOR else 4 * plan.cost + 4
        return cost if len(plan.outer) == 0 else cost * plan.inner.size + 16


class RowLeaves(Leaves):
    """Leaves of what stays the same along a row, as scalars."""

    def __init__(self, code: MapCode) -> None:
        self.code = code

    def push(self, emitter: Emitter, node: DagNode) -> None:
        code = self.code
        f = code.f
        if node.op == 'coord':
            code.push_outer_coordinate(node.value)
        elif node.op == 'input':
            f.local_get(code.row[code.plan.moving.index(node.value)])
            load_scalar(f, node.dtype, 0)
        else:
            emitter.push(node.args[0])
            code.index_to_address(node)
            load_scalar(f, node.dtype, 0)


class LoopLeaves(Leaves):
    """Leaves of what changes along a row: the element, or the four, that the loop is at."""

    def __init__(self, code: MapCode) -> None:
        self.code = code

    def push(self, emitter: Emitter, node: DagNode) -> None:
        code = self.code
        if node.op == 'coord':
            code.push_inner_coordinate()
        elif node.op == 'input':
            m = code.plan.moving.index(node.value)
            code.push_element(node.dtype, code.at[m], code.steps[m])
        else:
            for k in range(len(code.plan.row_loads)):
                if code.plan.dag.nodes[code.plan.row_loads[k]] is node:
                    code.push_element(node.dtype, code.loads_at[k], -1)
                    return
            emitter.push(node.args[0])
            code.gather(node)


class MapCode:
    """One function in the making.

    `row`, `at`: per moving view the address of the row, and of the element that the loop is at. `steps`: per moving view
    the local with its stride along the row, -1 where that is one element. `ahead`, `width`: which elements of the turn
    are computed: `width` (4 or 1) of them, `ahead` vectors after the one at `at`.
    """

    def __init__(self, assembler: Assembler, f: WasmFunction, plan: MapPlan, lanes: str, relaxed: bool) -> None:
        self.f = f
        self.plan = plan
        self.lanes = lanes
        self.row = [word_local(f, plan.address_word(v)) for v in plan.moving]
        self.flat = len(plan.outer) == 0
        self.walk = Walk(f, len(plan.outer), self.row, plan.walk_word())
        self.at = self.row if self.flat else [f.local('i32') for _ in self.row]
        self.steps: list[int] = []
        for m in range(len(self.row)):
            self.steps.append(word_local(f, plan.inner_step_word(m)) if plan.classes[m] == 's' else -1)
        self.loads_at = [f.local('i32') for _ in plan.row_loads]
        self.count = f.local('i32')
        self.position = f.local('i32')
        self.ahead = 0
        self.width = LANES if lanes == VECTOR else 1
        self.rows = Emitter(assembler, f, plan.dag, SCALAR, relaxed, False, RowLeaves(self))
        self.loop = Emitter(assembler, f, plan.dag, lanes, relaxed, True, LoopLeaves(self))

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
        else:
            push_word(f, 0)
        f.local_set(self.count)
        if self.flat:
            f.local_get(BEGIN)
        else:
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
                f.local_set(self.at[m])
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
        for k in range(len(self.plan.row_loads)):
            node = self.plan.dag.nodes[self.plan.row_loads[k]]
            self.f.local_get(self.position)
            self._add_row_terms(node.args[0])
            self.index_to_address(node)
            self.f.local_set(self.loads_at[k])

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
        if wide:
            while_at_least(self.f, self.count, LANES * UNROLLED, lambda: self._turn(UNROLLED))
        if self.lanes == VECTOR:
            while_at_least(self.f, self.count, LANES, lambda: self._turn(1))
        self.width = 1
        while_at_least(self.f, self.count, 1, lambda: self._turn(1))

    def _turn(self, vectors: int) -> None:
        """Compute and store `vectors` times `width` elements, and move on."""
        held = self.loop.bound[:]
        for v in range(vectors):
            self.ahead = v
            self._compute_and_store()
            self.loop.forget(held)
        self.ahead = 0
        elements = vectors * self.width
        for m in range(len(self.at)):
            if self.plan.classes[m] == '1':
                advance(self.f, self.at[m], elements * self._item(m))
            elif self.plan.classes[m] == 's':
                advance_by_local(self.f, self.at[m], self.steps[m], elements)
        for k in range(len(self.loads_at)):
            dtype = self.plan.dag.nodes[self.plan.row_loads[k]].dtype
            advance(self.f, self.loads_at[k], elements * item_bytes(dtype))
        advance(self.f, self.position, elements)

    def _item(self, m: int) -> int:
        return item_bytes(self.plan.views[self.plan.moving[m]].dtype)

    def _compute_and_store(self) -> None:
        """All values before the first store: an output may lie where an input does."""
        roots = self.plan.roots
        first = len(self.plan.moving) - len(roots)
        if len(roots) > 1 or self.plan.classes[first] == 's':
            for root in roots:
                self.loop.push_local(root)
        for k in range(len(roots)):
            self._store(first + k, roots[k])

    def _store(self, m: int, root: int) -> None:
        f = self.f
        dtype = self.plan.dag.nodes[root].dtype
        if self.lanes == VECTOR and self.width == LANES and self.plan.classes[m] == 's':
            value = f.local('v128')
            self.loop.push(root)
            unmasked(f, dtype)
            f.local_set(value)
            scatter_lanes(f, dtype, value, self.at[m], self.steps[m])
            return
        f.local_get(self.at[m])
        self.loop.push(root)
        if self.lanes == SCALAR:
            store_scalar(f, dtype, 0)
        elif self.width == LANES:
            store_lanes(f, dtype, self.ahead * LANES * self._item(m))
        else:
            unmasked(f, dtype)
            store_one_lane(f, dtype, 0, 0)

    def push_element(self, dtype: str, address: int, step: int) -> None:
        """Push what the loop is at in a view: `step` is -1 for a contiguous one."""
        f = self.f
        if self.lanes == VECTOR and self.width == LANES and step >= 0:
            gather_lanes(f, dtype, address, step)
            return
        f.local_get(address)
        if self.lanes == SCALAR:
            load_scalar(f, dtype, 0)
        elif self.width == LANES:
            load_lanes(f, dtype, self.ahead * LANES * item_bytes(dtype))
        else:
            load_splat(f, dtype, 0)

    def push_inner_coordinate(self) -> None:
        f = self.f
        f.local_get(self.position)
        if self.lanes == VECTOR:
            f.op('i32x4.splat')
            f.v128_const([self.ahead * LANES + lane for lane in range(LANES)])
            f.op('i32x4.add')

    def push_outer_coordinate(self, axis: int) -> None:
        for d in range(len(self.plan.outer)):
            if self.plan.outer[d].axis == axis:
                self.f.local_get(self.walk.indices[d])
                return
        self.f.i32_const(0)

    def index_to_address(self, node: DagNode) -> None:
        """From the index of a load on the stack to the element's address."""
        f = self.f
        size = item_bytes(node.dtype)
        if size > 1:
            f.i32_const(size)
            f.op('i32.mul')
        push_word(f, self.plan.address_word(node.value))
        f.op('i32.add')

    def gather(self, node: DagNode) -> None:
        """From the index of a load on the stack to its element, or to those of four indices."""
        f = self.f
        if self.lanes == SCALAR:
            self.index_to_address(node)
            load_scalar(f, node.dtype, 0)
            return
        indices = f.local('v128')
        address = f.local('i32')
        f.local_set(indices)
        for lane in range(self.width):
            f.local_get(indices)
            f.lane('i32x4.extract_lane', lane)
            self.index_to_address(node)
            if lane == 0:
                load_splat(f, node.dtype, 0)
            else:
                f.local_set(address)
                replace_lane(f, node.dtype, address, lane)
