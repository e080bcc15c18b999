"""The calls that compute a list of steps, and the parameter blocks that they read."""

from __future__ import annotations

from typing import Any

from alula.backends.wasm.fallback import FallbackCall
from alula.backends.wasm.functions import Functions
from alula.backends.wasm.kernel import KernelPlan
from alula.backends.wasm.params import Params
from alula.backends.wasm.regions import Region, Regions
from alula.dtypes import item_bytes
from alula.host.arrays import put, typed_over
from alula.host.table import Table
from alula.kernels.kernel import Step

# V8 swaps optimised code in between calls only: no call of a kernel should take longer than about 0.1 ms.
OPERATIONS_PER_CALL = 5000000


class KernelCall:
    """One call of a kernel function: items [begin, end) of a step."""

    def __init__(self, function_: Any, params: int, begin: int, end: int) -> None:
        self.function = function_
        self.params = params
        self.begin = begin
        self.end = end

    def run(self) -> None:
        self.function(self.params, self.begin, self.end)


class Calls:
    """`every`: the calls in order; `ends`: for each step how many there are up to its end; `region`: where the
    parameter blocks lie. First each step is added, then all are placed at once."""

    def __init__(self, functions: Functions, regions: Regions) -> None:
        self.functions = functions
        self.regions = regions
        self.region: Region | None = None
        self.every: list[KernelCall | FallbackCall] = []
        self.ends: list[int] = []
        self.unplaced: list[KernelCall] = []
        self.params = Params()

    def add(self, step: Step, plan: KernelPlan | None, places: Table[str, int]) -> None:
        """Append a step; without a plan it is interpreted. `places`: the address of each buffer that it reads or
        writes."""
        if plan is None:
            self.every.append(FallbackCall(step, self.regions, places))
        elif plan.items > 0:
            words = plan.words(self.params, _addresses(step, places))
            self._add(self.functions.at(plan), plan, 4 * self.params.extend(words))
        self.ends.append(len(self.every))

    def _add(self, function_: Any, plan: KernelPlan, block: int) -> None:
        """The calls of one step, none too long; their blocks are counted from the begin of the region."""
        share = max(1, OPERATIONS_PER_CALL // plan.item_cost)
        begin = 0
        while begin < plan.items:
            end = min(plan.items, begin + share)
            call = KernelCall(function_, block, begin, end)
            self.unplaced.append(call)
            self.every.append(call)
            begin = end

    def place(self) -> None:
        """Write the parameter blocks into the memory."""
        region = self.regions.take(4 * self.params.size)
        put(typed_over('int32', self.regions.bytes(), region.address, self.params.size), self.params.written(), 0)
        for call in self.unplaced:
            call.params += region.address
        self.unplaced = []
        self.params = Params()
        self.region = region

    def release(self) -> None:
        if self.region is not None:
            self.regions.give(self.region)
        self.region = None
        self.every = []

    def run(self, step: int) -> None:
        """Compute one step."""
        for i in range(self.ends[step - 1] if step > 0 else 0, self.ends[step]):
            self.every[i].run()

    def run_all(self) -> None:
        """Compute every step, from what stands in the memory."""
        for call in self.every:
            call.run()


def _addresses(step: Step, places: Table[str, int]) -> list[int]:
    found: list[int] = []
    for views in [step.inputs, step.outputs]:
        for view in views:
            found.append(places.at(view.buffer.label) + view.offset * item_bytes(view.dtype))
    return found
