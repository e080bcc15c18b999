"""The NumPy backend: Programs run step by step by the reference (CPython only)."""

from __future__ import annotations

from typing import Any

from alula.backends.base import Backend, Executable
from alula.backends.numpy.run_step import run_step
from alula.backends.steps import StepExecutable
from alula.plan.program import Program


class NumpyBackend(Backend):
    """Always available in CPython."""

    def __init__(self) -> None:
        super().__init__('numpy')
        self.held = 0

    async def compile(self, program: Program) -> Executable:
        self.held = max(self.held, program.arena_bytes)
        return StepExecutable(self.label, program, run_step)

    def memory_bytes(self) -> int:
        return self.held


def native_backend() -> Any:
    """The backend that only this host has, or None."""
    return NumpyBackend()
