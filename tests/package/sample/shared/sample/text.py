"""Functions, a constant and a type."""

from __future__ import annotations

Layout = str

version: str = '1.2.3'
"""The version of the sample."""


def greeting(name: str, *, loud_voice: bool = False, layout: Layout | None = None) -> str:
    """Greets `name`. `loud_voice`: in capitals; `layout`: appended, if given."""
    words = 'Hello ' + name
    if layout is not None:
        words = words + ' ' + layout
    return words.upper() if loud_voice else words


def join_words(words: list[str], separator: str = ' ', *, prefix: str = '') -> str:
    """The words in one text."""
    return prefix + separator.join(words)
