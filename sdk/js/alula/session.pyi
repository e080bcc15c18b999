"""InferenceSession as JS users call it."""

from collections.abc import Callable
from typing import NotRequired, TypedDict

from alula.profile import KernelProfile
from alula.tensor import Tensor, TensorSource, TypedArray

class ExternalData(TypedDict):
    path: str
    data: str | bytes
    integrity: NotRequired[str]

class ExecutionProviderOptions(TypedDict):
    name: str

Feeds = dict[str, Tensor | TensorSource | list[Tensor | TypedArray] | None]
Fetches = list[str] | dict[str, Tensor | None]

class InferenceSession:
    __init__ = None
    create_sync = None

    @staticmethod
    async def create(
        model: str | bytes,
        byte_offset: int = 0,
        byte_length: int | None = None,
        *,
        execution_providers: list[str | ExecutionProviderOptions] | None = None,
        free_dimension_overrides: dict[str, int] | None = None,
        external_data: list[ExternalData] | None = None,
        cache: bool = False,
        integrity: str | None = None,
        strict: bool = False,
        on_progress: Callable[[int, int], None] | None = None,
        signal: AbortSignal | None = None,
    ) -> InferenceSession: ...
    async def run(
        self, feeds: Feeds, fetches: Fetches | None = None, *, signal: AbortSignal | None = None
    ) -> dict[str, Tensor]: ...
    async def profile(self, feeds: Feeds, *, runs: int = 10) -> list[KernelProfile]: ...
    def run_sync(self, feeds: Feeds, fetches: Fetches | None = None) -> dict[str, Tensor]: ...
