"""WordPiece (Schuster and Nakajima 2012, as BERT uses it): a word is cut into the longest pieces of a vocabulary."""

from __future__ import annotations

from alula.host.table import Table


class Pieces:
    """The pieces of a text: the id of each, and where it starts and ends in the source."""

    def __init__(self) -> None:
        self.ids: list[int] = []
        self.starts: list[int] = []
        self.ends: list[int] = []

    def add(self, id: int, start: int, end: int) -> None:
        """One more at the end."""
        self.ids.append(id)
        self.starts.append(start)
        self.ends.append(end)

    def keep(self, begin: int, end: int) -> None:
        """Only those from number `begin` to `end`."""
        self.ids = self.ids[begin:end]
        self.starts = self.starts[begin:end]
        self.ends = self.ends[begin:end]


class WordPiece:
    """A vocabulary. `unknown`: the id of words that it can't spell or that have more than `max_word` code points."""

    def __init__(self, vocabulary: Table[str, int], unknown: int, prefix: str, max_word: int) -> None:
        self.vocabulary: Table[str, int] = vocabulary
        self.unknown: int = unknown
        self.max_word: int = max_word
        self._inner: Table[str, int] = Table()  # those for inside of a word, which begin with `prefix`: without it
        self._longest = 0
        for token in vocabulary.keys_list():
            self._longest = max(self._longest, len(token))
            inside: bool = token.startswith(prefix)
            if inside:
                self._inner.put(token[len(prefix) :], vocabulary.at(token))

    def spell(self, word: str, count: int) -> list[list[int]]:
        """The pieces of a word of `count` code points: for each its id, and where it begins and ends in the word."""
        n = len(word)
        spelt: list[list[int]] = []
        table = self.vocabulary
        at = n if count > self.max_word else 0
        while at < n:
            end = min(n, at + self._longest)
            id = table.find(word[at:end])
            while id is None and end > at + 1:
                end -= 1
                id = table.find(word[at:end])
            if id is None:
                spelt = []
                break
            spelt.append([id, at, end])
            at = end
            table = self._inner
        return spelt if len(spelt) > 0 else [[self.unknown, 0, n]]
