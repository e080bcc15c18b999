"""What every backend offers: the interface between Programs and the machines that run them."""

from __future__ import annotations

from typing import Any

from alula.dtypes import item_bytes
from alula.host.arrays import TypedArray, copy_of
from alula.host.clock import now_ms
from alula.host.entropy import any_i32
from alula.host.table import Table
from alula.kernels.kernel import Step
from alula.kernels.view import Buffer
from alula.plan.memory import ALIGNMENT
from alula.plan.program import Program
from alula.random_numbers import uniform


class Backend:
    """One way to run Programs. A session owns its backend object; `release` ends both.

    `label` is the name users know ('wasm', 'numpy', 'script', …).
    """

    def __init__(self, label: str) -> None:
        self.label = label
        self.alignment = ALIGNMENT  # bytes; where buffers may begin in the arena of a Program
        self.multiplied: list[str] = []  # the floats narrower than float32 whose products it computes as they are
        # Whether the caller named it. One that works but is slow here (a graphics device in software) opens only then.
        self.was_asked_for = False

    async def open(self) -> None:
        """Get ready (device, memory). Raises BackendError with the reason where this host can't."""

    def legalised(self, steps: list[Step], plan: Any) -> list[Step]:
        """The steps as this backend runs them best: equal results, other kernels, views or packed constants.

        Called after fusion, before memory is planned. `plan` (alula.plan.builder.Builder) makes
        buffers and folds constants.
        """
        return steps

    def item_bytes(self, dtype: str) -> int:
        """What an element takes in the arena of a Program."""
        return item_bytes(dtype)

    async def compile(self, program: Program) -> Executable:
        """All code made and constants in place, so that `run` only computes."""
        return Executable(program)

    def memory_bytes(self) -> int:
        """Bytes that this backend holds for constants and arenas."""
        return 0

    def release(self) -> None:
        """Give everything back."""


class Executable:
    """A compiled Program. A backend says how to `write`, to compute (each `step`, or `run_steps`) and to read
    (`array_of`)."""

    def __init__(self, program: Program) -> None:
        self.program = program

    def run(self, feeds: Table[str, TypedArray]) -> Table[str, TypedArray]:
        """Feeds: name to typed array (alula.host.arrays), row-major, of the program's input size. Gives each output's
        name with a typed array of its own (a copy: the next run doesn't change it)."""
        self._feed(feeds)
        self.run_steps()
        results: Table[str, TypedArray] = Table()
        outputs = self.program.outputs
        for name in outputs.keys_list():
            results.put(name, copy_of(self.array_of(outputs.at(name).buffer)))
        return results

    async def run_async(self, feeds: Table[str, TypedArray]) -> Table[str, TypedArray]:
        """`run` for backends that must wait for a device; the others just run."""
        return self.run(feeds)

    async def step_times(self, feeds: Table[str, TypedArray], runs: int) -> list[list[float]]:
        """For each step of the program the milliseconds that it took in each of `runs` runs."""
        times: list[list[float]] = [[] for _ in self.program.steps]
        for _ in range(runs):
            self._feed(feeds)
            last = now_ms()
            for i in range(len(times)):
                self.step(i)
                now = now_ms()
                times[i].append(now - last)
                last = now
        return times

    def _feed(self, feeds: Table[str, TypedArray]) -> None:
        inputs = self.program.inputs
        for name in inputs.keys_list():
            buffer = inputs.at(name).buffer
            self.write(buffer, feeds.at(name) if feeds.has(name) else uniform(buffer.size, any_i32()))

    def write(self, buffer: Buffer, values: TypedArray) -> None:
        """Store all elements of a buffer."""

    def array_of(self, buffer: Buffer) -> TypedArray:
        """The elements of a buffer, which the next run may change."""
        return buffer.values()  # type: ignore[no-any-return]

    def step(self, index: int) -> None:
        """Compute step `index` of the program."""

    def run_steps(self) -> None:
        """Compute all steps."""
        for i in range(len(self.program.steps)):
            self.step(i)

    def place_of(self, index: int) -> str:
        """The label of the backend that computes step `index` of the program."""
        return 'script'

    def code_of(self, index: int) -> str:
        """What computes step `index` of the program, by the backend's own name for it; 'script' for plain loops."""
        return ''

    def notes(self) -> list[str]:
        """What a user should know of how this program runs, for `session.report()`."""
        return []

    def release(self) -> None:
        """Give back what only this program uses."""
