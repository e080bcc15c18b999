"""A Program about to run: what a routine yields to whoever drives it."""

from __future__ import annotations

from typing import Any

from alula.backends.base import Executable
from alula.host.arrays import TypedArray
from alula.host.clock import now_ms
from alula.host.table import Table
from alula.host.tasks import run_sync
from alula.plans import Plan, zeros
from alula.profile import KernelProfile, profiled


class Call:
    """One run of a part: `plan` (kept by the part once it is compiled) on `arrays`. The driver must `run` it, which
    leaves `results`, before it asks the routine for the next."""

    def __init__(self, part: Any, plan: Plan, arrays: Table[str, TypedArray]) -> None:
        self.part = part
        self.plan = plan
        self.arrays = arrays
        self.results = arrays

    async def compiled(self) -> Executable:
        """The plan's executable, made if need be."""
        executable = self.plan.executable
        if executable is None:
            start = now_ms()
            executable = await self.part.engine.compile(self.plan.program)
            self.plan.compile_ms = now_ms() - start
            self.plan.executable = executable
            self.part.keep(self.plan)
        return executable

    async def run(self) -> None:
        """Compile if need be, and run."""
        executable = await self.compiled()
        start = now_ms()
        self._ran(start, await executable.run_async(self.arrays))

    def run_sync(self) -> None:
        """`run` for a synchronous driver; in JS HostFeatureError if the plan isn't compiled."""
        executable = self.plan.executable
        if executable is None:
            executable = run_sync(self.compiled())
        start = now_ms()
        self._ran(start, executable.run(self.arrays))

    async def run_on_zeros(self) -> None:
        """Run for the sake of running."""
        executable = await self.compiled()
        await executable.run_async(zeros(self.plan.program.inputs))

    async def profile(self, runs: int, rows: list[KernelProfile]) -> None:
        """Run, and add a row per kernel that tells how long each took in as many runs."""
        rows.extend(await profiled(await self.compiled(), self.arrays, runs))
        await self.run()

    def _ran(self, start: float, results: Table[str, TypedArray]) -> None:
        self.plan.runs += 1
        self.plan.last_ms = now_ms() - start
        self.results = results
