"""What a picture or a text is, of the classes that it may belong to."""

from __future__ import annotations

from alula.decode.scores import top


class Classification:
    """A class that something may belong to: `label`, its `index`, and a `score` from 0 to 1."""

    def __init__(self, label: str, index: int, score: float) -> None:
        self.label: str = label
        self.index: int = index
        self.score: float = score

    def __repr__(self) -> str:
        return f'Classification({self.label!r}, {self.index}, {self.score:.3f})'


def likeliest(labels: list[str], scores: list[float], count: int) -> list[Classification]:
    """The `count` classes of the highest scores, highest first."""
    return [Classification(labels[i], i, scores[i]) for i in top(scores, count)]
