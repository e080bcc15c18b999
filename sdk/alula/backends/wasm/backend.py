"""The WebAssembly backend: Programs compiled to functions that the SDK emits itself, over one linear memory.

Which function computes a step: choose.py; what a generator of functions is: kernel.py."""

from __future__ import annotations

from typing import Any

from alula.backends.base import Backend, Executable
from alula.backends.timing import StepTimes
from alula.backends.wasm.assembler import Assembler
from alula.backends.wasm.choose import chosen
from alula.backends.wasm.constant_pool import ConstantPool
from alula.backends.wasm.constants import HeldConstant, HeldConstants
from alula.backends.wasm.fallback import FallbackCall, read_elements, write_elements
from alula.backends.wasm.features import probed_features
from alula.backends.wasm.kernel import Features, Generator, prepared
from alula.backends.wasm.legalise import legalised
from alula.backends.wasm.regions import POOL_ADDRESS, POOL_WORDS, Region, Regions
from alula.dtypes import item_bytes
from alula.errors import BackendError, HostFeatureError
from alula.host.arrays import TypedArray, copy_of, put, to_i32, typed_over
from alula.host.table import Table
from alula.host.wasm import function_of, instantiate, is_available
from alula.kernels.kernel import Step
from alula.kernels.view import Buffer, View
from alula.plan.memory import ALIGNMENT
from alula.plan.program import Program

# V8 swaps optimised code in between calls only: no call of a kernel should take longer than about 0.1 ms.
OPERATIONS_PER_CALL = 5000000


class KernelCall:
    """One call of a kernel function: items [begin, end) of a step."""

    def __init__(self, function_: Any, params: int, begin: int, end: int) -> None:
        self.function = function_
        self.params = params
        self.begin = begin
        self.end = end

    def run(self) -> None:
        self.function(self.params, self.begin, self.end)


class WasmBackend(Backend):
    """One linear memory, and the functions emitted so far by what they compute."""

    def __init__(self) -> None:
        super().__init__('wasm')
        self.regions: Any = None
        self.features = Features(False, False)
        self.functions: Table[str, Any] = Table()
        self.pool = ConstantPool(POOL_ADDRESS, POOL_WORDS)
        self.constants: Any = None

    async def open(self) -> None:
        if not is_available():
            raise BackendError('wasm', 'this host has no WebAssembly')
        self.features = probed_features()
        if not self.features.simd:
            raise BackendError('wasm', "this host's WebAssembly has no vector instructions")
        self.regions = Regions()
        self.constants = HeldConstants(self.regions)

    def legalised(self, steps: list[Step], plan: Any) -> list[Step]:
        return legalised(steps, plan, self.features)

    async def compile(self, program: Program) -> Executable:
        making = self.constants.to_make(program.constants, lambda step: chosen(step, self.features) is not None)
        steps: list[Step] = []
        for buffer in making:
            steps.extend(buffer.recipe)
        steps.extend(program.steps)
        await self._emit_missing(steps, [chosen(step, self.features) for step in steps])
        made = self._make_constants(making)
        compiled = WasmExecutable(program, self)
        compiled.place([chosen(step, self.features) for step in program.steps])
        for constant in made:
            self.constants.drop(constant)
        for step in steps:
            step.prepared = None
        return compiled

    async def _emit_missing(self, steps: list[Step], choices: list[Generator | None]) -> None:
        """Emit the functions that no earlier step needed, in one module."""
        assembler = Assembler(self.pool)
        fresh: list[str] = []
        names: Table[str, str] = Table()
        for i in range(len(steps)):
            generator = choices[i]
            if generator is None:
                continue
            key = code_key(generator, steps[i])
            if self.functions.has(key) or names.has(key):
                continue
            names.put(key, f'k{len(fresh)}')
            fresh.append(key)
            assembler.export(names.at(key), generator.emit(assembler, steps[i], self.features))
        if len(fresh) == 0:
            return
        try:
            made = await instantiate(assembler.to_bytes(), self.regions.memory)
        except HostFeatureError as error:
            raise BackendError('wasm', error.message) from error
        self.pool.write(self.regions.bytes())
        for key in fresh:
            self.functions.put(key, function_of(made, names.at(key)))

    def _make_constants(self, buffers: list[Buffer]) -> list[HeldConstant]:
        """Run the recipes in the memory; the results are held until the program holds them itself."""
        made: list[HeldConstant] = []
        for buffer in buffers:
            constant = self.constants.reserve(buffer)
            constant.users += 1
            made.append(constant)
            recipe = WasmExecutable(Program(buffer.recipe, Table(), Table(), [], Table(), 0), self)
            recipe.place([chosen(step, self.features) for step in buffer.recipe])
            recipe.call_all()
            recipe.release()
        return made

    def memory_bytes(self) -> int:
        return 0 if self.regions is None else self.regions.end

    def release(self) -> None:
        self.regions = None
        self.functions = Table()
        self.constants = None


def code_key(generator: Generator, step: Step) -> str:
    notes = prepared(step)
    if notes.key == '':
        notes.key = generator.label + ' ' + generator.code_key(step)
    return notes.key


