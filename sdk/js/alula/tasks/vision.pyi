"""What JS users give tasks on pictures."""

from typing import Literal, NotRequired, TypedDict

from alula.media.image import Image, ImageSource

Activation = Literal['softmax', 'sigmoid', 'none']

class ImageInputSettings(TypedDict):
    layout: NotRequired[Literal['nchw', 'nhwc']]
    channels: NotRequired[Literal[1, 3]]
    order: NotRequired[Literal['rgb', 'bgr']]
    scale: NotRequired[float]
    mean: NotRequired[float | list[float]]
    std: NotRequired[float | list[float]]
    fit: NotRequired[Literal['crop', 'letterbox', 'stretch', 'ink']]
    resize: NotRequired[int]
    pad: NotRequired[int]
    box: NotRequired[int]
    width: NotRequired[int]
    height: NotRequired[int]

class VisionTask:
    async def see(self, source: ImageSource) -> Image: ...
