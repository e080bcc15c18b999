"""How the generators of shaders say that WebGL can't compute a step."""

from __future__ import annotations


class Refused(Exception):
    """`reason`: why, in the words of `Backend.refusal`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
