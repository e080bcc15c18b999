"""The kernel of every other Contract: result by result, in scalars of any type that WebAssembly computes with."""

from __future__ import annotations

from alula.backends.dag import DagNode
from alula.backends.space import product
from alula.backends.wasm.assembler import WasmFunction
from alula.backends.wasm.casts import emit_cast
from alula.backends.wasm.contract_form import A, Form, W, can_apply
from alula.backends.wasm.expr_emit import Emitter
from alula.backends.wasm.kernel import KernelPlan, table_local, word_local
from alula.backends.wasm.lane_memory import load_scalar, store_scalar
from alula.backends.wasm.params import Params
from alula.backends.wasm.spelling import KINDS, SCALAR, kind_or_none, push_constant, spelling_of, value_type
from alula.backends.wasm.walk import Walk, advance, walk_words
from alula.backends.wasm.wide_dag import WideDag
from alula.kernels.kernel import Contract, Step
from alula.kernels.narrow_float import FORMATS

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
    dtypes = [view.dtype for view in [*step.inputs, *step.outputs]]
    unknown = [dtype for dtype in [kernel.dtype, *dtypes] if kind_or_none(dtype) == '']
    unknown.extend([dtype for dtype in dtypes[:2] if dtype in FORMATS])  # Builder.contract widens them
    if len(unknown) > 0 or not can_apply(kernel.epilogue, SCALAR):
        return None
    return ScalarProduct(kernel, dtypes, Form(step, kernel))


class ScalarProduct(KernelPlan):
    """An item is one result. `dtypes`: of each operand."""

    def __init__(self, kernel: Contract, dtypes: list[str], form: Form) -> None:
        dims = [*form.batch, *form.rows, form.cols]
        key = f'{kernel.key()} of {",".join(dtypes)} over {len(dims)}'
        super().__init__('contract', key, product(dims), 8 * product(form.depth) + ITEM_OVERHEAD)
        self.kernel = kernel
        self.dtypes = dtypes
        self.dims = dims
        self.depth = form.depth

    def words(self, params: Params, addresses: list[int]) -> list[int]:
        sizes = [dim.size for dim in self.depth]
        place = params.offsets(sizes, [[dim.steps[operand] for dim in self.depth] for operand in [A, W]])
        table = 4 * (place - params.size)
        return [table, table + ENTRY_BYTES * product(self.depth), *addresses, *walk_words(self.dims)]

    def emit(self, f: WasmFunction) -> None:
        ScalarCode(f, self).walk()


class ScalarCode:
    """One function in the making. `pointers`: per operand the local with the address of its element at the result."""

    def __init__(self, f: WasmFunction, plan: ScalarProduct) -> None:
        self.f = f
        self.plan = plan
        self.pointers = [word_local(f, ADDRESSES + i) for i in range(len(plan.dtypes))]
        self.sum = f.local(value_type(SCALAR, KINDS[plan.kernel.dtype]))

    def walk(self) -> None:
        """Emit the loop over the results."""
        rank = len(self.plan.dims)
        Walk(self.f, rank, self.pointers, ADDRESSES + len(self.pointers)).rows(lambda: self._result())

    def _result(self) -> None:
        f = self.f
        dtype = self.plan.kernel.dtype
        kind = KINDS[dtype]
        push_constant(f, SCALAR, kind, 0)
        f.local_set(self.sum)
        entry = table_local(f, DEPTH_AT)
        end = table_local(f, DEPTH_END)
        f.block()
        f.loop()
        f.local_get(entry)
        f.local_get(end)
        f.op('i32.eq')
        f.br_if(1)
        f.local_get(self.sum)
        for operand in [A, W]:
            f.local_get(self.pointers[operand])
            f.local_get(entry)
            f.load('i32.load', 4 * operand)
            f.op('i32.add')
            load_scalar(f, self.plan.dtypes[operand], 0)
            emit_cast(f, SCALAR, self.plan.dtypes[operand], dtype)
        f.op(spelling_of(SCALAR, 'mul', kind))
        f.op(spelling_of(SCALAR, 'add', kind))
        f.local_set(self.sum)
        advance(f, entry, ENTRY_BYTES)
        f.br(0)
        f.end()
        f.end()
        out = self.pointers[len(self.pointers) - 1]
        dag = WideDag()
        root = dag.stored(self.plan.kernel.epilogue)
        f.local_get(out)
        Emitter(f, dag, SCALAR, False, self).push(root)
        store_scalar(f, self.plan.dtypes[len(self.pointers) - 1], 0)

    def push(self, emitter: Emitter, node: DagNode) -> None:
        if node.op == 'acc':
            self.f.local_get(self.sum)
        else:
            self.f.local_get(self.pointers[node.value])
            load_scalar(self.f, node.dtype, 0)
