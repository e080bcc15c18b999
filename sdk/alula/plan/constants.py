"""The constants of one session: weights, attribute values and what was folded from them.

Planning for another input shape meets the same constants again: each is made once and found by its label or by what
it was computed from.
"""

from __future__ import annotations

from typing import Any

from alula.graph.constant import Constant
from alula.host.arrays import array_from_list, to_list, typed
from alula.host.table import Table
from alula.host.text import number_text
from alula.kernels.view import Buffer, View, dense, dims_text, numel
from alula.random_numbers import uniform
from alula.texts import Texts


class Constants:
    """A pool of constant buffers. `run_step(step, array_of)` is the reference backend's, which folds; `prefix`: of
    their labels, where a backend meets several pools."""

    def __init__(self, run_step: Any, prefix: str = 'k') -> None:
        self.prefix = prefix
        self.run_step = run_step
        self.by_key: Table[str, Any] = Table()
        self.by_source: Table[Constant, Buffer] = Table()
        # What operators make of the attributes of a node (Lowering.once).
        self.by_node: Table[Any, Any] = Table()
        self.texts = Texts(None)
        self.count = 0

    def of_values(self, dtype: str, shape: list[int], values: list[Any]) -> View:
        """A small constant, row-major; the same values give the same buffer."""
        key = dtype + dims_text(shape) + '{' + ','.join([number_text(v) for v in values]) + '}'
        found = self.by_key.find(key)
        if found is None:
            found = self.of_list(dtype, shape, values).buffer
            self.by_key.put(key, found)
        return dense(found, shape)

    def of_list(self, dtype: str, shape: list[int], values: list[Any]) -> View:
        """A constant of its own, row-major: for the caller to keep."""
        made = self.computed(dtype, numel(shape))
        made.data = array_from_list(dtype, values)
        return dense(made, shape)

    def of_texts(self, shape: list[int], texts: list[str]) -> View:
        """A constant of texts, by their numbers."""
        return self.of_values('string', shape, to_list(self.texts.numbers(texts)))

    def of_model(self, constant: Constant) -> View:
        """A tensor of the model (initializer or attribute)."""
        found = self.by_source.find(constant)
        if found is None and constant.dtype == 'string':
            found = self.of_texts(constant.shape, constant.values()).buffer
            self.by_source.put(constant, found)
        elif found is None:
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
