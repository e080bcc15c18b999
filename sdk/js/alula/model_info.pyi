"""ModelInfo as JS users see it."""

from collections.abc import Callable

from alula.metadata import ValueMetadata

class ModelInfo:
    __init__ = None
    size: int
    producer: str
    ir_version: int
    opsets: dict[str, int]
    metadata: dict[str, str]
    inputs: list[ValueMetadata]
    outputs: list[ValueMetadata]
    operators: dict[str, int]
    unsupported: list[str]
    parameters: int
    external_data: list[str]

    @staticmethod
    async def read(
        model: str | bytes,
        *,
        on_progress: Callable[[int, int], None] | None = None,
        signal: AbortSignal | None = None,
    ) -> ModelInfo: ...
