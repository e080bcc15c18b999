"""The plans of a session: one per set of input shapes, the last few kept."""

from __future__ import annotations

from alula.backends.base import Executable
from alula.host.arrays import TypedArray, typed
from alula.host.table import Table
from alula.kernels.view import dims_text, numel
from alula.plan.program import Program

# One more drops the plan that was unused for longest.
PLANS_KEPT = 8


class Plan:
    """A Program with its Executable, what making them cost and how it ran (milliseconds)."""

    def __init__(self, program: Program, executable: Executable, plan_ms: float, compile_ms: float) -> None:
        self.program = program
        self.executable = executable
        self.plan_ms = plan_ms
        self.compile_ms = compile_ms
        self.runs = 0
        self.last_ms = 0.0

    def ran(self, ms: float) -> None:
        self.runs += 1
        self.last_ms = ms

    def zeros(self) -> Table[str, TypedArray]:
        """Feeds of zeros."""
        feeds: Table[str, TypedArray] = Table()
        for name in self.program.inputs.keys_list():
            view = self.program.inputs.at(name)
            feeds.put(name, typed(view.dtype, numel(view.shape)))
        return feeds


class Plans:
    """The plans last used, by shapes: a small LRU cache."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.kept: list[Plan] = []

    def find(self, shapes: Table[str, list[int]]) -> Plan | None:
        """The plan for the shapes, which is now the one used last."""
        key = _key_of(shapes)
        if key not in self.keys:
            return None
        i = self.keys.index(key)
        plan = self.kept.pop(i)
        self.keys.pop(i)
        self.keys.append(key)
        self.kept.append(plan)
        return plan

    def keep(self, shapes: Table[str, list[int]], plan: Plan) -> None:
        self.keys.append(_key_of(shapes))
        self.kept.append(plan)
        if len(self.kept) > PLANS_KEPT:
            self.keys.pop(0)
            oldest = self.kept.pop(0)
            oldest.executable.release()

    def release(self) -> None:
        for plan in self.kept:
            plan.executable.release()
        self.keys = []
        self.kept = []


def _key_of(shapes: Table[str, list[int]]) -> str:
    return ' '.join([name + dims_text(shapes.at(name)) for name in shapes.keys_list()])
