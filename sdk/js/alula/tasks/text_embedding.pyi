"""What JS users give TextEmbedding, and what they get of it."""

from typing import Literal

from alula.media.tokenizer import TokenizerSource
from alula.session import InferenceSession

Pooling = Literal['mean', 'cls']

class TextMatch:
    __init__ = None

class TextEmbedding:
    load = None
    search_sync = None

    def __init__(
        self,
        session: InferenceSession,
        *,
        tokenizer: TokenizerSource | None = None,
        pooling: Pooling | None = None,
        normalize: bool | None = None,
        max_length: int | None = None,
    ) -> None: ...
