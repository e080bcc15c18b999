"""Programs of which a device computes what it can, and WASM (else plain loops) the rest, with visible transfers.

A backend for a device says which steps it refuses and gives a DeviceProgram for the others; everything else is here."""

from __future__ import annotations

from typing import Any

from alula.backends.base import Backend, Executable
from alula.backends.script.run_step import run_step
from alula.backends.steps import StepBackend
from alula.backends.wasm.backend import WasmBackend
from alula.errors import AlulaError, BackendError, HostFeatureError
from alula.host.arrays import TypedArray, copy_of
from alula.host.clock import now_ms
from alula.host.table import Table
from alula.kernels.kernel import Step
from alula.kernels.view import Buffer, View, dense
from alula.plan.planner import laid_out
from alula.plan.program import Program


class DeviceProgram:
    """The steps of a Program that a device computes, over buffers of its own. Made by `DeviceBackend.prepared`."""

    def begin(self) -> None:
        """A run begins: what is written and read next is what buffers hold before the first step."""

    def write(self, buffer: Buffer, values: TypedArray) -> None:
        """Store all elements of a buffer. BackendError if the device can't hold one of them exactly."""

    def run(self, begin: int, end: int) -> None:
        """Have the steps from `begin` to `end` (excluded) computed, after what was asked for before. Doesn't wait."""

    async def read(self, buffers: list[Buffer]) -> list[TypedArray]:
        """The elements of each buffer, arrays of their own, once everything asked for is computed: one round trip.
        BackendError where the device was lost."""
        return []

    async def ready(self) -> None:
        """Wait for what the device still compiles. BackendError where it refuses something."""

    def release(self) -> None:
        """Give back what only this program uses."""


class DeviceBackend(Backend):
    """A backend whose device may refuse steps."""

    def __init__(self, label: str) -> None:
        super().__init__(label)
        self.multiplied = ['float16']
        self.verdict: Any = None  # the self-test, which goes on while a model is planned: '' or what is wrong
        self.host: Any = None  # the backend for what the device refuses, once there is such a step

    def refusal(self, step: Step) -> str:
        """Why the device can't compute the step; '' if it can."""
        return ''

    async def prepared(self, program: Program, refusals: list[str]) -> DeviceProgram:
        """The steps without a refusal on the device, which may go on compiling (`DeviceProgram.ready`)."""
        return DeviceProgram()

    async def compile(self, program: Program) -> Executable:
        refusals = [self.refusal(step) for step in program.steps]
        parts: list[Part] = []
        begin = 0
        while begin < len(refusals):
            end = begin
            while end < len(refusals) and (refusals[end] == '') == (refusals[begin] == ''):
                end += 1
            parts.append(Part(begin, end))
            if refusals[begin] != '':
                await self._give_to_host(parts[len(parts) - 1], program)
            begin = end
        return PlacedExecutable(program, self, await self.prepared(program, refusals), parts, refusals)

    async def _give_to_host(self, part: Part, program: Program) -> None:
        """Compile the steps of the part for the host, as a Program that takes what was written before it and gives
        what is read after it."""
        if self.host is None:
            self.host = WasmBackend()
            try:
                await self.host.open()
            except AlulaError:
                self.host = StepBackend('script', run_step)
        steps = program.steps[part.begin : part.end]
        inputs = _touched([program.inputs.values_list(), *[_views(step) for step in program.steps[: part.begin]]])
        outputs = _touched([program.outputs.values_list(), *[_views(step) for step in program.steps[part.end :]]])
        for step in steps:
            # What the step writes may be part of a buffer whose rest is there already.
            for view in _views(step):
                label = view.buffer.label
                if inputs.has(label):
                    part.taken.put(label, view.buffer)
            for view in step.outputs:
                if outputs.has(view.buffer.label):
                    part.given.put(view.buffer.label, view.buffer)
        part.executable = await self.host.compile(laid_out(steps, _whole(part.taken), _whole(part.given), self.host))

    def release(self) -> None:
        if self.host is not None:
            self.host.release()
            self.host = None


class Part:
    """Neighbouring steps in one place: on the device, or (with an executable) on the host, which is given the buffers
    `taken` before and of which the device gets `given` after."""

    def __init__(self, begin: int, end: int) -> None:
        self.begin = begin
        self.end = end
        self.taken: Table[str, Buffer] = Table()
        self.given: Table[str, Buffer] = Table()
        self.executable: Any = None


