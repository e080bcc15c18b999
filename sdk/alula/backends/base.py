"""What every backend offers: the interface between Programs and the machines that run them."""

from __future__ import annotations

from typing import Any

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

        Called after fusion, before memory is planned. `plan` (alula.plan.lower.Lowering) makes buffers and folds constants.
        """
        return steps

    async def compile(self, program: Program) -> Executable:
        """All code made and constants in place, so that `run` only computes."""
        raise NotImplementedError('compile')

    def memory_bytes(self) -> int:
        """Bytes that this backend holds for constants and arenas."""
        return 0

    def release(self) -> None:
        """Give everything back."""


class Executable:
    """A compiled Program."""

    def run(self, feeds: Table) -> Table:
        """Feeds: name to typed array (alula.host.arrays), row-major, of the program's input size. Gives each output's
        name with a typed array of its own (a copy: the next run doesn't change it). Backends that are asynchronous
        give a promise of it instead: callers use `await` (alula.host.tasks.settled)."""
        raise NotImplementedError('run')

    def release(self) -> None:
        """Give back what only this program uses."""
