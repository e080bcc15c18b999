"""How long inputs may become and are made: truncation and padding."""

from __future__ import annotations

from alula.errors import ArgumentRangeError
from alula.media.template import Row
from alula.media.wordpiece import Pieces

LONGEST_FIRST = 'LongestFirst'
ONLY_FIRST = 'OnlyFirst'
ONLY_SECOND = 'OnlySecond'


class Truncation:
    """At most `max_length` tokens, special ones counted. `strategy`: whose are left out, where there are two sequences:
    the longer one's, the first's or the second's; `direction`: from which end, 'Right' or 'Left'."""

    def __init__(self, max_length: int, strategy: str, direction: str) -> None:
        self.max_length = max_length
        self.strategy = strategy
        self.direction = direction

    def cut(self, first: Pieces, second: Pieces | None, added: int) -> None:
        """Shorten the sequences so that they and `added` special tokens fit."""
        room = self.max_length - added
        if room < 0:
            raise ArgumentRangeError('max_length', f'leaves no room: the special tokens alone are {added}')
        n = len(first.ids)
        m = len(second.ids) if second is not None else 0
        if n + m <= room:
            return
        if second is None or room == 0:
            self._shorten(first, room)
            if second is not None:
                self._shorten(second, 0)
        elif self.strategy == ONLY_FIRST:
            self._shorten(first, room - m)
        elif self.strategy == ONLY_SECOND:
            self._shorten(second, room - n)
        else:
            half = room // 2
            shorter = min(n, m) if min(n, m) <= half else half
            longer = room - shorter
            self._shorten(first, shorter if n <= m else longer)
            self._shorten(second, longer if n <= m else shorter)

    def _shorten(self, pieces: Pieces, length: int) -> None:
        if length < 0:
            raise ArgumentRangeError('max_length', 'is less than the sequence that must not be truncated')
        n = len(pieces.ids)
        if length < n:
            left = self.direction == 'Left'
            pieces.keep(n - length if left else 0, n if left else length)


class Padding:
    """To `length` tokens (0: to the longest of the batch), rounded up to a multiple; `direction`: at which end."""

    def __init__(self, length: int, multiple: int, direction: str, id: int, type_id: int) -> None:
        self.length = length
        self.multiple = multiple
        self.direction = direction
        self.id = id
        self.type_id = type_id

    def pad(self, rows: list[Row], length: int, multiple: int) -> list[Row]:
        """The rows, all of one length: `length`, or that of the longest."""
        longest = max([len(row.ids) for row in rows])
        target = longest if length == 0 else length
        target = (target + multiple - 1) // multiple * multiple
        if target < longest:
            raise ArgumentRangeError('padding', f'of {target} tokens is shorter than a text of {longest}: truncate')
        return [self._padded(row, target - len(row.ids)) for row in rows]

    def _padded(self, row: Row, count: int) -> Row:
        if count == 0:
            return row
        padding = Row()
        for _ in range(count):
            padding.add(self.id, self.type_id, 0, 0, 0)
        return joined(padding, row) if self.direction == 'Left' else joined(row, padding)


def joined(head: Row, tail: Row) -> Row:
    """`head` with `tail` after it."""
    head.ids.extend(tail.ids)
    head.type_ids.extend(tail.type_ids)
    head.mask.extend(tail.mask)
    head.offsets.extend(tail.offsets)
    return head
