"""Scatters: one element after the other, for later ones may meet what earlier ones wrote."""

from __future__ import annotations

from alula.backends.dag import DagNode
from alula.backends.space import Dim, merged, product
from alula.backends.wasm.assembler import WasmFunction
from alula.backends.wasm.expr_emit import Emitter, can_emit_all
from alula.backends.wasm.kernel import BEGIN, END, KernelPlan, push_word, word_local
from alula.backends.wasm.lane_memory import load_scalar, store_scalar
from alula.backends.wasm.space import byte_dims
from alula.backends.wasm.spelling import SCALAR
from alula.backends.wasm.turn import Cursor, Turn, index_to_address
from alula.backends.wasm.walk import Walk, walk_words
from alula.backends.wasm.wide_dag import WideDag
from alula.kernels.kernel import Step


class ScatterPlan(KernelPlan):
    """All is one item. Words: the address of each view, how many elements there are, the walk of the inputs that
    `moving` names, the indices first."""

    def __init__(self, step: Step) -> None:
        super().__init__('scatter', '', 1, 0)
        self.dag = WideDag()
        self.root = self.dag.stored(step.kernel.exprs[0])
        self.dtypes = [view.dtype for view in [*step.inputs, *step.outputs]]
        self.moving = [0]
        for node in self.dag.leaves('input'):
            self.moving.append(node.value)
        dims = byte_dims(step.inputs[0].shape, [step.inputs[m] for m in self.moving], 0, len(step.inputs[0].shape))
        self.dims = merged(dims, [])
        if len(self.dims) == 0:
            self.dims = [Dim(1, [0 for _ in self.moving], -1)]
        self.key = ' '.join([self.label, step.kernel.key(), *self.dtypes, f'{len(self.dims)}'])
        count = product(self.dims)
        self.sizes = [count, *walk_words(self.dims)]
        self.item_cost = 16 * count + 16

    def emit(self, f: WasmFunction) -> None:
        ScatterCode(f, self).emit()


class ScatterCode:
    """One function in the making. `place`: the local with the address of the element in hand."""

    def __init__(self, f: WasmFunction, plan: ScatterPlan) -> None:
        self.f = f
        self.plan = plan
        self.pointers = [word_local(f, m) for m in plan.moving]
        self.walk = Walk(f, len(plan.dims), self.pointers, len(plan.dtypes) + 1)
        self.turn = Turn(f, SCALAR)
        self.place = f.local('i32')

    def emit(self) -> None:
        f = self.f
        f.i32_const(0)
        f.local_set(BEGIN)
        push_word(f, len(self.plan.dtypes))
        f.local_set(END)
        self.walk.rows(lambda: self._element())

    def _element(self) -> None:
        f = self.f
        out = len(self.plan.dtypes) - 1
        f.local_get(self.pointers[0])
        load_scalar(f, 'int32', 0)
        index_to_address(f, self.plan.dtypes[out], out)
        f.local_tee(self.place)
        Emitter(f, self.plan.dag, SCALAR, True, self).push(self.plan.root)
        store_scalar(f, self.plan.dtypes[out], 0)

    def push(self, emitter: Emitter, node: DagNode) -> None:
        """Push a leaf: what the element was, or what an input has for it."""
        if node.op == 'acc':
            self.f.local_get(self.place)
            load_scalar(self.f, node.dtype, 0)
        elif node.op == 'load':
            emitter.push(node.args[0])
            self.turn.gather(node.dtype, node.value)
        else:
            self.turn.push(Cursor(node.dtype, self.pointers[self.plan.moving.index(node.value)], '0', -1))


def scatter_kernel(step: Step) -> KernelPlan | None:
    """Any Scatter of types that WebAssembly computes with."""
    plan = ScatterPlan(step)
    return plan if can_emit_all(plan.dag, SCALAR) else None
