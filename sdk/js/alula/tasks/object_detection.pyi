"""What JS users give ObjectDetection, and what they get of it."""

from typing import overload

from alula.media.image import ImageSource

class ObjectDetection:
    @overload
    async def run(self, source: ImageSource) -> list[Detection]: ...
    @overload
    async def run(self, source: list[ImageSource]) -> list[list[Detection]]: ...
