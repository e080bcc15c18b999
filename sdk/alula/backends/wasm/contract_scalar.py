"""The generator of every other Contract: result by result, in scalars of any type that WebAssembly computes with."""

from __future__ import annotations

from alula.backends.wasm.assembler import Assembler, WasmFunction
from alula.backends.wasm.casts import emit_cast
from alula.backends.wasm.contract_epilogue import FIRST_READ, is_pointwise
from alula.backends.wasm.contract_form import OUT, A, Axis, W, form_of, offsets_of, operands
from alula.backends.wasm.dag import Dag, DagNode
from alula.backends.wasm.expr_emit import Emitter, Leaves, can_emit_all
from alula.backends.wasm.kernel import Features, Generator, kernel_function, push_word, word_local
from alula.backends.wasm.lane_memory import load_scalar, store_scalar
from alula.backends.wasm.space import Dim, product
from alula.backends.wasm.spelling import KINDS, SCALAR, kind_or_none, mnemonic_of, push_constant, value_type
from alula.backends.wasm.walk import Walk, advance, walk_words
from alula.dtypes import item_bytes
from alula.kernels.kernel import Contract, Step

# Words of the params block: the depth table's byte offset in the block and its end, the operands' addresses, the walk
# over the results; then the depth table, two words for each k: the bytes from the first element of a and of w.
DEPTH_AT = 0
DEPTH_END = 1
ADDRESSES = 2
ENTRY_BYTES = 8
ITEM_OVERHEAD = 32


class ScalarContractGenerator(Generator):
    """Contracts of any dtype over any strides."""

    def __init__(self) -> None:
        super().__init__('contract')

    def matches(self, step: Step, features: Features) -> bool:
        kernel = step.kernel
        if not isinstance(kernel, Contract) or not is_pointwise(kernel.epilogue):
            return False
        dag = Dag()
        dag.root(kernel.epilogue)
        for view in operands(step):
            if kind_or_none(view.dtype) == '':
                return False
        return kind_or_none(kernel.dtype) != '' and can_emit_all(dag, SCALAR)

    def code_key(self, step: Step) -> str:
        kernel = contract_of(step)
        dtypes = [view.dtype for view in operands(step)]
        return f'{kernel.key()} of {",".join(dtypes)} over {len(result_dims(step, kernel))}'

    def emit(self, assembler: Assembler, step: Step, features: Features) -> WasmFunction:
        f = kernel_function(assembler)
        ScalarCode(assembler, f, step, contract_of(step)).emit()
        return f

    def params(self, step: Step, addresses: list[int]) -> list[int]:
        kernel = contract_of(step)
        out = len(addresses) - 2
        words = [0, 0, addresses[0], addresses[1], addresses[out]]
        words.extend(addresses[FIRST_READ:out])
        words.extend(walk_words(result_dims(step, kernel)))
        words[DEPTH_AT] = 4 * len(words)
        shape = step.inputs[A].shape[kernel.batch + kernel.rows:]
        a = offsets_of(shape, step.inputs[A].strides[kernel.batch + kernel.rows:])
        w = offsets_of(shape, step.inputs[W].strides[kernel.batch:kernel.batch + kernel.depth])
        for k in range(len(a)):
            words.append(a[k] * item_bytes(step.inputs[A].dtype))
            words.append(w[k] * item_bytes(step.inputs[W].dtype))
        words[DEPTH_END] = 4 * len(words)
        return words

    def items(self, step: Step) -> int:
        return product(result_dims(step, contract_of(step)))

    def item_cost(self, step: Step) -> int:
        kernel = contract_of(step)
        depth = 1
        for size in step.inputs[A].shape[kernel.batch + kernel.rows:]:
            depth *= size
        return 8 * depth + ITEM_OVERHEAD


def contract_of(step: Step) -> Contract:
    assert isinstance(step.kernel, Contract)
    return step.kernel


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

    def __init__(self, assembler: Assembler, f: WasmFunction, step: Step, kernel: Contract) -> None:
        self.f = f
        self.views = operands(step)
        self.dtype = kernel.dtype
        self.dag = Dag()
        self.root = self.dag.root(kernel.epilogue)
        self.emitter = Emitter(assembler, f, self.dag, SCALAR, False, False, self)
        self.pointers = [word_local(f, ADDRESSES + i) for i in range(len(self.views))]
        rank = len(result_dims(step, kernel))
        self.walk = Walk(f, rank, self.pointers, ADDRESSES + len(self.views))
        self.sum = f.local(value_type(SCALAR, KINDS[kernel.dtype]))
        self.entry = f.local('i32')
        self.end = f.local('i32')

    def emit(self) -> None:
        self.walk.rows(lambda: self._result())

    def _result(self) -> None:
        f = self.f
        kind = KINDS[self.dtype]
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
        f.op(mnemonic_of(SCALAR, 'mul', kind))
        f.op(mnemonic_of(SCALAR, 'add', kind))
        f.local_set(self.sum)
        advance(f, self.entry, ENTRY_BYTES)
        f.br(0)
        f.end()
        f.end()
        self.emitter.forget([-1 for _ in self.dag.nodes])
        f.local_get(self.pointers[OUT])
        self.emitter.push(self.root)
        store_scalar(f, self.views[OUT].dtype, 0)

    def _factor(self, operand: int) -> None:
        """Push the element of a or w at the depth table's entry."""
        f = self.f
        f.local_get(self.pointers[operand])
        f.local_get(self.entry)
        f.load('i32.load', 4 * operand)
        f.op('i32.add')
        load_scalar(f, self.views[operand].dtype, 0)
        emit_cast(f, SCALAR, self.views[operand].dtype, self.dtype)

    def push(self, emitter: Emitter, node: DagNode) -> None:
        if node.op == 'acc':
            self.f.local_get(self.sum)
            return
        # what the epilogue reads stands behind the output among the operands
        self.f.local_get(self.pointers[node.value + 1])
        load_scalar(self.f, node.dtype, 0)
