"""Added tokens: those that are found in a text before anything else is done with it, as '[MASK]'."""

from __future__ import annotations

from alula.media.bert import CharacterSet
from alula.media.bert_characters import WHITESPACE


class AddedToken:
    """`lstrip` and `rstrip`: it takes the whitespace before it and after it along."""

    def __init__(self, content: str, id: int, lstrip: bool, rstrip: bool) -> None:
        self.content = content
        self.id = id
        self.lstrip: bool = lstrip
        self.rstrip: bool = rstrip


class AddedTokens:
    """Finds tokens in texts: the first that begins, of several that begin there the longest."""

    def __init__(self, tokens: list[AddedToken]) -> None:
        self.tokens = tokens
        self._whitespace = CharacterSet(WHITESPACE)

    def split(self, text: str) -> list[list[int]]:
        """The text in parts, for each where it begins, ends, and the id of the token that it is, or -1."""
        parts: list[list[int]] = []
        nexts = [text.find(token.content) for token in self.tokens]
        done = 0
        while True:
            first = -1
            for i in range(len(nexts)):
                if nexts[i] >= 0 and (first < 0 or self._comes_before(nexts, i, first)):
                    first = i
            if first < 0:
                break
            token = self.tokens[first]
            begin = nexts[first]
            found = begin + len(token.content)
            end = found
            if token.lstrip:
                begin = self._spaces_before(text, begin, done)
            if token.rstrip:
                end = self._spaces_after(text, end)
            if begin > done:
                parts.append([done, begin, -1])
            parts.append([begin, end, token.id])
            done = end
            for i in range(len(nexts)):
                if nexts[i] >= 0 and nexts[i] < found:
                    after = text[found:].find(self.tokens[i].content)
                    nexts[i] = found + after if after >= 0 else -1
        if done < len(text):
            parts.append([done, len(text), -1])
        return parts

    def _comes_before(self, nexts: list[int], i: int, j: int) -> bool:
        longer = len(self.tokens[i].content) > len(self.tokens[j].content)
        return nexts[i] < nexts[j] or (nexts[i] == nexts[j] and longer)

    def _spaces_before(self, text: str, at: int, least: int) -> int:
        while at > least and self._whitespace.has(ord(text[at - 1])):
            at -= 1
        return at

    def _spaces_after(self, text: str, at: int) -> int:
        while at < len(text) and self._whitespace.has(ord(text[at])):
            at += 1
        return at

