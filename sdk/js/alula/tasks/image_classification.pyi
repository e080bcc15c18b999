"""What JS users give ImageClassification, and what they get of it."""

from typing import overload

from alula.decode.classification import Classification
from alula.media.image import ImageSource
from alula.session import InferenceSession
from alula.tasks.vision import Activation, ImageInputSettings

class ImageClassification:
    def __init__(
        self,
        session: InferenceSession,
        *,
        input: ImageInputSettings | None = None,
        labels: list[str] | None = None,
        activation: Activation | None = None,
        top_k: int | None = None,
    ) -> None: ...
    @overload
    async def run(self, source: ImageSource) -> list[Classification]: ...
    @overload
    async def run(self, source: list[ImageSource]) -> list[list[Classification]]: ...
