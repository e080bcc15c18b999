"""The calls that compute a list of steps, and the parameter blocks that they read."""

from __future__ import annotations

from typing import Any

from alula.backends.wasm.fallback import run_in_place
from alula.backends.wasm.functions import Functions
from alula.backends.wasm.kernel import KernelPlan
from alula.backends.wasm.params import Params
from alula.backends.wasm.regions import Regions
from alula.dtypes import item_bytes
from alula.kernels.kernel import Step

# V8 swaps optimised code in between calls only: no call of a kernel should take longer than about 0.1 ms.
OPERATIONS_PER_CALL = 5000000


class Calls:
    """`of_step`: for each step its calls; `region`: where the parameter blocks lie. Steps without a plan are
    interpreted. `address_of(step, label)`: where a step finds the buffer that it reads or writes."""

    def __init__(self, functions: Functions, steps: list[Step], plans: list[Any], address_of: Any) -> None:
        self.regions = functions.regions
        self.of_step: list[list[Any]] = []
        params = Params()
        blocks: list[int] = []
        for i, plan in enumerate(plans):
            works = plan is not None and plan.items > 0
            blocks.append(params.extend(plan.words(params, _addresses(i, steps[i], address_of)) if works else []))
        self.region = self.regions.take(4 * params.size)
        address = self.region.address
        params.write(self.regions.bytes(), address)
        for i, plan in enumerate(plans):
            if plan is None:
                self.of_step.append([_interpreted(i, steps[i], self.regions, address_of)])
            else:
                self.of_step.append(_calls(functions.by_key.at(plan.key), plan, address + 4 * blocks[i]))

    def release(self) -> None:
        self.regions.give(self.region)

    def run(self, step: int) -> None:
        """Compute one step."""
        for call in self.of_step[step]:
            call()

    def run_all(self) -> None:
        """Compute every step, from what stands in the memory."""
        for calls in self.of_step:
            for call in calls:
                call()


def _calls(function_: Any, plan: KernelPlan, block: int) -> list[Any]:
    """The calls of one step, none too long."""
    share = max(1, OPERATIONS_PER_CALL // plan.item_cost)
    return [_call(function_, block, i, min(plan.items, i + share)) for i in range(0, plan.items, share)]


def _call(function_: Any, block: int, begin: int, end: int) -> Any:
    return lambda: function_(block, begin, end)


def _interpreted(i: int, step: Step, regions: Regions, address_of: Any) -> Any:
    return lambda: run_in_place(step, regions.bytes(), lambda label: address_of(i, label))


def _addresses(i: int, step: Step, address_of: Any) -> list[int]:
    views = [*step.inputs, *step.outputs]
    return [address_of(i, view.buffer.label) + view.offset * item_bytes(view.dtype) for view in views]
