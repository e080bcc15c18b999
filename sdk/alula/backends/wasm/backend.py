"""The WebAssembly backend: Programs compiled to functions that the SDK emits itself, over one linear memory.

Which kernel computes a step: choose.py; what a kernel is: kernel.py."""

from __future__ import annotations

from typing import Any

from alula.backends.base import Backend, Executable
from alula.backends.timing import StepTimes
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
from alula.host.arrays import TypedArray, copy_of
from alula.host.table import Table
from alula.host.wasm import is_available
from alula.kernels.kernel import Step
from alula.kernels.view import Buffer, View
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
        self.program = program
        self.plans = plans
        self.fallbacks = [step for i, step in enumerate(program.steps) if plans[i] is None]
        self.regions = constants.regions
        self.constants = constants
        self.held = held
        self.arena = self.regions.take_zeroed(program.arena_bytes)
        self.places: Table[str, int] = Table()
        for constant in held:
            self.places.put(constant.buffer.label, constant.region.address)
        for label in program.offsets.keys_list():
            self.places.put(label, self.arena.address + program.offsets.at(label))
        self.calls = Calls(constants.functions, program.steps, plans, self.places)

    def run(self, feeds: Table[str, TypedArray]) -> Table[str, TypedArray]:
        data = self.regions.bytes()
        self._feed(data, feeds)
        self.calls.run_all()
        results: Table[str, TypedArray] = Table()
        for name in self.program.outputs.keys_list():
            results.put(name, self._result(data, self.program.outputs.at(name).buffer))
        return results

    def _feed(self, data: TypedArray, feeds: Table[str, TypedArray]) -> None:
        for name in self.program.inputs.keys_list():
            view: View = self.program.inputs.at(name)
            if view.buffer.size > 0 and self.places.has(view.buffer.label):
                write_elements(data, view.dtype, self.places.at(view.buffer.label), feeds.at(name))

    def _result(self, data: TypedArray, buffer: Buffer) -> TypedArray:
        if buffer.is_constant:
            return copy_of(buffer.values())
        return copy_of(read_elements(data, buffer.dtype, self.places.at(buffer.label), buffer.size))

    async def step_times(self, feeds: Table[str, TypedArray], runs: int) -> list[list[float]]:
        times = StepTimes(len(self.plans))
        for _ in range(runs):
            self._feed(self.regions.bytes(), feeds)
            times.begin()
            for i in range(len(self.plans)):
                self.calls.run(i)
                times.done(i)
        return times.samples

    def code_of(self, index: int) -> str:
        plan = self.plans[index]
        return 'script' if plan is None else plan.label

    def notes(self) -> list[str]:
        return [f'{step.origin}: no WebAssembly for {step.kernel.key()}, run by plain loops' for step in self.fallbacks]

    def backend_of(self, step: Step, label: str) -> str:
        return 'script' if step in self.fallbacks else label

    def release(self) -> None:
        for constant in self.held:
            self.constants.drop(constant)
        self.calls.release()
        self.regions.give(self.arena)
