"""Constants in the linear memory: each there once, shared by the programs that read it, made there if that is quicker.

A constant with a recipe (packed weights, say) is computed by the kernels themselves from the bytes of the model. Those
pass through one staging region, so that each byte is copied once and no array of it exists on the host.
"""

from __future__ import annotations

from typing import Any

from alula.backends.wasm.calls import Calls
from alula.backends.wasm.choose import plan_of
from alula.backends.wasm.fallback import write_elements
from alula.backends.wasm.functions import Functions
from alula.backends.wasm.kernel import KernelPlan
from alula.backends.wasm.regions import Region, Regions, region_bytes
from alula.dtypes import byte_size, is_packed, item_bytes
from alula.host.arrays import put, sub
from alula.host.table import Table
from alula.kernels.view import Buffer

# Below this many elements the host's loops are done before a kernel is compiled.
SMALLEST_MADE = 4096


class HeldConstant:
    """A constant's place in the memory, and how many hold it there."""

    def __init__(self, buffer: Buffer, region: Region) -> None:
        self.buffer = buffer
        self.region = region
        self.users = 0


class Recipe:
    """A constant to be computed in the memory. `plans`: one per step of the buffer's recipe."""

    def __init__(self, buffer: Buffer, plans: list[KernelPlan]) -> None:
        self.buffer = buffer
        self.plans = plans


class HeldConstants:
    """The constants in one memory, by label."""

    def __init__(self, regions: Regions, functions: Functions) -> None:
        self.regions = regions
        self.functions = functions
        self.held: Table[str, HeldConstant] = Table()

    def recipes(self, constants: list[Buffer]) -> list[Recipe]:
        """What is to be computed before `constants` are held, each after those that its recipe reads."""
        order: list[Recipe] = []
        seen: Table[str, bool] = Table()
        for buffer in constants:
            self._visit(buffer, order, seen)
        return order

    def _visit(self, buffer: Buffer, order: list[Recipe], seen: Table[str, bool]) -> None:
        if seen.has(buffer.label) or self.held.has(buffer.label):
            return
        seen.put(buffer.label, True)
        plans = _plans_to_make(buffer)
        if plans is not None:
            for step in buffer.recipe:
                for view in step.inputs:
                    self._visit(view.buffer, order, seen)
            order.append(Recipe(buffer, plans))

    def hold(self, buffers: list[Buffer], recipes: list[Recipe]) -> list[HeldConstant]:
        """The constants' places until each is dropped. What is not there yet is computed by its recipe, or written."""
        fresh: Table[str, Buffer] = Table()
        for buffer in buffers:
            if self._find(buffer) is None:
                fresh.put(buffer.label, buffer)
        for recipe in recipes:
            fresh.drop(recipe.buffer.label)
        made = [recipe.buffer for recipe in recipes]
        self.regions.reserve(_total(made) + _total(fresh.values_list()))
        passing = [self._place(buffer, self.regions.take_zeroed(_bytes(buffer))) for buffer in made]
        for buffer in fresh.values_list():
            self._write(buffer, self._place(buffer, self.regions.take(_bytes(buffer))).region.address)
        found = [self.held.at(buffer.label) for buffer in buffers]
        for group in [passing, found]:
            for constant in group:
                constant.users += 1
        if len(recipes) > 0:
            self._compute(recipes)
        for constant in passing:
            self.drop(constant)
        return found

    def drop(self, constant: HeldConstant) -> None:
        """One who held the constant no longer does."""
        constant.users -= 1
        if constant.users == 0:
            self.regions.give(constant.region)
            if self.held.find(constant.buffer.label) is constant:
                self.held.drop(constant.buffer.label)

    def _find(self, buffer: Buffer) -> HeldConstant | None:
        found = self.held.find(buffer.label)
        return found if found is not None and found.buffer is buffer else None

    def _place(self, buffer: Buffer, region: Region) -> HeldConstant:
        made = HeldConstant(buffer, region)
        self.held.put(buffer.label, made)
        return made

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

    def _compute(self, recipes: list[Recipe]) -> None:
        """Run the recipes; what they read and is not held passes through the staging region, one recipe's at a time."""
        staged = [self._not_held(recipe) for recipe in recipes]
        stage = self.regions.take(max([_total(buffers) for buffers in staged]))
        calls = Calls(self.functions, self.regions)
        places: Table[str, int] = Table()
        for constant in self.held.values_list():
            places.put(constant.buffer.label, constant.region.address)
        for r in range(len(recipes)):
            at = stage.address
            for buffer in staged[r]:
                places.put(buffer.label, at)
                at += region_bytes(_bytes(buffer))
            for i in range(len(recipes[r].plans)):
                calls.add(recipes[r].buffer.recipe[i], recipes[r].plans[i], places)
        calls.place()
        done = 0
        for r in range(len(recipes)):
            at = stage.address
            for buffer in staged[r]:
                self._write(buffer, at)
                at += region_bytes(_bytes(buffer))
            for _ in recipes[r].plans:
                calls.run(done)
                done += 1
        calls.release()
        self.regions.give(stage)

    def _not_held(self, recipe: Recipe) -> list[Buffer]:
        found: list[Buffer] = []
        for step in recipe.buffer.recipe:
            for view in step.inputs:
                if self._find(view.buffer) is None and view.buffer not in found:
                    found.append(view.buffer)
        return found


def _plans_to_make(buffer: Buffer) -> list[KernelPlan] | None:
    """The plans of the buffer's recipe, None if kernels can't compute it or it isn't worth it."""
    if buffer.data is not None or len(buffer.recipe) == 0 or buffer.size < SMALLEST_MADE:
        return None
    plans: list[KernelPlan] = []
    for step in buffer.recipe:
        plan = plan_of(step)
        if plan is None or len(step.outputs) != 1 or step.outputs[0].buffer is not buffer:
            return None
        plans.append(plan)
    return plans


def _bytes(buffer: Buffer) -> int:
    return buffer.size * item_bytes(buffer.dtype)


def _total(buffers: list[Buffer]) -> int:
    """The memory that regions for them take."""
    return sum([region_bytes(_bytes(buffer)) for buffer in buffers])
