"""What surrounds the sequences of an input: the special tokens, and which type each part has."""

from __future__ import annotations

from alula.media.wordpiece import Pieces

FIRST = 'A'
SECOND = 'B'


class TemplatePart:
    """Special tokens (`ids`), or one of the two sequences (`sequence`: 'A' or 'B', else '')."""

    def __init__(self, sequence: str, ids: list[int], type_id: int) -> None:
        self.sequence = sequence
        self.ids = ids
        self.type_id = type_id


class Row:
    """One input for the model: ids, types, 1 where there is a token and 0 where there is padding, and the offsets."""

    def __init__(self) -> None:
        self.ids: list[int] = []
        self.type_ids: list[int] = []
        self.mask: list[int] = []
        self.offsets: list[list[int]] = []

    def add(self, id: int, type_id: int, mask: int, start: int, end: int) -> None:
        """One more token at the end."""
        self.ids.append(id)
        self.type_ids.append(type_id)
        self.mask.append(mask)
        self.offsets.append([start, end])


def filled(template: list[TemplatePart], first: Pieces, second: Pieces | None) -> Row:
    """The template with the sequences in their places."""
    row = Row()
    for part in template:
        if part.sequence == '':
            for id in part.ids:
                row.add(id, part.type_id, 1, 0, 0)
        else:
            pieces = first if part.sequence == FIRST or second is None else second
            for i in range(len(pieces.ids)):
                row.add(pieces.ids[i], part.type_id, 1, pieces.starts[i], pieces.ends[i])
    return row


def special_count(template: list[TemplatePart]) -> int:
    """How many tokens the template adds."""
    return sum(len(part.ids) for part in template)
