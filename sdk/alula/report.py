"""What a session tells of itself: placement, memory and timings."""

from __future__ import annotations

from typing import Any

from alula.env import env


class Placement:
    """One kernel: the node it came from, its kind, and the backend that runs it; for a node whose operator runs on the
    host, that is both."""

    def __init__(self, node: str, kernel: str, backend: str) -> None:
        self.node = node
        self.kernel = kernel
        self.backend = backend


class ProgramReport:
    """One set of input shapes of a part of the model: `steps` and `runs` (how many), `arena` (bytes), and the
    milliseconds of `planning`, `compiling` and the `last` run."""

    def __init__(
        self, inputs: str, steps: int, arena: int, planning: float, compiling: float, runs: int, last: float
    ) -> None:
        self.inputs = inputs
        self.steps = steps
        self.arena = arena
        self.planning = planning
        self.compiling = compiling
        self.runs = runs
        self.last = last


class Report:
    """`backend`: the one that runs. `tried`: those before it, each with its reason. `creating`: ms of `create`.

    `memory`: bytes that the backend holds. `notes`: what a user should know, such as features that this host lacks.
    """

    def __init__(
        self,
        backend: str,
        tried: list[str],
        creating: float,
        memory: int,
        notes: list[str],
        programs: list[ProgramReport],
        placement: list[Placement],
    ) -> None:
        self.backend = backend
        self.tried = tried
        self.creating = creating
        self.memory = memory
        self.notes = notes
        self.programs = programs
        self.placement = placement

    def __repr__(self) -> str:
        lines = [
            f'backend {self.backend}, {self.memory} bytes, created in {self.creating:.1f} ms',
            *[f'not used: {reason}' for reason in self.tried],
            *[f'note: {note}' for note in self.notes],
            *[
                f'{p.inputs}: {p.steps} steps, arena {p.arena} bytes, planned in {p.planning:.1f} ms, '
                f'compiled in {p.compiling:.1f} ms, {p.runs} runs, the last {p.last:.2f} ms'
                for p in self.programs
            ],
        ]
        return '\n  '.join(lines)


def report_of(session: Any) -> Report:
    """The report of a session and the plans of all its parts."""
    programs: list[ProgramReport] = []
    placement: list[Placement] = []
    notes: list[str] = []
    notes.extend([n for n in session.notes if n not in notes])
    engine = session.engine
    for part in engine.parts:
        placed = [] if part.title == '' else [Placement(part.title, 'host', 'host')]
        for plan in part.plans:
            executable = plan.executable
            steps = plan.program.steps
            arena = plan.program.arena_bytes
            programs.append(
                ProgramReport(plan.key, len(steps), arena, plan.plan_ms, plan.compile_ms, plan.runs, plan.last_ms)
            )
            placed = [
                Placement(step.origin, step.kernel.kind, executable.place_of(i)) for i, step in enumerate(steps)
            ]
            notes.extend([n for n in executable.notes() if n not in notes])
        placement.extend(placed)
    if env.wasm.num_threads > 1:
        notes.append(f'env.wasm.numThreads is {env.wasm.num_threads}, but one thread computes')
    backend = engine.backend
    tried = engine.selection.tried[:]
    return Report(backend.label, tried, session.created_ms, backend.memory_bytes(), notes, programs, placement)
