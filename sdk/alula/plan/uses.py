"""Who writes and who reads each buffer of a list of steps: what every rewriting pass asks."""

from __future__ import annotations

from alula.host.table import Table
from alula.kernels.kernel import Step
from alula.kernels.view import Buffer, View


class Uses:
    """Indices of the steps that write and read each buffer, and which buffers leave the program.

    Passes that change `steps[i]` call `replace`, which keeps the books; a removed step is None.
    """

    def __init__(self, steps: list[Step], kept: list[View]) -> None:
        self.steps: list[Step | None] = list(steps)
        self.writers: Table[str, list[int]] = Table()
        self.readers: Table[str, list[int]] = Table()
        self.kept: Table[str, bool] = Table()
        for view in kept:
            self.kept.put(view.buffer.label, True)
        for i in range(len(steps)):
            self._enter(i, steps[i])

    def _enter(self, i: int, step: Step) -> None:
        for view in step.outputs:
            _add(self.writers, view.buffer.label, i)
        for view in step.inputs:
            _add(self.readers, view.buffer.label, i)

    def _leave(self, i: int, step: Step) -> None:
        for view in step.outputs:
            _drop(self.writers, view.buffer.label, i)
        for view in step.inputs:
            _drop(self.readers, view.buffer.label, i)

    def replace(self, i: int, step: Step | None) -> None:
        """Put another step, or none, in the place of step i."""
        old = self.steps[i]
        if old is not None:
            self._leave(i, old)
        self.steps[i] = step
        if step is not None:
            self._enter(i, step)

    def readers_of(self, buffer: Buffer) -> list[int]:
        found = self.readers.find(buffer.label)
        return [] if found is None else found[:]

    def only_writer(self, buffer: Buffer) -> int:
        """The one step that writes the buffer; -1 if there are several or none."""
        found = self.writers.find(buffer.label)
        return found[0] if found is not None and len(found) == 1 else -1

    def only_reader(self, buffer: Buffer) -> int:
        """The one step that reads the buffer; -1 if there are several or none, or if it leaves the program."""
        found = self.readers.find(buffer.label)
        return found[0] if found is not None and len(found) == 1 and not self.is_kept(buffer) else -1

    def is_kept(self, buffer: Buffer) -> bool:
        """Whether the buffer is an output of the program."""
        return self.kept.has(buffer.label)

    def remaining(self) -> list[Step]:
        return [s for s in self.steps if s is not None]


def _add(table: Table[str, list[int]], label: str, i: int) -> None:
    found = table.find(label)
    if found is None:
        found = []
        table.put(label, found)
    if i not in found:
        found.append(i)


def _drop(table: Table[str, list[int]], label: str, i: int) -> None:
    found = table.find(label)
    if found is not None and i in found:
        found.remove(i)


def without_dead(steps: list[Step], kept: list[View]) -> list[Step]:
    """The steps whose results are read, directly or not, by what is kept."""
    wanted: Table[str, bool] = Table()
    for view in kept:
        wanted.put(view.buffer.label, True)
    alive: list[Step] = []
    for back in range(len(steps)):
        step = steps[len(steps) - 1 - back]
        if any(wanted.has(view.buffer.label) for view in step.outputs):
            alive.append(step)
            for view in step.inputs:
                wanted.put(view.buffer.label, True)
    alive.reverse()
    return alive
