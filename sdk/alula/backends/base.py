"""What every backend offers: the interface between Programs and the machines that run them."""

from __future__ import annotations

from typing import Any

from alula.errors import BackendError
from alula.host.arrays import TypedArray
from alula.host.table import Table
from alula.kernels.kernel import Step
from alula.plan.program import Program


class Backend:
    """One way to run Programs. A session owns its backend object; `release` ends both.

    `label` is the name users know ('wasm', 'numpy', 'script', …).
    """

    def __init__(self, label: str) -> None:
        self.label = label

    async def open(self) -> None:
        """Get ready (device, memory). Raises BackendError with the reason where this host can't."""

    def legalised(self, steps: list[Step], plan: Any) -> list[Step]:
        """The steps as this backend runs them best: equal results, other kernels, views or packed constants.

        Called after fusion, before memory is planned. `plan` (alula.plan.builder.Builder) makes
        buffers and folds constants.
        """
        return steps

    async def compile(self, program: Program) -> Executable:
        """All code made and constants in place, so that `run` only computes."""
        raise BackendError(self.label, 'it compiles nothing')

    def memory_bytes(self) -> int:
        """Bytes that this backend holds for constants and arenas."""
        return 0

    def release(self) -> None:
        """Give everything back."""


class Executable:
    """A compiled Program."""

    def run(self, feeds: Table[str, TypedArray]) -> Table[str, TypedArray]:
        """Feeds: name to typed array (alula.host.arrays), row-major, of the program's input size. Gives each output's
        name with a typed array of its own (a copy: the next run doesn't change it)."""
        raise BackendError('', 'it computes asynchronously: use `run`, not `run_sync`')

    async def run_async(self, feeds: Table[str, TypedArray]) -> Table[str, TypedArray]:
        """`run` for backends that must wait for a device; the others just run."""
        return self.run(feeds)

    async def step_times(self, feeds: Table[str, TypedArray], runs: int) -> list[list[float]]:
        """For each step of the program the milliseconds that it took in each of `runs` runs."""
        raise BackendError('', 'it cannot tell how long its kernels take')

    def code_of(self, index: int) -> str:
        """What computes step `index` of the program, by the backend's own name for it."""
        return ''

    def notes(self) -> list[str]:
        """What a user should know of how this program runs, for `session.report()`."""
        return []

    def backend_of(self, step: Step, label: str) -> str:
        """The backend that runs a step, where not all run on the one called `label`."""
        return label

    def release(self) -> None:
        """Give back what only this program uses."""
