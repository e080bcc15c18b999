"""How a picture is made to fit a model's input, and how to get from there back to the picture.

Coordinates are continuous: pixel i of an axis covers i to i + 1."""

from __future__ import annotations

from typing import Any

from alula.errors import SettingError
from alula.media.image import Image
from alula.media.ink import Ink


class Fitted:
    """An image of the model's size, and where the source lies in it: it begins at (`left`, `top`), and each of its
    pixels is `scale_x` × `scale_y` there."""

    def __init__(self, image: Image, source: Image, scale_x: float, scale_y: float, left: float, top: float) -> None:
        self.image = image
        self.source = source
        self.scale_x = scale_x
        self.scale_y = scale_y
        self.left = left
        self.top = top

    def source_x(self, x: float) -> float:
        """Where in the source, within its bounds, a place of the image is."""
        return min(max((x - self.left) / self.scale_x, 0.0), self.source.width)

    def source_y(self, y: float) -> float:
        return min(max((y - self.top) / self.scale_y, 0.0), self.source.height)


def stretched(source: Image, width: int, height: int, spec: dict[str, Any]) -> Fitted:
    """The whole picture, its proportions given up."""
    image = source.resize(width, height)
    return Fitted(image, source, width / source.width, height / source.height, 0.0, 0.0)


def letterboxed(source: Image, width: int, height: int, spec: dict[str, Any]) -> Fitted:
    """The whole picture in its proportions, in the middle of grey ('pad' of the spec: 114)."""
    is_wide = source.width * height >= source.height * width
    wide = width if is_wide else max(round(source.width / source.height * height), 1)
    high = max(round(source.height / source.width * width), 1) if is_wide else height
    left = (width - wide) // 2
    top = (height - high) // 2
    image = source.resize(wide, high).pad(left, top, width, height, spec.get('pad', 114))
    return Fitted(image, source, wide / source.width, high / source.height, left, top)


def cropped(source: Image, width: int, height: int, spec: dict[str, Any]) -> Fitted:
    """The middle of the picture, in its proportions. 'resize' of the spec: what its shorter side becomes before (what
    the input needs)."""
    shorter = spec.get('resize')
    if shorter is not None:
        across = source.width <= source.height
        wide = shorter if across else shorter * source.width // source.height
        high = shorter * source.height // source.width if across else shorter
    elif source.width * height >= source.height * width:
        wide = source.width * height // source.height
        high = height
    else:
        wide = width
        high = source.height * width // source.width
    if wide < width or high < height:
        what = f'resize {shorter} leaves {wide} × {high} pixels, and {width} × {height} are needed'
        raise SettingError('input', what)
    left = round((wide - width) / 2)
    top = round((high - height) / 2)
    image = source.resize(wide, high).crop(left, top, width, height)
    return Fitted(image, source, wide / source.width, high / source.height, -left, -top)


def inked(source: Image, width: int, height: int, spec: dict[str, Any]) -> Fitted:
    """What is written on the picture, white on black, its longer side 'box' pixels (of the spec: the input's shorter
    side), in the middle. ImageError where nothing is."""
    ink = Ink(source)
    scale = spec.get('box', min(width, height)) / max(ink.width, ink.height)
    wide = max(round(ink.width * scale), 1)
    high = max(round(ink.height * scale), 1)
    left = (width - wide) // 2
    top = (height - high) // 2
    image = ink.image.resize(wide, high).pad(left, top, width, height)
    scale_x = wide / ink.width
    scale_y = high / ink.height
    return Fitted(image, source, scale_x, scale_y, left - ink.left * scale_x, top - ink.top * scale_y)


def fit_image(source: Image, width: int, height: int, spec: dict[str, Any]) -> Fitted:
    """A picture made to fit as 'fit' of the spec says: 'stretch', 'letterbox', 'crop' or 'ink'."""
    fit = spec['fit']
    ways = {'stretch': stretched, 'letterbox': letterboxed, 'crop': cropped, 'ink': inked}
    if fit not in ways:
        raise SettingError('input', f"fit must be one of {', '.join(ways)}, not '{fit}'")
    return ways[fit](source, width, height, spec)
