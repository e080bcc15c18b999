"""What all parts of a session share: the model with its constants, and the backend that computes."""

from __future__ import annotations

from typing import Any

from alula.backends.base import Backend, Executable
from alula.backends.reference import run_step
from alula.backends.select import Selection
from alula.errors import BackendError, PlacementError
from alula.graph.graph import Model
from alula.plan.constants import Constants
from alula.plan.program import Program


class Engine:
    """Compiles for the first backend that can, and moves all parts on to the next if it gives up. `is_strict`: that it
    leaves a step to another is an error."""

    def __init__(self, model: Model, selection: Selection, backend: Backend, is_strict: bool) -> None:
        self.model = model
        self.selection = selection
        self.backend = backend
        self.is_strict: bool = is_strict
        self.constants = Constants(run_step)
        # All that runs, in order: Parts, and HostNodes, which have no plans (alula.routine).
        self.parts: list[Any] = []

    async def compile(self, program: Program) -> Executable:
        """PlacementError where the session is strict; BackendError."""
        executable = await self.backend.compile(program)
        label = self.backend.label
        if self.is_strict and any(executable.place_of(i) != label for i in range(len(program.steps))):
            executable.release()
            raise PlacementError(label, executable.notes())
        return executable

    async def fall_back(self, error: BackendError) -> None:
        """The next backend takes over. BackendUnavailableError if there is none."""
        self.selection.tried.append(f'{self.backend.label}: {error.message}')
        self.let_go()
        self.backend = await self.selection.next()

    def release(self) -> None:
        """Let go of the backend and of all constants."""
        self.let_go()
        self.constants = Constants(run_step)

    def let_go(self) -> None:
        """Give back all that the backend holds."""
        for part in self.parts:
            part.release()
        self.backend.release()
