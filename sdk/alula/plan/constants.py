"""The constants of one session: weights, attribute values and what was folded from them.

Planning for another input shape meets the same constants again: each is made once and found by its label or by what
it was computed from.
"""

from __future__ import annotations

from typing import Any

from alula.graph.constant import Constant
from alula.host.arrays import array_from_list
from alula.host.table import Table
from alula.host.text import number_text
from alula.kernels.kernel import Step
from alula.kernels.view import Buffer, View, dense, dims_text, numel


class Constants:
    """A pool of constant buffers. `run_step(step, array_of)` is the reference backend's, which folds."""

    def __init__(self, run_step: Any) -> None:
        self.run_step = run_step
        self.by_key: Table[str, Any] = Table()
        self.count = 0

    def label(self) -> str:
        """A label that no other buffer of the session has."""
        self.count += 1
        return f'k{self.count}'

    def of_values(self, dtype: str, shape: list[int], values: list[Any]) -> View:
        """A small constant, row-major; the same values give the same buffer."""
        key = dtype + dims_text(shape) + '{' + ','.join([number_text(v) for v in values]) + '}'
        found = self.by_key.find(key)
        if found is None:
            found = Buffer(self.label(), dtype, numel(shape), array_from_list(dtype, values))
            self.by_key.put(key, found)
        return dense(found, shape)

    def of_model(self, key: str, constant: Constant) -> View:
        """A tensor of the model (initializer or attribute); `key` is unique to it."""
        found = self.by_key.find(key)
        if found is None:
            found = Buffer(self.label(), constant.dtype, numel(constant.shape), constant.values())
            self.by_key.put(key, found)
        return dense(found, constant.shape[:])

    def fold(self, step: Step) -> None:
        """Run a step whose inputs are constants; its output buffers have their data already allocated."""
        run = self.run_step
        run(step, lambda buffer: buffer.data)
