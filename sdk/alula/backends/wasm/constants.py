"""Constants in the linear memory: each there once, shared by the programs that read it, made there if that is quicker.

A constant with a recipe (packed weights, say) is computed by the kernels themselves from the bytes of the model, so
that no array of it exists on the host; the bytes it came from leave the memory when it is made.
"""

from __future__ import annotations

from typing import Any

from alula.backends.wasm.fallback import write_elements
from alula.backends.wasm.regions import Region, Regions
from alula.dtypes import byte_size, is_packed, item_bytes
from alula.host.arrays import put, sub
from alula.host.table import Table
from alula.kernels.kernel import Step
from alula.kernels.view import Buffer

# Below this many elements the host's loops are done before a kernel is compiled.
SMALLEST_MADE = 4096


class HeldConstant:
    """A constant's place in the memory, and how many hold it there."""

    def __init__(self, buffer: Buffer, region: Region) -> None:
        self.buffer = buffer
        self.region = region
        self.users = 0


class HeldConstants:
    """The constants in one memory, by label."""

    def __init__(self, regions: Regions) -> None:
        self.regions = regions
        self.held: Table[str, HeldConstant] = Table()

    def hold(self, buffer: Buffer) -> HeldConstant:
        """The buffer's place, its contents written there if it is new."""
        found = self.held.find(buffer.label)
        if found is None or found.buffer is not buffer:
            found = self.reserve(buffer)
            self._write(buffer, found.region.address)
        found.users += 1
        return found

    def reserve(self, buffer: Buffer) -> HeldConstant:
        """A zeroed place for the buffer, held by nobody yet, to be filled by its recipe."""
        made = HeldConstant(buffer, self.regions.take(max(buffer.size * item_bytes(buffer.dtype), 1)))
        self.held.put(buffer.label, made)
        return made

    def drop(self, constant: HeldConstant) -> None:
        """Undo one `hold`."""
        constant.users -= 1
        if constant.users == 0:
            self.regions.give(constant.region)
            if self.held.find(constant.buffer.label) is constant:
                self.held.drop(constant.buffer.label)

    def _write(self, buffer: Buffer, address: int) -> None:
        """A tensor of the model is written as its bytes stand: memory has ONNX's own layout, save for packed types."""
        data = self.regions.bytes()
        raw: Any = None
        if buffer.data is None and buffer.source is not None and not is_packed(buffer.dtype):
            raw = buffer.source.data
        if raw is not None:
            put(data, sub(raw, 0, byte_size(buffer.dtype, buffer.size)), address)
        else:
            write_elements(data, buffer.dtype, address, buffer.values())

    def to_make(self, constants: list[Buffer], can_run: Any) -> list[Buffer]:
        """The constants to be computed in the memory, each after those that its recipe reads.

        `can_run(step)` says whether there is a kernel for a step.
        """
        order: list[Buffer] = []
        seen: Table[str, bool] = Table()
        for buffer in constants:
            self._visit(buffer, can_run, order, seen)
        return order

    def _visit(self, buffer: Buffer, can_run: Any, order: list[Buffer], seen: Table[str, bool]) -> None:
        if seen.has(buffer.label) or self.held.has(buffer.label) or not _is_worth_making(buffer, can_run):
            return
        seen.put(buffer.label, True)
        for step in buffer.recipe:
            for view in step.inputs:
                self._visit(view.buffer, can_run, order, seen)
        order.append(buffer)


def _is_worth_making(buffer: Buffer, can_run: Any) -> bool:
    if buffer.data is not None or len(buffer.recipe) == 0 or buffer.size < SMALLEST_MADE:
        return False
    for step in buffer.recipe:
        if not can_run(step) or not _writes_alone(step, buffer):
            return False
    return True


def _writes_alone(step: Step, buffer: Buffer) -> bool:
    return len(step.outputs) == 1 and step.outputs[0].buffer is buffer
