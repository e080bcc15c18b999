"""What JS users give PoseEstimation, and what they get of it."""

from typing import overload

from alula.media.image import ImageSource
from alula.session import InferenceSession
from alula.tasks.vision import ImageInputSettings

class Keypoint:
    __init__ = None

class Pose:
    __init__ = None

class PoseEstimation:
    def __init__(
        self,
        session: InferenceSession,
        *,
        input: ImageInputSettings | None = None,
        keypoints: list[str] | None = None,
        skeleton: list[tuple[int, int]] | None = None,
    ) -> None: ...
    @overload
    async def run(self, source: ImageSource) -> list[Pose]: ...
    @overload
    async def run(self, source: list[ImageSource]) -> list[list[Pose]]: ...
