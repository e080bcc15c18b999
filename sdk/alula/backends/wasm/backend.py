"""The WebAssembly backend: Programs compiled to functions that the SDK emits itself, over one linear memory.

Which kernel computes a step: choose.py; what a kernel is: kernel.py."""

from __future__ import annotations

from typing import Any

from alula.backends.base import Backend, Executable
from alula.backends.wasm.calls import Calls
from alula.backends.wasm.choose import plan_of
from alula.backends.wasm.constants import HeldConstant, HeldConstants, Recipe
from alula.backends.wasm.fallback import read_elements, write_elements
from alula.backends.wasm.features import probed_features
from alula.backends.wasm.functions import Functions
from alula.backends.wasm.kernel import Features, KernelPlan
from alula.backends.wasm.legalise import legalised
from alula.backends.wasm.regions import Region, Regions
from alula.errors import BackendError
from alula.host.arrays import TypedArray
from alula.host.table import Table
from alula.host.wasm import is_available
from alula.kernels.kernel import Step
from alula.kernels.view import Buffer
from alula.plan.program import Program


class WasmBackend(Backend):
    """One linear memory, with the constants and the functions that its programs share."""

    def __init__(self) -> None:
        super().__init__('wasm')
        self.features = Features(False, False)
        self.regions: Any = None
        self.functions: Any = None
        self.constants: Any = None

    async def open(self) -> None:
        if not is_available():
            raise BackendError('wasm', 'this host has no WebAssembly')
        self.features = probed_features()
        if not self.features.simd:
            raise BackendError('wasm', "this host's WebAssembly has no vector instructions")
        self.regions = Regions()
        self.functions = Functions(self.features, self.regions)
        self.constants = HeldConstants(self.regions, self.functions)

    def legalised(self, steps: list[Step], plan: Any) -> list[Step]:
        return legalised(steps, plan, self.features)

    async def compile(self, program: Program) -> Executable:
        plans = [plan_of(step) for step in program.steps]
        recipes: list[Recipe] = self.constants.recipes(program.constants)
        needed = [plan for plan in plans if plan is not None]
        for recipe in recipes:
            needed.extend(recipe.plans)
        await self.functions.make(needed)
        return WasmExecutable(program, plans, recipes, self)

    def memory_bytes(self) -> int:
        return 0 if self.regions is None else self.regions.end

    def release(self) -> None:
        self.regions = None
        self.functions = None
        self.constants = None


class WasmExecutable(Executable):
    """A Program with its arena and calls. `places`: the address of each buffer in the memory, by label."""

    def __init__(
        self, program: Program, plans: list[KernelPlan | None], recipes: list[Recipe], backend: WasmBackend
    ) -> None:
        super().__init__(program)
        self.plans = plans
        self.regions: Regions = backend.regions
        self.constants: HeldConstants = backend.constants
        self.held: list[HeldConstant] = self.constants.hold(self._constants_of_kernels(), recipes)
        self.arena: Region = self.regions.take_zeroed(program.arena_bytes)
        self.places: Table[str, int] = Table()
        for constant in self.held:
            self.places.put(constant.buffer.label, constant.region.address)
        for label in program.offsets.keys_list():
            self.places.put(label, self.arena.address + program.offsets.at(label))
        self.calls = Calls(backend.functions, self.regions)
        for i in range(len(plans)):
            self.calls.add(program.steps[i], plans[i], self.places)
        self.calls.place()

    def _constants_of_kernels(self) -> list[Buffer]:
        """What must stand in the memory: steps that are interpreted read their constants where they are."""
        found: Table[str, Buffer] = Table()
        for i in range(len(self.plans)):
            if self.plans[i] is not None:
                for view in self.program.steps[i].inputs:
                    if view.buffer.is_constant:
                        found.put(view.buffer.label, view.buffer)
        return found.values_list()

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
        self.held = []
