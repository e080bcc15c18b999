"""The script backend: Programs run by plain loops. Slow, everywhere, and the last to be tried."""

from __future__ import annotations

from alula.backends.base import Backend, Executable
from alula.backends.script.run_step import run_step
from alula.backends.steps import StepExecutable
from alula.plan.program import Program


class ScriptBackend(Backend):
    """Needs nothing of the host but typed arrays."""

    def __init__(self) -> None:
        super().__init__('script')
        self.held = 0

    async def compile(self, program: Program) -> Executable:
        self.held = max(self.held, program.arena_bytes)
        return StepExecutable(self.label, program, run_step)

    def memory_bytes(self) -> int:
        return self.held
