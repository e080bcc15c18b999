"""What JS users give ObjectDetection, and what they get of it."""

from typing import overload

from alula.media.image import ImageSource
from alula.session import InferenceSession
from alula.tasks.vision import ImageInputSettings

class Box:
    __init__ = None

class Detection:
    __init__ = None

class ObjectDetection:
    def __init__(
        self,
        session: InferenceSession,
        *,
        input: ImageInputSettings | None = None,
        labels: list[str] | None = None,
        threshold: float | None = None,
        iou_threshold: float | None = None,
        class_agnostic: bool | None = None,
        max_detections: int | None = None,
    ) -> None: ...
    @overload
    async def run(self, source: ImageSource) -> list[Detection]: ...
    @overload
    async def run(self, source: list[ImageSource]) -> list[list[Detection]]: ...
