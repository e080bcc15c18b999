"""Tokenizer as JS users call it."""

from typing import Any

TokenizerSource = str | bytes | Tokenizer | dict[str, Any]

class Encoding:
    __init__ = None

class Tokenizer:
    __init__ = None

    @staticmethod
    def of(config: dict[str, Any]) -> Tokenizer: ...
    @staticmethod
    async def load(source: TokenizerSource, *, signal: AbortSignal | None = None) -> Tokenizer: ...
