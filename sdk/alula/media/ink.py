"""What is written on a picture: dark on light or light on dark, photographed or drawn."""

from __future__ import annotations

from alula.errors import ImageError
from alula.host.arrays import TypedArray, put, sub, u8
from alula.host.pixels import bounds_of, extremes, grey_of_rgb, looked_up, rgb_of_grey
from alula.media.image import Image

# Of the contrast of a picture: what is still paper, and what is pen altogether.
PAPER = 0.2
PEN = 0.65
# Levels (of 255): contrast below which nothing is written, and ink below which a spot is no part of it.
FAINT = 24
STAIN = 48


class Ink:
    """The ink of a picture, cropped to it. `image`: grey, 0 paper and 255 pen; (`left`, `top`): where it was.

    Whatever the edge of the picture is like (the median) is paper; what differs most from it is pen.
    ImageError where nothing is written.
    """

    def __init__(self, source: Image) -> None:
        light = grey_of_rgb(source.data)
        paper = _median_of_edge(light, source.width, source.height)
        darkest, lightest = extremes(light)
        contrast = max(paper - darkest, lightest - paper)
        if contrast < FAINT:
            raise ImageError('nothing is drawn or written on it')
        table = u8(256)
        for level in range(256):
            part = (abs(level - paper) / contrast - PAPER) / (PEN - PAPER)
            table[level] = round(255 * min(max(part, 0.0), 1.0))
        ink = u8(len(light))
        looked_up(light, 0, 1, table, 0, ink, 0, 1)
        left, top, right, bottom = bounds_of(ink, source.width, STAIN)
        self.left: int = left
        self.top: int = top
        self.width: int = right - left
        self.height: int = bottom - top
        plane = u8(self.width * self.height)
        for y in range(self.height):
            start = (top + y) * source.width + left
            put(plane, sub(ink, start, start + self.width), y * self.width)
        self.image: Image = Image(self.width, self.height, rgb_of_grey(plane))


def _median_of_edge(plane: TypedArray, width: int, height: int) -> int:
    """The median level of the outermost pixels."""
    edge = [plane[x] for x in range(width)]
    edge.extend([plane[(height - 1) * width + x] for x in range(width)])
    for y in range(height):
        edge.extend([plane[y * width], plane[(y + 1) * width - 1]])
    level: int = sorted(edge)[len(edge) // 2]
    return level
