"""What JS users give TextClassification, and what they get of it."""

from typing import overload

from alula.decode.classification import Classification
from alula.media.tokenizer import TokenizerSource
from alula.session import InferenceSession
from alula.tasks.text_embedding import Pooling

class TextClassification:
    load = None

    def __init__(
        self,
        session: InferenceSession,
        *,
        labels: dict[str, list[str]] | None = None,
        top_k: int | None = None,
        tokenizer: TokenizerSource | None = None,
        pooling: Pooling | None = None,
        max_length: int | None = None,
    ) -> None: ...
    @overload
    async def run(self, source: str) -> list[Classification]: ...
    @overload
    async def run(self, source: list[str]) -> list[list[Classification]]: ...
