"""An ordered map whose keys are strings, integers or objects, each itself (CPython body: a dict; in JS a Map, where a
dict would turn keys into text)."""

from __future__ import annotations

from typing import Generic, TypeVar

K = TypeVar('K')
V = TypeVar('V')


class Table(Generic[K, V]):
    """Map that keeps the order of first insertion. Values are anything but None."""

    def __init__(self) -> None:
        self.entries: dict[K, V] = {}

    def find(self, key: K) -> V | None:
        """Value of `key`, or None."""
        return self.entries.get(key)

    def at(self, key: K) -> V:
        """Value of `key`, which must be there (KeyError if not)."""
        return self.entries[key]

    def put(self, key: K, value: V) -> None:
        """Set or replace the value of `key`."""
        self.entries[key] = value

    def has(self, key: K) -> bool:
        """True if `key` has a value."""
        return key in self.entries

    def drop(self, key: K) -> None:
        """Remove `key` if it is there."""
        self.entries.pop(key, None)

    def keys_list(self) -> list[K]:
        """The keys in order."""
        return list(self.entries)

    def values_list(self) -> list[V]:
        """The values in order."""
        return list(self.entries.values())

    def count(self) -> int:
        """Number of keys."""
        return len(self.entries)