class WasmExecutable(Executable):
    """A Program with its arena, parameter blocks and calls."""

    def __init__(self, program: Program, backend: WasmBackend) -> None:
        self.program = program
        self.backend = backend
        self.regions: Regions = backend.regions
        self.taken: list[Region] = []
        self.addresses: Table[str, int] = Table()
        self.held: list[HeldConstant] = []
        self.calls: list[KernelCall | FallbackCall] = []
        # For each step what computes it, and how many calls there are up to its end.
        self.codes: list[str] = []
        self.ends: list[int] = []
        self.fallbacks: list[Step] = []

    def place(self, choices: list[Generator | None]) -> None:
        """Lay out memory, write constants and parameter blocks, list the calls."""
        steps = self.program.steps
        arena = self._take(self.program.arena_bytes)
        for label in self.program.offsets.keys_list():
            self.addresses.put(label, arena + self.program.offsets.at(label))
        scratch = 0
        for i in range(len(steps)):
            generator = choices[i]
            if generator is not None:
                scratch = max(scratch, generator.scratch_bytes(steps[i]))
                for views in [steps[i].inputs, steps[i].outputs]:
                    for view in views:
                        self._hold(view.buffer)
        self._place_calls(choices, self._take(scratch))

    def _take(self, size: int) -> int:
        region = self.regions.take(max(size, ALIGNMENT))
        self.taken.append(region)
        return region.address

    def _hold(self, buffer: Buffer) -> None:
        if buffer.is_constant and not self.addresses.has(buffer.label):
            constant = self.backend.constants.hold(buffer)
            self.addresses.put(buffer.label, constant.region.address)
            self.held.append(constant)

    def _place_calls(self, choices: list[Generator | None], scratch: int) -> None:
        steps = self.program.steps
        blocks: list[list[int]] = []
        tables: list[TypedArray | None] = []
        size = 0
        for i in range(len(steps)):
            generator = choices[i]
            block: list[int] = []
            table: TypedArray | None = None
            if generator is not None and generator.items(steps[i]) > 0:
                block = generator.params(steps[i], self._step_addresses(steps[i], scratch))
                table = generator.table(steps[i])
            blocks.append(block)
            tables.append(table)
            size += 4 * (len(block) + (0 if table is None else len(table)))
        at = self._take(size)
        data = self.regions.bytes()
        for i in range(len(steps)):
            generator = choices[i]
            if generator is None:
                self.calls.append(FallbackCall(steps[i], self.regions, self.addresses))
                self.fallbacks.append(steps[i])
            else:
                self._split(steps[i], generator, at)
                at = self._write_block(data, at, blocks[i], tables[i])
            self.codes.append('script' if generator is None else generator.label)
            self.ends.append(len(self.calls))

    def _write_block(self, data: TypedArray, at: int, words: list[int], table: TypedArray | None) -> int:
        """Store a parameter block; returns the address behind it."""
        block = typed_over('int32', data, at, len(words))
        for i in range(len(words)):
            block[i] = to_i32(words[i])
        end = at + 4 * len(words)
        if table is None:
            return end
        put(typed_over('int32', data, end, len(table)), table, 0)
        return end + 4 * len(table)

    def _step_addresses(self, step: Step, scratch: int) -> list[int]:
        found: list[int] = []
        for views in [step.inputs, step.outputs]:
            for view in views:
                found.append(self.addresses.at(view.buffer.label) + view.offset * item_bytes(view.dtype))
        found.append(scratch)
        return found

    def _split(self, step: Step, generator: Generator, params: int) -> None:
        """The calls of one step, none too long."""
        function_ = self.backend.functions.at(code_key(generator, step))
        items = generator.items(step)
        share = max(1, OPERATIONS_PER_CALL // max(1, generator.item_cost(step)))
        begin = 0
        while begin < items:
            end = min(items, begin + share)
            self.calls.append(KernelCall(function_, params, begin, end))
            begin = end

    def _feed(self, data: TypedArray, feeds: Table[str, TypedArray]) -> None:
        for name in self.program.inputs.keys_list():
            view: View = self.program.inputs.at(name)
            if view.buffer.size > 0 and self.addresses.has(view.buffer.label):
                write_elements(data, view.dtype, self.addresses.at(view.buffer.label), feeds.at(name))

    def run(self, feeds: Table[str, TypedArray]) -> Table[str, TypedArray]:
        program = self.program
        data = self.regions.bytes()
        self._feed(data, feeds)
        self.call_all()
        results: Table[str, TypedArray] = Table()
        for name in program.outputs.keys_list():
            results.put(name, self._result(data, program.outputs.at(name).buffer))
        return results

    def call_all(self) -> None:
        """Compute every step, from what stands in the memory."""
        for call in self.calls:
            call.run()

    async def step_times(self, feeds: Table[str, TypedArray], runs: int) -> list[list[float]]:
        times = StepTimes(len(self.ends))
        for _ in range(runs):
            self._feed(self.regions.bytes(), feeds)
            times.begin()
            at = 0
            for i in range(len(self.ends)):
                while at < self.ends[i]:
                    self.calls[at].run()
                    at += 1
                times.done(i)
        return times.samples

    def code_of(self, index: int) -> str:
        return self.codes[index]

    def _result(self, data: TypedArray, buffer: Buffer) -> TypedArray:
        if buffer.is_constant:
            return copy_of(buffer.values())
        address = self.addresses.at(buffer.label)
        return copy_of(read_elements(data, buffer.dtype, address, buffer.size))

    def notes(self) -> list[str]:
        return [f'{step.origin}: no WebAssembly for {step.kernel.key()}, run by plain loops' for step in self.fallbacks]

    def backend_of(self, step: Step, label: str) -> str:
        return 'script' if step in self.fallbacks else label

    def release(self) -> None:
        for constant in self.held:
            self.backend.constants.drop(constant)
        for region in self.taken:
            self.regions.give(region)
        self.held = []
        self.taken = []
        self.calls = []
