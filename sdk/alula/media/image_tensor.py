"""Images → tensor: element type, range, layout and order of channels, as a model wants them."""

from __future__ import annotations

from typing import Any

from alula.errors import SettingError
from alula.host.arrays import TypedArray, typed
from alula.host.float16 import f16_bits
from alula.host.pixels import grey_of_rgb, looked_up
from alula.media.image import Image
from alula.tensor import Tensor, wrapped

DTYPES = ['float32', 'float16', 'uint8']


class PixelFormat:
    """How a model takes pixels: (byte · scale − mean) / std in each channel.

    `layout`: 'nchw' or 'nhwc'. `channels`: 3, or 1 for grey (Pillow's 'L'). `order`: 'rgb' or 'bgr'. `dtype`:
    'float32', 'float16' or 'uint8', which takes the bytes as they are. `scale`: 1/255 if None. `mean`, `std`: a number,
    or one per channel in the model's order; 0 and 1 if None. Raises SettingError.
    """

    def __init__(self, layout: str, channels: int, order: str, dtype: str, scale: Any, mean: Any, std: Any) -> None:
        if layout not in ['nchw', 'nhwc']:
            raise SettingError('input', f"layout must be nchw or nhwc, not '{layout}'")
        if channels not in [1, 3]:
            raise SettingError('input', f'channels must be 1 or 3, not {channels}')
        if order not in ['rgb', 'bgr']:
            raise SettingError('input', f"order must be rgb or bgr, not '{order}'")
        if dtype not in DTYPES:
            raise SettingError('input', f'an image does not become {dtype}, only {", ".join(DTYPES)}')
        self.layout = layout
        self.channels = channels
        self.dtype = dtype
        # of each channel of the model: its place among those of the image
        self.sources: list[int] = [0] if channels == 1 else [2, 1, 0] if order == 'bgr' else [0, 1, 2]
        self.table = self._table(1 / 255 if scale is None else scale, per_channel('mean', mean, 0, channels),
                                 per_channel('std', std, 1, channels))  # fmt: skip

    def _table(self, scale: float, mean: list[float], std: list[float]) -> TypedArray:
        """What becomes of each byte in each channel: 256 elements a channel. A pixel is then a look-up."""
        table = typed(self.dtype, 256 * self.channels)
        for c in range(self.channels):
            for level in range(256):
                value = (level * scale - mean[c]) / std[c]
                if self.dtype == 'uint8':
                    value = level
                table[256 * c + level] = f16_bits(value) if self.dtype == 'float16' else value
        return table

    def tensor(self, images: list[Image]) -> Tensor:
        """A batch of images of one size: [n, channels, height, width], or channels last."""
        width = images[0].width
        height = images[0].height
        channels = self.channels
        pixels = width * height
        out = typed(self.dtype, len(images) * channels * pixels)
        is_planar = self.layout == 'nchw'
        for n in range(len(images)):
            data = grey_of_rgb(images[n].data) if channels == 1 else images[n].data
            for c in range(channels):
                start = n * channels * pixels + (c * pixels if is_planar else c)
                step = 1 if is_planar else channels
                looked_up(data, self.sources[c], channels, self.table, 256 * c, out, start, step)
        dims = [len(images), channels, height, width] if is_planar else [len(images), height, width, channels]
        return wrapped(self.dtype, out, dims)


def per_channel(setting: str, value: Any, default: float, channels: int) -> list[float]:
    """A number for each channel, of one number for all or a list of them."""
    given = default if value is None else value
    values = [given for _ in range(channels)] if isinstance(given, (int, float)) else list(given)
    if len(values) != channels:
        raise SettingError('input', f'{setting} has {len(values)} numbers for {channels} channels')
    return values
