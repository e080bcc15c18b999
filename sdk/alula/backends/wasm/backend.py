"""The WebAssembly backend: Programs compiled to functions that the SDK emits itself, over one linear memory.

Which kernel computes a step: choose.py; what a kernel is: kernel.py."""

from __future__ import annotations

from typing import Any

from alula.backends.base import Backend, Executable
from alula.backends.wasm.calls import Calls
from alula.backends.wasm.choose import plan_of
from alula.backends.wasm.constants import HeldConstant, HeldConstants
from alula.backends.wasm.fallback import read_elements, write_elements
from alula.backends.wasm.features import BITSELECT, RELAXED_MADD, accepts
from alula.backends.wasm.functions import Functions
from alula.backends.wasm.kernel import KernelPlan
from alula.backends.wasm.legalise import legalised
from alula.backends.wasm.regions import Regions
from alula.env import env
from alula.errors import BackendError
from alula.host.arrays import TypedArray
from alula.host.table import Table
from alula.host.wasm import is_available
from alula.kernels.kernel import Step
from alula.kernels.view import Buffer
from alula.plan.program import Program


class WasmBackend(Backend):
    """`constants`: in the one linear memory, with the functions over it; its programs share them."""

    def __init__(self) -> None:
        super().__init__('wasm')
        self.constants: Any = None

    async def open(self) -> None:
        if not is_available():
            raise BackendError('wasm', 'this host has no WebAssembly')
        if not accepts(BITSELECT):
            raise BackendError('wasm', "this host's WebAssembly has no vector instructions")
        relaxed = env.wasm.relaxed_simd and accepts(RELAXED_MADD)
        self.constants = HeldConstants(Functions(relaxed, Regions()))

    def legalised(self, steps: list[Step], plan: Any) -> list[Step]:
        return legalised(steps, plan, self.constants.functions.relaxed)

    async def compile(self, program: Program) -> Executable:
        plans = [plan_of(step) for step in program.steps]
        # Steps that are interpreted read their constants where they are.
        read: Table[str, Buffer] = Table()
        for i, step in enumerate(program.steps):
            for view in step.inputs:
                if plans[i] is not None and view.buffer.is_constant:
                    read.put(view.buffer.label, view.buffer)
        missing: list[HeldConstant] = self.constants.missing(read.values_list())
        needed = plans[:]
        for constant in missing:
            needed.extend(constant.plans)
        await self.constants.functions.make(needed)
        return WasmExecutable(program, plans, self.constants, self.constants.hold(read.values_list(), missing))

    def memory_bytes(self) -> int:
        return 0 if self.constants is None else len(self.constants.regions.bytes())

    def release(self) -> None:
        self.constants = None


class WasmExecutable(Executable):
    """A Program with its arena and calls. `held`: its constants; `places`: the address of each buffer in the memory, by
    label."""

    def __init__(
        self, program: Program, plans: list[KernelPlan | None], constants: HeldConstants, held: list[HeldConstant]
    ) -> None:
        super().__init__(program)
        self.plans = plans
        self.regions = constants.regions
        self.constants = constants
        self.held = held
        self.arena = self.regions.take_zeroed(program.arena_bytes)
        self.places: Table[str, int] = Table()
        for constant in held:
            self.places.put(constant.buffer.label, constant.region.address)
        for label in program.offsets.keys_list():
            self.places.put(label, self.arena.address + program.offsets.at(label))
        self.calls = Calls(constants.functions, program.steps, plans, lambda step, label: self.places.at(label))

    def write(self, buffer: Buffer, values: TypedArray) -> None:
        write_elements(self.regions.bytes(), buffer.dtype, self.places.at(buffer.label), values)

    def array_of(self, buffer: Buffer) -> TypedArray:
        if buffer.is_constant:
            return buffer.values()  # type: ignore[no-any-return]
        return read_elements(self.regions.bytes(), buffer.dtype, self.places.at(buffer.label), buffer.size)

    def step(self, index: int) -> None:
        self.calls.run(index)

    def run_steps(self) -> None:
        self.calls.run_all()

    def place_of(self, index: int) -> str:
        return 'script' if self.plans[index] is None else 'wasm'

    def code_of(self, index: int) -> str:
        plan = self.plans[index]
        return 'script' if plan is None else plan.label

    def notes(self) -> list[str]:
        return [
            f'{step.origin}: no WebAssembly for {step.kernel.key()}, run by plain loops'
            for i, step in enumerate(self.program.steps)
            if self.plans[i] is None
        ]

    def release(self) -> None:
        for constant in self.held:
            self.constants.drop(constant)
        self.calls.release()
        self.regions.give(self.arena)