class PlacedExecutable(Executable):
    """A Program on a device, with parts on the host. `refusals`: why a step is not on the device. `is_proof`: it is the
    self-test, which waits for no verdict."""

    def __init__(
        self, program: Program, backend: DeviceBackend, device: DeviceProgram, parts: list[Part], refusals: list[str]
    ) -> None:
        super().__init__(program)
        self.backend = backend
        self.label = backend.label
        self.is_proof = False
        self.is_ready = False
        self.turn: Any = None  # a promise of the run that began last
        self.device = device
        self.parts = parts
        self.refusals = refusals

    def run(self, feeds: Table[str, TypedArray]) -> Table[str, TypedArray]:
        raise HostFeatureError('A synchronous run', 'await run()')

    async def _ready(self) -> None:
        """Wait until the device has compiled the program and proved that it computes rightly."""
        if not self.is_ready:
            verdict = '' if self.is_proof or self.backend.verdict is None else await self.backend.verdict
            if verdict != '':
                raise BackendError(self.label, verdict)
            await self.device.ready()
            self.is_ready = True

    async def run_async(self, feeds: Table[str, TypedArray]) -> Table[str, TypedArray]:
        # Runs take turns: one that began while another waits for the device would overwrite what that has yet to read.
        self.turn = self._after(self.turn, feeds)
        results: Table[str, TypedArray] = await self.turn
        return results

    async def _after(self, turn: Any, feeds: Table[str, TypedArray]) -> Table[str, TypedArray]:
        try:
            if turn is not None:
                await turn
        except AlulaError:
            pass  # told to whose turn it was
        return await self._run(feeds)

    async def _run(self, feeds: Table[str, TypedArray]) -> Table[str, TypedArray]:
        await self._ready()
        self.device.begin()
        self._feed(feeds)
        for part in self.parts:
            await self._run_part(part)
        results: Table[str, TypedArray] = Table()
        computed: Table[str, Buffer] = Table()
        for name in self.program.outputs.keys_list():
            buffer = self.program.outputs.at(name).buffer
            if buffer.is_constant:
                results.put(name, copy_of(buffer.values()))
            else:
                computed.put(name, buffer)
        await self._read(computed, results)
        return results

    async def step_times(self, feeds: Table[str, TypedArray], runs: int) -> list[list[float]]:
        await self._ready()
        times: list[list[float]] = [[] for _ in self.program.steps]
        for _ in range(runs):
            self._feed(feeds)
            await self.device.read([])
            for i in range(len(times)):
                part = self._part_of(i)
                start = now_ms()
                if part.executable is None:
                    self.device.run(i, i + 1)
                elif i == part.begin:
                    # The host's steps share what their part takes: all of it is counted here.
                    await self._run_part(part)
                await self.device.read([])
                times[i].append(now_ms() - start)
        return times

    async def _run_part(self, part: Part) -> None:
        if part.executable is None:
            self.device.run(part.begin, part.end)
            return
        feeds: Table[str, TypedArray] = Table()
        await self._read(part.taken, feeds)
        results = part.executable.run(feeds)
        for label in part.given.keys_list():
            self.device.write(part.given.at(label), results.at(label))

    async def _read(self, buffers: Table[str, Buffer], arrays: Table[str, TypedArray]) -> None:
        """Put the elements of the buffers into `arrays`, under the same names."""
        if buffers.count() > 0:
            read = await self.device.read(buffers.values_list())
            for i, name in enumerate(buffers.keys_list()):
                arrays.put(name, read[i])

    def write(self, buffer: Buffer, values: TypedArray) -> None:
        self.device.write(buffer, values)

    def place_of(self, index: int) -> str:
        part = self._part_of(index)
        place: str = self.label if part.executable is None else part.executable.place_of(index - part.begin)
        return place

    def code_of(self, index: int) -> str:
        part = self._part_of(index)
        kind = self.program.steps[index].kernel.kind
        code: str = kind if part.executable is None else part.executable.code_of(index - part.begin)
        return code

    def _part_of(self, index: int) -> Part:
        return [part for part in self.parts if part.begin <= index < part.end][0]

    def notes(self) -> list[str]:
        return [
            f'{step.origin}: on {self.place_of(i)}, not on {self.label}: {self.refusals[i]}'
            for i, step in enumerate(self.program.steps)
            if self.refusals[i] != ''
        ]

    def release(self) -> None:
        for part in self.parts:
            if part.executable is not None:
                part.executable.release()
        self.device.release()


def _views(step: Step) -> list[View]:
    return [*step.inputs, *step.outputs]


def _touched(moments: list[list[View]]) -> Table[str, Buffer]:
    """The buffers in the arena that the views name."""
    found: Table[str, Buffer] = Table()
    for views in moments:
        for view in views:
            if not view.buffer.is_constant:
                found.put(view.buffer.label, view.buffer)
    return found


def _whole(buffers: Table[str, Buffer]) -> Table[str, View]:
    """A view of all of each buffer."""
    views: Table[str, View] = Table()
    for label in buffers.keys_list():
        buffer = buffers.at(label)
        views.put(label, dense(buffer, [buffer.size]))
    return views
