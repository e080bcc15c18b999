"""The kernel of every other Contract: result by result, in scalars of any type that WebAssembly computes with."""

from __future__ import annotations

from alula.backends.wasm.assembler import WasmFunction
from alula.backends.wasm.casts import emit_cast
from alula.backends.wasm.contract_epilogue import FIRST_READ, is_pointwise
from alula.backends.wasm.contract_form import OUT, A, Axis, W, form_of, operands
from alula.backends.wasm.dag import Dag, DagNode
from alula.backends.wasm.expr_emit import Emitter, Leaves, can_emit_all
from alula.backends.wasm.kernel import KernelPlan, byte_strides, push_word, word_local
from alula.backends.wasm.lane_memory import load_scalar, store_scalar
from alula.backends.wasm.params import Params
from alula.backends.wasm.space import Dim, product
from alula.backends.wasm.spelling import KINDS, SCALAR, instruction, kind_or_none, push_constant, value_type
from alula.backends.wasm.walk import Walk, advance, walk_words
from alula.dtypes import item_bytes
from alula.kernels.kernel import Contract, Step
from alula.kernels.view import numel

# Words of the params block: how far the depth table and its end are from the block, the operands' addresses, the walk
# over the results. The depth table has two words for each k: the bytes from the first element of a and of w.
DEPTH_AT = 0
DEPTH_END = 1
ADDRESSES = 2
ENTRY_BYTES = 8
ITEM_OVERHEAD = 32


def scalar_product_kernel(step: Step) -> KernelPlan | None:
    """Contracts of any dtype over any strides."""
    kernel = step.kernel
    assert isinstance(kernel, Contract)
    if kind_or_none(kernel.dtype) == '' or not is_pointwise(kernel.epilogue):
        return None
    for view in operands(step):
        if kind_or_none(view.dtype) == '':
            return None
    dag = Dag()
    root = dag.root(kernel.epilogue)
    return ScalarProduct(step, kernel, dag, root) if can_emit_all(dag, SCALAR) else None


class ScalarProduct(KernelPlan):
    """An item is one result."""

    def __init__(self, step: Step, kernel: Contract, dag: Dag, root: int) -> None:
        self.views = operands(step)
        self.dtype = kernel.dtype
        self.dag = dag
        self.root = root
        self.dims = result_dims(step, kernel)
        self.depth_shape = step.inputs[A].shape[kernel.batch + kernel.rows:]
        self.depth_strides = [
            byte_strides(step.inputs[A])[kernel.batch + kernel.rows:],
            byte_strides(step.inputs[W])[kernel.batch:kernel.batch + kernel.depth],
        ]
        self.depth = numel(self.depth_shape)
        dtypes = [view.dtype for view in self.views]
        key = f'{kernel.key()} of {",".join(dtypes)} over {len(self.dims)}'
        super().__init__('contract', key, product(self.dims), 8 * self.depth + ITEM_OVERHEAD)

    def words(self, params: Params, addresses: list[int]) -> list[int]:
        place = params.offsets(self.depth_shape, self.depth_strides)
        table = 4 * (place - params.size)
        out = len(addresses) - 1
        words = [table, table + ENTRY_BYTES * self.depth, addresses[A], addresses[W], addresses[out]]
        words.extend(addresses[FIRST_READ:out])
        words.extend(walk_words(self.dims))
        return words

    def emit(self, f: WasmFunction) -> None:
        ScalarCode(f, self).emit()


def result_dims(step: Step, kernel: Contract) -> list[Dim]:
    """The dims of the results, with the bytes that each operand steps along them."""
    form = form_of(step, kernel)
    sizes = [item_bytes(view.dtype) for view in operands(step)]
    axes: list[Axis] = form.batch[:]
    axes.extend(form.rows)
    axes.append(form.cols)
    return [Dim(axis.size, [axis.steps[i] * sizes[i] for i in range(len(sizes))], -1) for axis in axes]


class ScalarCode(Leaves):
    """One function in the making. `pointers`: per operand the local with the address of its element at the result."""

    def __init__(self, f: WasmFunction, plan: ScalarProduct) -> None:
        self.f = f
        self.plan = plan
        self.emitter = Emitter(f, plan.dag, SCALAR, False, self)
        self.pointers = [word_local(f, ADDRESSES + i) for i in range(len(plan.views))]
        self.walk = Walk(f, len(plan.dims), self.pointers, ADDRESSES + len(plan.views))
        self.sum = f.local(value_type(SCALAR, KINDS[plan.dtype]))
        self.entry = f.local('i32')
        self.end = f.local('i32')

    def emit(self) -> None:
        self.walk.rows(lambda: self._result())

    def _result(self) -> None:
        f = self.f
        kind = KINDS[self.plan.dtype]
        push_constant(f, SCALAR, kind, 0)
        f.local_set(self.sum)
        for word, local in [[DEPTH_AT, self.entry], [DEPTH_END, self.end]]:
            f.local_get(0)
            push_word(f, word)
            f.op('i32.add')
            f.local_set(local)
        f.block()
        f.loop()
        f.local_get(self.entry)
        f.local_get(self.end)
        f.op('i32.eq')
        f.br_if(1)
        f.local_get(self.sum)
        self._factor(A)
        self._factor(W)
        f.op(instruction(SCALAR, kind, 'mul'))
        f.op(instruction(SCALAR, kind, 'add'))
        f.local_set(self.sum)
        advance(f, self.entry, ENTRY_BYTES)
        f.br(0)
        f.end()
        f.end()
        self.emitter.forget([-1 for _ in self.plan.dag.nodes])
        f.local_get(self.pointers[OUT])
        self.emitter.push(self.plan.root)
        store_scalar(f, self.plan.views[OUT].dtype, 0)

    def _factor(self, operand: int) -> None:
        """Push the element of a or w at the depth table's entry."""
        f = self.f
        f.local_get(self.pointers[operand])
        f.local_get(self.entry)
        f.load('i32.load', 4 * operand)
        f.op('i32.add')
        load_scalar(f, self.plan.views[operand].dtype, 0)
        emit_cast(f, SCALAR, self.plan.views[operand].dtype, self.plan.dtype)

    def push(self, emitter: Emitter, node: DagNode) -> None:
        if node.op == 'acc':
            self.f.local_get(self.sum)
            return
        # what the epilogue reads stands behind the output among the operands
        self.f.local_get(self.pointers[node.value + 1])
        load_scalar(self.f, node.dtype, 0)
