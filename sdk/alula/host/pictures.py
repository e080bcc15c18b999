"""The pixels of what users call a picture (CPython body: arrays, and Pillow's images and decoders where it is
installed)."""

from __future__ import annotations

import io
import os
from typing import Any

import numpy as np

from alula.errors import ImageError, MissingPackageError
from alula.fetching import fetch_bytes

try:
    import PIL.Image
    import PIL.ImageOps
except ImportError:
    PIL = None  # type: ignore[assignment]


async def pixels_of(source: Any, signal: Any) -> list[Any]:
    """[width, height, channels, bytes] of a picture: grey, RGB or RGBA (not premultiplied), row by row.

    CPython: a uint8 array [height, width] or [height, width, 1, 3 or 4] (NumPy's, or anything else with
    `__array_interface__`), an image of Pillow, the bytes of a picture's file, its path or URL. Orientation in EXIF is
    followed; colour profiles are not.
    JS: ImageData or any {width, height, data} with 1, 3 or 4 bytes a pixel, ImageBitmap, VideoFrame, an element img,
    video or canvas, OffscreenCanvas, Blob, File, the bytes of a picture's file, its URL. The browser draws all but
    {width, height, data} on white, in sRGB, so that they come opaque.
    Raises ImageError for what is no picture, MissingPackageError without Pillow, FetchError, AbortedError.
    """
    if isinstance(source, str | os.PathLike):
        return _of_pillow(_decoded(await fetch_bytes(source, None, signal)))
    if isinstance(source, bytes | bytearray | memoryview):
        return _of_pillow(_decoded(source))
    if PIL is not None and isinstance(source, PIL.Image.Image):
        return _of_pillow(source)
    if not hasattr(source, '__array_interface__'):
        raise ImageError(f'{type(source).__name__} is no array, no image of Pillow, no bytes and no path')
    return _of_array(np.asarray(source))


def _decoded(data: Any) -> Any:
    if PIL is None:
        raise MissingPackageError('pillow', 'Decoding a picture')
    try:
        image = PIL.Image.open(io.BytesIO(data))
        image.load()
    except (OSError, ValueError, SyntaxError, PIL.Image.DecompressionBombError) as error:
        raise ImageError('its bytes are no picture that can be read here') from error
    return image


def _of_pillow(image: Any) -> list[Any]:
    image = PIL.ImageOps.exif_transpose(image)
    if image.mode.startswith('I;16'):
        return _of_array((np.asarray(image) >> 8).astype(np.uint8))
    if image.mode in ('I', 'F'):
        raise ImageError(f"Pillow's mode '{image.mode}' says nothing of what is black and what is white")
    if image.mode not in ('L', 'RGB', 'RGBA'):
        image = image.convert('RGBA' if image.has_transparency_data else 'RGB')
    return _of_array(np.asarray(image))


def _of_array(pixels: Any) -> list[Any]:
    channels = pixels.shape[2] if pixels.ndim == 3 else 1
    if pixels.dtype != np.uint8 or pixels.ndim not in (2, 3) or channels not in (1, 3, 4):
        shape = ','.join(map(str, pixels.shape))
        raise ImageError(f'an array must be uint8[height,width,1, 3 or 4], not {pixels.dtype}[{shape}]')
    data: Any = np.ascontiguousarray(pixels).reshape(-1)
    return [pixels.shape[1], pixels.shape[0], channels, memoryview(data)]
