"""What a kernel generator is: the interface between the backend and the files that emit code for steps.

Every kernel function has the signature (params: i32, begin: i32, end: i32). `params` is the address of the step's block
of 32-bit words (addresses, counts, strides in bytes); [begin, end) is a range of its work items, each of which can be
done alone: the backend cuts a step into calls that are short enough for the engine to swap in optimised code between
them, and may spread them over threads.
"""

from __future__ import annotations

from typing import Any

from alula.backends.wasm.assembler import Assembler, WasmFunction
from alula.dtypes import item_bytes
from alula.host.arrays import TypedArray
from alula.kernels.kernel import Step
from alula.kernels.view import View

KERNEL_PARAMS = ['i32', 'i32', 'i32']
PARAMS = 0
BEGIN = 1
END = 2


class Features:
    """What this host's WebAssembly can do."""

    def __init__(self, simd: bool, relaxed: bool) -> None:
        self.simd = simd
        self.relaxed = relaxed


class Prepared:
    """What is known of a step while it is compiled: the generator chosen for it (None: none can), its code key, and the
    plan that the generator `owner` made of it."""

    def __init__(self) -> None:
        self.is_chosen: bool = False
        self.generator: Generator | None = None
        self.key = ''
        self.owner: Generator | None = None
        self.plan: Any = None


def prepared(step: Step) -> Prepared:
    """The step's notes, begun if there are none."""
    if step.prepared is None:
        step.prepared = Prepared()
    found: Prepared = step.prepared
    return found


class Generator:
    """One way to compute some steps. `choose.py` asks them in order; the first that `matches` emits the step's code."""

    def __init__(self, label: str) -> None:
        self.label = label

    def plan(self, step: Step) -> Any:
        """What the other methods need to know of the step: made once, by `planned`."""
        raise NotImplementedError('plan')

    def planned(self, step: Step) -> Any:
        """This generator's plan of the step."""
        notes = prepared(step)
        if notes.owner is not self:
            notes.plan = self.plan(step)
            notes.owner = self
        return notes.plan

    def matches(self, step: Step, features: Features) -> bool:
        raise NotImplementedError('matches')

    def code_key(self, step: Step) -> str:
        """Everything that `emit` reads of the step: steps with equal keys share one function."""
        raise NotImplementedError('code_key')

    def emit(self, assembler: Assembler, step: Step, features: Features) -> WasmFunction:
        """A function with parameters KERNEL_PARAMS and no result."""
        raise NotImplementedError('emit')

    def params(self, step: Step, addresses: list[int]) -> list[int]:
        """The words (32-bit) of the step's block. `addresses`: the byte address of the first element of each of the
        step's inputs, then of its outputs, then of its scratch."""
        raise NotImplementedError('params')

    def table(self, step: Step) -> TypedArray | None:
        """An int32 array that follows the words in memory: what is too long for a list."""
        return None

    def scratch_bytes(self, step: Step) -> int:
        """Bytes of memory that the step uses while it runs; their contents at its begin are anything."""
        return 0

    def items(self, step: Step) -> int:
        """How many work items the step has; 0 if there is nothing to do."""
        raise NotImplementedError('items')

    def item_cost(self, step: Step) -> int:
        """Roughly how many floating-point operations (or instructions of that weight) one item takes; at least 1."""
        raise NotImplementedError('item_cost')


def byte_strides(view: View) -> list[int]:
    """The view's strides in bytes."""
    size = item_bytes(view.dtype)
    return [stride * size for stride in view.strides]


def kernel_function(assembler: Assembler) -> WasmFunction:
    """An empty function of the kernels' signature."""
    return assembler.function(KERNEL_PARAMS, [])


def push_word(f: WasmFunction, index: int) -> None:
    """Push word `index` of the params block."""
    f.local_get(PARAMS)
    f.load('i32.load', 4 * index)


def word_local(f: WasmFunction, index: int) -> int:
    """A new local that holds word `index` of the params block."""
    made = f.local('i32')
    push_word(f, index)
    f.local_set(made)
    return made
