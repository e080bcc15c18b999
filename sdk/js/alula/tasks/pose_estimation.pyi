"""What JS users give PoseEstimation, and what they get of it."""

from typing import overload

from alula.media.image import ImageSource

class PoseEstimation:
    @overload
    async def run(self, source: ImageSource) -> Pose: ...
    @overload
    async def run(self, source: list[ImageSource]) -> list[Pose]: ...
