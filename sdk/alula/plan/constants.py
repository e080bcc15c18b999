"""The constants of one session: weights, attribute values and what was folded from them.

Planning for another input shape meets the same constants again: each is made once and found by its label or by what
it was computed from.
"""

from __future__ import annotations

from typing import Any

from alula.graph.constant import Constant
from alula.host.arrays import array_from_list, typed
from alula.host.table import Table
from alula.host.text import number_text
from alula.kernels.view import Buffer, View, dense, dims_text, numel
from alula.random_numbers import uniform


class Constants:
    """A pool of constant buffers. `run_step(step, array_of)` is the reference backend's, which folds; `prefix`: of
    their labels, where a backend meets several pools."""

    def __init__(self, run_step: Any, prefix: str = 'k') -> None:
        self.prefix = prefix
        self.run_step = run_step
        self.by_key: Table[str, Any] = Table()
        self.by_source: Table[Constant, Buffer] = Table()
        self.count = 0

    def of_values(self, dtype: str, shape: list[int], values: list[Any]) -> View:
        """A small constant, row-major; the same values give the same buffer."""
        key = dtype + dims_text(shape) + '{' + ','.join([number_text(v) for v in values]) + '}'
        found = self.by_key.find(key)
        if found is None:
            found = self.computed(dtype, numel(shape))
            found.data = array_from_list(dtype, values)
            self.by_key.put(key, found)
        return dense(found, shape)

    def of_model(self, constant: Constant) -> View:
        """A tensor of the model (initializer or attribute)."""
        found = self.by_source.find(constant)
        if found is None:
            found = self.computed(constant.dtype, numel(constant.shape))
            found.source = constant
            self.by_source.put(constant, found)
        return dense(found, constant.shape[:])

    def random(self, shape: list[int], seed: int) -> View:
        """float32 numbers of `alula.random_numbers`; the same seed begins with the same numbers."""
        key = f'random {seed}:{numel(shape)}'
        found = self.by_key.find(key)
        if found is None:
            found = self.computed('float32', numel(shape))
            found.data = uniform(found.size, seed)
            self.by_key.put(key, found)
        return dense(found, shape)

    def computed(self, dtype: str, size: int) -> Buffer:
        """A new constant that is made when it is needed: give it a source, or a recipe."""
        self.count += 1
        buffer = Buffer(f'{self.prefix}{self.count}', dtype, size, None)
        buffer.is_constant = True
        buffer.maker = self
        return buffer

    def make(self, buffer: Buffer) -> None:
        """Give a constant its typed array: the source's, or what the recipe computes from zeros."""
        if buffer.source is not None:
            buffer.data = buffer.source.values()
            return
        buffer.data = typed(buffer.dtype, buffer.size)
        run = self.run_step
        for step in buffer.recipe:
            run(step, lambda other: other.values())
