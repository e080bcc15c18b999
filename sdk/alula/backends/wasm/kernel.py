"""What a kernel is: the interface between the backend and the files that plan steps and emit their code.

Every kernel function has the signature (params: i32, begin: i32, end: i32). `params` is the address of the step's block
of 32-bit words (addresses, counts, strides in bytes); [begin, end) is a range of its work items, each of which can be
done alone: the backend cuts a step into calls that are short enough for the engine to swap in optimised code between
them, and may spread them over threads.
"""

from __future__ import annotations

from alula.backends.wasm.assembler import WasmFunction
from alula.backends.wasm.params import Params
from alula.dtypes import item_bytes
from alula.kernels.view import View

KERNEL_PARAMS = ['i32', 'i32', 'i32']
PARAMS = 0
BEGIN = 1
END = 2


class KernelPlan:
    """How one step is computed, decided once (choose.py); its subclasses are the kinds of kernels.

    `label`: what reports call it. `key`: everything that `emit` depends on, so that plans with equal keys share one
    function. `items`: how many work items there are; 0 if there is nothing to do. `item_cost`: roughly how many
    floating-point operations (or instructions of that weight) one item takes. `sizes`: what its block says beside the
    addresses.
    """

    def __init__(self, label: str, key: str, items: int, item_cost: int) -> None:
        self.label = label
        self.key = label + ' ' + key
        self.items = items
        self.item_cost = max(1, item_cost)
        self.sizes: list[int] = []

    def emit(self, f: WasmFunction) -> None:
        """Write the body of a function that takes KERNEL_PARAMS and gives nothing."""
        raise NotImplementedError('emit')

    def words(self, params: Params, addresses: list[int]) -> list[int]:
        """The step's block, which will stand at the end of `params`; tables go there before it. `addresses`: the byte
        address of the first element of each of the step's inputs, then of its outputs."""
        return [*addresses, *self.sizes]


def byte_strides(view: View) -> list[int]:
    """The view's strides in bytes."""
    size = item_bytes(view.dtype)
    return [stride * size for stride in view.strides]


def push_field(f: WasmFunction, record: int, index: int) -> None:
    """Push word `index` of what the local `record` points to."""
    f.local_get(record)
    f.load('i32.load', 4 * index)


def push_word(f: WasmFunction, index: int) -> None:
    """Push word `index` of the params block."""
    push_field(f, PARAMS, index)


def field_local(f: WasmFunction, record: int, index: int) -> int:
    """A new local that holds word `index` of what the local `record` points to."""
    made = f.local('i32')
    push_field(f, record, index)
    f.local_set(made)
    return made


def word_local(f: WasmFunction, index: int) -> int:
    """A new local that holds word `index` of the params block."""
    return field_local(f, PARAMS, index)


def table_local(f: WasmFunction, index: int) -> int:
    """A new local with the address of what is as far from the params block as its word `index` says."""
    made = f.local('i32')
    f.local_get(PARAMS)
    push_word(f, index)
    f.op('i32.add')
    f.local_set(made)
    return made
