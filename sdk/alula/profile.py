"""What the kernels of a program take, one by one."""

from __future__ import annotations

from alula.backends.base import Executable
from alula.host.arrays import TypedArray
from alula.host.table import Table
from alula.kernels.work import operations, step_sizes


class KernelProfile:
    """One kernel of a program.

    `node`: the model's node that it came from. `kernel`: 'map', 'reduce' or 'contract'. `code`: what computes it, by
    the backend's own name for it. `sizes`: batch, rows, cols and depth of a contract, the iteration space of others.
    `operations`: arithmetic operations of one run. `milliseconds`: the median of the runs.
    """

    def __init__(
        self, node: str, kernel: str, code: str, sizes: list[int], operations: int, milliseconds: float
    ) -> None:
        self.node = node
        self.kernel = kernel
        self.code = code
        self.sizes = sizes
        self.operations = operations
        self.milliseconds = milliseconds


async def profiled(executable: Executable, feeds: Table[str, TypedArray], runs: int) -> list[KernelProfile]:
    """A row for each step of the program, in the order of execution. One more run comes first and is not counted."""
    await executable.run_async(feeds)
    times = await executable.step_times(feeds, runs)
    found: list[KernelProfile] = []
    for i, step in enumerate(executable.program.steps):
        code = executable.code_of(i)
        median = sorted(times[i])[runs // 2]
        found.append(KernelProfile(step.origin, step.kernel.kind, code, step_sizes(step), operations(step), median))
    return found
