"""BERT's way from text to words: its normalizer and its pre-tokenizer, as tokenizer.json of Hugging Face names them."""

from __future__ import annotations

import alula.media.bert_characters as characters
from alula.host.table import Table
from alula.host.text import code_points, decomposed

WORD = 0
SPACE = 1
PUNCTUATION = 2
# Codes of the digits that stand for 0.
CAPITAL = 65
SMALL = 97


class CharacterSet:
    """A set of code points, of the text of numbers that `bert_characters` explains."""

    def __init__(self, text: str) -> None:
        self._bounds: list[int] = []  # where the set begins, ends, begins again …
        at = 0
        high = 0
        for digit in text:
            code = ord(digit)
            if code < SMALL:
                high = (high + code - CAPITAL) * 26
            else:
                at += high + code - SMALL
                high = 0
                self._bounds.append(at)

    def has(self, code: int) -> bool:
        """Whether the code point belongs to it."""
        bounds = self._bounds
        low = 0
        high = len(bounds)
        while low < high:
            middle = (low + high) // 2
            if bounds[middle] <= code:
                low = middle + 1
            else:
                high = middle
        return low % 2 == 1


class NormalizedText:
    """A normalized text; for each index into it, where the character it comes from starts and ends in the source.

    Indices are the host's own: code points in Python, UTF-16 units in JS.
    """

    def __init__(self, text: str, starts: list[int], ends: list[int]) -> None:
        self.text = text
        self.starts = starts
        self.ends = ends


class BertNormalizer:
    """Characters one by one: cleaned, ideographs set apart by spaces, decomposed without their accents, lowercased.

    Hugging Face's decomposes the whole text, which puts marks in canonical order; one by one differs in where those
    stand that it keeps: marks younger than Unicode 8, Hangul tone marks, the stems and flags of notes.
    """

    def __init__(self, clean_text: bool, handle_chinese_chars: bool, strip_accents: bool, lowercase: bool) -> None:
        self.clean_text: bool = clean_text
        self.handle_chinese_chars: bool = handle_chinese_chars
        self.strip_accents: bool = strip_accents
        self.lowercase: bool = lowercase
        self._control = CharacterSet(characters.CONTROL)
        self._whitespace = CharacterSet(characters.WHITESPACE)
        self._chinese = CharacterSet(characters.CHINESE)
        self._marks = CharacterSet(characters.NONSPACING_MARKS)
        self._known: Table[str, str] = Table()

    def normalize(self, text: str, offset: int) -> NormalizedText:
        """`text`, which stands at `offset` in the source, normalized."""
        known = self._known
        letters: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        at = offset
        for c in code_points(text):
            letter = known.find(c)
            if letter is None:
                letter = self._letter(c)
                known.put(c, letter)
            letters.append(letter)
            end = at + len(c)
            for _ in range(len(letter)):
                starts.append(at)
                ends.append(end)
            at = end
        return NormalizedText(''.join(letters), starts, ends)

    def _letter(self, c: str) -> str:
        """What becomes of a code point: nothing, or one or more of them."""
        code = ord(c)
        letter = c
        if self.clean_text:
            if self._control.has(code):
                return ''
            if self._whitespace.has(code):
                letter = ' '
        if self.strip_accents:
            letter = ''.join([part for part in code_points(decomposed(letter)) if not self._marks.has(ord(part))])
        if self.lowercase:
            letter = letter.lower()
        return f' {letter} ' if self.handle_chinese_chars and self._chinese.has(code) else letter


class BertPreTokenizer:
    """Splits at whitespace, which it drops, and around each punctuation mark."""

    def __init__(self) -> None:
        self._whitespace = CharacterSet(characters.WHITESPACE)
        self._punctuation = CharacterSet(characters.PUNCTUATION)
        self._known: Table[str, int] = Table()

    def words(self, text: str, begin: int, end: int) -> list[list[int]]:
        """The words of `text` from index `begin` to `end`: for each where it begins, ends, and its code points."""
        known = self._known
        found: list[list[int]] = []
        at = begin
        start = begin
        count = 0
        for c in code_points(text[begin:end]):
            kind = known.find(c)
            if kind is None:
                kind = self._kind(ord(c))
                known.put(c, kind)
            size = len(c)
            if kind == WORD:
                count += 1
            else:
                if count > 0:
                    found.append([start, at, count])
                    count = 0
                if kind == PUNCTUATION:
                    found.append([at, at + size, 1])
                start = at + size
            at += size
        if count > 0:
            found.append([start, at, count])
        return found

    def _kind(self, code: int) -> int:
        if self._whitespace.has(code):
            return SPACE
        return PUNCTUATION if self._punctuation.has(code) else WORD
