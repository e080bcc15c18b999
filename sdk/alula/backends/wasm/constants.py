"""Constants in the linear memory: each there once, shared by the programs that read it, made there if that is quicker.

A constant with a recipe (packed weights, say) is computed by the kernels themselves from the bytes of the model. Those
pass through a region that is given back, so that each byte is copied once and no array of it exists on the host.
"""

from __future__ import annotations

from typing import Any

from alula.backends.wasm.calls import Calls
from alula.backends.wasm.choose import plan_of
from alula.backends.wasm.fallback import write_elements
from alula.backends.wasm.functions import Functions
from alula.backends.wasm.regions import region_bytes
from alula.dtypes import is_packed, item_bytes
from alula.host.arrays import put, sub
from alula.host.table import Table
from alula.kernels.kernel import Step
from alula.kernels.view import Buffer

# Below this many elements the host's loops are done before a kernel is planned. (MobileNetV2: 69 ms for a session, with
# 4096 instead 75.)
SMALLEST_MADE = 256


class HeldConstant:
    """A constant in the memory. `plans`: one per step of its recipe if it is computed by that, else it is written;
    `region`: its place; `users`: how many hold it there."""

    def __init__(self, buffer: Buffer) -> None:
        self.buffer = buffer
        self.bytes = _bytes_of(buffer)
        self.plans = _plans_to_make(buffer)
        self.region: Any = None
        self.users = 1


class HeldConstants:
    """The constants in one memory, by label."""

    def __init__(self, functions: Functions) -> None:
        self.regions = functions.regions
        self.functions = functions
        self.held: Table[str, HeldConstant] = Table()

    def missing(self, buffers: list[Buffer]) -> list[HeldConstant]:
        """What is to be placed before `buffers` are held, each after what its recipe takes from other recipes."""
        found: Table[str, HeldConstant] = Table()
        for buffer in buffers:
            self._visit(buffer, True, found)
        return found.values_list()

    def _visit(self, buffer: Buffer, wanted: bool, found: Table[str, HeldConstant]) -> None:
        if found.has(buffer.label) or self.held.has(buffer.label):
            return
        constant = HeldConstant(buffer)
        if len(constant.plans) > 0:
            for step in buffer.recipe:
                for view in step.inputs:
                    self._visit(view.buffer, False, found)
        if wanted or len(constant.plans) > 0:
            found.put(buffer.label, constant)

    def hold(self, buffers: list[Buffer], missing: list[HeldConstant]) -> list[HeldConstant]:
        """The constants' places until each is dropped. What is not there yet is written, or computed by its recipe."""
        self.regions.reserve(sum([region_bytes(constant.bytes) for constant in missing]))
        for constant in missing:
            self._place(constant)
        found = [self.held.at(buffer.label) for buffer in buffers]
        for constant in found:
            constant.users += 1
        self._compute([constant for constant in missing if len(constant.plans) > 0])
        for constant in missing:
            self.drop(constant)
        return found

    def drop(self, constant: HeldConstant) -> None:
        """One who held the constant no longer does."""
        constant.users -= 1
        if constant.users == 0:
            self.regions.give(constant.region)
            self.held.drop(constant.buffer.label)

    def _place(self, constant: HeldConstant) -> None:
        """Give the constant a region, and write it unless it is to be computed."""
        self.held.put(constant.buffer.label, constant)
        if len(constant.plans) > 0:
            constant.region = self.regions.take_zeroed(constant.bytes)
        else:
            constant.region = self.regions.take(constant.bytes)
            self._write(constant.buffer, constant.region.address)

    def _write(self, buffer: Buffer, address: int) -> None:
        """Put the elements in the memory. A tensor of the model is written as its bytes stand: memory has ONNX's own
        layout, save for packed types."""
        raw: Any = None
        if buffer.data is None and buffer.source is not None and not is_packed(buffer.dtype):
            raw = buffer.source.data
        if raw is not None:
            put(self.regions.bytes(), sub(raw, 0, _bytes_of(buffer)), address)
        else:
            write_elements(self.regions.bytes(), buffer.dtype, address, buffer.values())

    def _compute(self, computed: list[HeldConstant]) -> None:
        """Run the recipes. What one reads and is not held passes through a region that all of them use in turn."""
        steps: list[Step] = []
        plans: list[Any] = []
        read: list[Any] = []
        offsets: list[Table[str, int]] = []
        longest = 0
        for constant in computed:
            offset = 0
            inside: Table[str, int] = Table()
            for step in constant.buffer.recipe:
                for view in step.inputs:
                    label = view.buffer.label
                    if not self.held.has(label) and not inside.has(label):
                        read.append([len(steps), view.buffer, offset])
                        inside.put(label, offset)
                        offset += region_bytes(_bytes_of(view.buffer))
                steps.append(step)
                offsets.append(inside)
            plans.extend(constant.plans)
            longest = max(longest, offset)
        passage = self.regions.take(longest)
        base = passage.address

        def address_of(step: int, label: str) -> int:
            offset = offsets[step].find(label)
            return self.held.at(label).region.address if offset is None else base + offset

        calls = Calls(self.functions, steps, plans, address_of)
        for i in range(len(steps)):
            while len(read) > 0 and read[0][0] == i:
                self._write(read[0][1], base + read[0][2])
                read.pop(0)
            calls.run(i)
        calls.release()
        self.regions.give(passage)


def _bytes_of(buffer: Buffer) -> int:
    """What a buffer takes in the memory, where each element stands by itself."""
    return buffer.size * item_bytes(buffer.dtype)


def _plans_to_make(buffer: Buffer) -> list[Any]:
    """The plans of the buffer's recipe; none if kernels can't compute it or it isn't worth it."""
    if buffer.data is not None or buffer.size < SMALLEST_MADE:
        return []
    plans = [plan_of(step) for step in buffer.recipe]
    strange = any(len(step.outputs) != 1 or step.outputs[0].buffer is not buffer for step in buffer.recipe)
    return [] if strange or None in plans else plans
