"""What a model's image input asks for, and pictures made into it."""

from __future__ import annotations

from typing import Any

from alula.errors import SettingError
from alula.media.fit import Fitted, fit_image
from alula.media.image import Image
from alula.media.image_tensor import PixelFormat
from alula.metadata import ValueMetadata
from alula.tensor import Tensor


class ImageInput:
    """The image input of a model: its size and format, of what the model says of its shape and what settings add.

    `spec`: 'layout', 'channels', 'order', 'scale', 'mean', 'std' (see PixelFormat), 'fit' with 'resize', 'pad' or 'box'
    (see alula.media.fit), 'width' and 'height' where the model leaves them free. Raises SettingError.
    """

    def __init__(self, info: ValueMetadata, spec: dict[str, Any]) -> None:
        shape: list[Any] = info.shape
        if len(shape) != 4:
            raise SettingError('input', f"the model's input {info} is no batch of images")
        layout = spec.get('layout', 'nhwc' if shape[3] in [1, 3] and shape[1] not in [1, 3] else 'nchw')
        places = [1, 2, 3] if layout == 'nchw' else [3, 1, 2]
        channels = agreed('channels', shape[places[0]], spec.get('channels'), 3)
        self.label = info.label
        self.spec = spec
        self.is_free: bool = isinstance(shape[0], str)
        self.height: int = agreed('height', shape[places[1]], spec.get('height'), None)
        self.width: int = agreed('width', shape[places[2]], spec.get('width'), None)
        self.pixel_format = PixelFormat(
            layout,
            channels,
            spec.get('order', 'rgb'),
            info.dtype,
            spec.get('scale'),
            spec.get('mean'),
            spec.get('std'),
        )

    def fitted(self, image: Image) -> Fitted:
        """A picture made to fit."""
        return fit_image(image, self.width, self.height, self.spec)

    def tensor(self, pictures: list[Fitted]) -> Tensor:
        """What the model reads of pictures."""
        return self.pixel_format.tensor([picture.image for picture in pictures])


def agreed(setting: str, said: Any, given: Any, default: int | None) -> int:
    """A size of the input: what the model says, else what the settings say."""
    is_free = said is None or isinstance(said, str)
    if not is_free and given is not None and given != said:
        raise SettingError('input', f'{setting} {given} is not the {said} of the model')
    size: int | None = said if not is_free else default if given is None else given
    if size is None:
        raise SettingError('input', f'the model leaves its {setting} free: name it')
    return size
