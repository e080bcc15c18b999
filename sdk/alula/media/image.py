"""Image: a picture as pre-processing sees it, from anything that a user has."""

from __future__ import annotations

from typing import Any

from alula.errors import ArgumentRangeError, ImageError
from alula.host.arrays import TypedArray, as_bytes, fill, put, sub, u8
from alula.host.pictures import pixels_of
from alula.host.pixels import rgb_of_grey, rgb_over_white
from alula.host.tasks import run_sync
from alula.media.resize import resized


class Image:
    """`width` × `height` pixels of RGB in bytes. `data`: 3 bytes a pixel, row by row; shared, not copied.

    Raises ImageError where there are no pixels, or `data` does not fit the size.
    """

    def __init__(self, width: int, height: int, data: Any) -> None:
        self.width: int = width
        self.height: int = height
        self.data: TypedArray = as_bytes(data)
        if width < 1 or height < 1 or width % 1 != 0 or height % 1 != 0:
            raise ImageError(f'its size is {width} × {height} pixels')
        if len(self.data) != 3 * width * height:
            raise ImageError(f'{len(self.data)} bytes are not 3 for each of {width} × {height} pixels')

    @staticmethod
    async def read(source: Any, *, signal: Any = None) -> Image:
        """The pixels of a picture.

        `source` in JS: a URL, Blob or File, the bytes of a picture's file, an img, video or canvas element,
        OffscreenCanvas, ImageBitmap, VideoFrame, ImageData, or {width, height, data} with 1, 3 or 4 bytes a pixel.
        In Python: a uint8 array [height, width] or [height, width, 1, 3 or 4], anything with `__array_interface__`, an
        image of Pillow, and with Pillow installed a path, a URL or the bytes of a picture's file.
        What is transparent stands on white. Orientation in EXIF is followed. A browser converts colours to sRGB.
        `signal`: an AbortSignal, for URLs.
        Raises ImageError where it is no picture, has no pixels or may not be read, FetchError, MissingPackageError,
        HostFeatureError (Node decodes no files), AbortedError.
        """
        if isinstance(source, Image):
            return source
        width, height, channels, data = await pixels_of(source, signal)
        pixels = as_bytes(data)
        if width < 1 or height < 1 or channels not in [1, 3, 4]:
            raise ImageError(f'{width} × {height} pixels with {channels} bytes each are no picture')
        if channels == 1:
            pixels = rgb_of_grey(pixels)
        elif channels == 4:
            pixels = rgb_over_white(pixels)
        return Image(width, height, pixels)

    @staticmethod
    def read_sync(source: Any) -> Image:
        """`read` for synchronous Python."""
        return run_sync(Image.read(source))

    def resize(self, width: int, height: int) -> Image:
        """Of another size: exactly the bytes of Pillow's `resize` with BILINEAR (antialiased)."""
        if width < 1 or height < 1 or width % 1 != 0 or height % 1 != 0:
            raise ArgumentRangeError('width', f'and height must be whole and at least 1, not {width} × {height}')
        return Image(width, height, resized(self.data, self.width, self.height, 3, width, height))

    def crop(self, x: int, y: int, width: int, height: int) -> Image:
        """The rectangle whose upper left pixel is (x, y). ArgumentRangeError where it is not all within the image."""
        if x < 0 or y < 0 or width < 1 or height < 1 or x + width > self.width or y + height > self.height:
            size = f'{self.width} × {self.height}'
            raise ArgumentRangeError('x', f'{x}, {y} and {width} × {height} pixels from there do not lie within {size}')
        out = u8(3 * width * height)
        for row in range(height):
            start = 3 * ((y + row) * self.width + x)
            put(out, sub(self.data, start, start + 3 * width), 3 * row * width)
        return Image(width, height, out)

    def pad(self, x: int, y: int, width: int, height: int, grey: int = 0) -> Image:
        """The image at (x, y) within another, `width` × `height`, that is else grey (0 to 255).

        ArgumentRangeError where it does not all fit."""
        if x < 0 or y < 0 or x + self.width > width or y + self.height > height:
            size = f'{self.width} × {self.height}'
            raise ArgumentRangeError('x', f'{x}, {y}: {size} pixels do not fit there into {width} × {height}')
        out = u8(3 * width * height)
        fill(out, grey, 0, len(out))
        for row in range(self.height):
            start = 3 * row * self.width
            put(out, sub(self.data, start, start + 3 * self.width), 3 * ((y + row) * width + x))
        return Image(width, height, out)

    def __repr__(self) -> str:
        return f'Image({self.width} × {self.height})'
