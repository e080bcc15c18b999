"""Texts as numbers: what kernels hold in the place of each text, so that they move and compare texts as they do int32.

Equal texts have equal numbers. That of the empty text is 0, as of what was never written.
"""

from __future__ import annotations

from typing import Any

from alula.host.arrays import TypedArray, array_from_list, to_list
from alula.host.table import Table


class Texts:
    """The numbers of a session's constants, below 0, or of what one run is given, above 0, which knows those of the
    `constants` too: it is let go with the run, however many texts that has."""

    def __init__(self, constants: Texts | None) -> None:
        self.constants = constants
        self.step = -1 if constants is None else 1
        self.known: Table[str, int] = Table()
        self.listed: list[str] = []

    def number(self, text: str) -> int:
        """The number of a text, a new one if need be."""
        if text == '':
            return 0
        found = self.known.find(text)
        if found is None and self.constants is not None:
            found = self.constants.known.find(text)
        if found is None:
            self.listed.append(text)
            found = self.step * len(self.listed)
            self.known.put(text, found)
        return found

    def numbers(self, texts: list[str]) -> TypedArray:
        """The numbers as an array of 'string'."""
        return array_from_list('string', [self.number(text) for text in texts])

    def texts(self, numbers: TypedArray) -> list[str]:
        """The texts of an array of numbers."""
        return [self._text(number) for number in to_list(numbers)]

    def _text(self, number: int) -> str:
        if number == 0:
            return ''
        source: Any = self if number * self.step > 0 else self.constants
        return source.listed[abs(number) - 1]  # type: ignore[no-any-return]
