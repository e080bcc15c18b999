"""What JS users give ImageClassification, and what they get of it."""

from typing import overload

from alula.media.image import ImageSource

class ImageClassification:
    @overload
    async def run(self, source: ImageSource) -> list[Classification]: ...
    @overload
    async def run(self, source: list[ImageSource]) -> list[list[Classification]]: ...
