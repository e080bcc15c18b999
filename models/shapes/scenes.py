"""Seeded scenes of shapes: what the detector is trained on and judged by.

A scene is a picture of 160 × 160 pixels with up to six filled or outlined shapes on a cluttered ground, in the light
and with the noise of a camera. The ground may hold a sheet of paper, so that a drawing before a webcam is nothing new.
"""

from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

CLASSES = ('circle', 'square', 'triangle', 'star', 'heart', 'cross')
SIDE = 160
SAMPLES = 2  # per pixel and axis: drawn larger, then averaged
MOST = 6  # shapes in a scene
RADII = (9.0, 52.0)  # of the circle around a shape, in pixels
MAX_COVER = 0.3  # of the smaller of two boxes
MIN_CONTRAST = 70.0  # distance in RGB between a shape and what it lies on

Points = np.ndarray  # float [n, 2] of x, y
Colour = tuple[int, int, int]
Rng = np.random.Generator


class Scene(NamedTuple):
    """`image`: uint8 [160, 160, 3], RGB; `boxes`: float32 [n, 4], x0 y0 x1 y1 in pixels; `labels`: int64 [n]."""

    image: np.ndarray
    boxes: np.ndarray
    labels: np.ndarray


def scene(seed: int) -> Scene:
    """The scene of that number: the same on every call, whatever was drawn before."""
    rng = np.random.default_rng(seed)
    image = ground(rng)
    draw = ImageDraw.Draw(image)
    clutter(draw, rng, rng.integers(0, 8))
    boxes: list[np.ndarray] = []
    labels: list[int] = []
    for _ in range(0 if rng.random() < 0.04 else rng.integers(1, MOST + 1)):
        label = int(rng.integers(len(CLASSES)))
        box = _draw_shape(image, draw, rng, label, boxes)
        if box is not None:
            boxes.append(box)
            labels.append(label)
    return Scene(photographed(image, rng), np.array(boxes, np.float32).reshape(-1, 4), np.array(labels, np.int64))


# --- shapes -----------------------------------------------------------------------------------------------------------


def outline(label: int, rng: Rng) -> Points:
    """The corners of a shape of that class inside the unit circle, drawn by a hand more or less steady."""
    name = CLASSES[label]
    t = np.linspace(0.0, 2.0 * np.pi, 48, endpoint=False)
    if name == 'circle':
        points = np.stack([np.cos(t), np.sin(t)], axis=1)
    elif name == 'heart':
        y = 13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)
        points = np.stack([16 * np.sin(t) ** 3, -y - 2.5], axis=1) / 17.0
    elif name == 'star':
        radius = np.where(np.arange(10) % 2 == 0, 1.0, rng.uniform(0.36, 0.52))
        t = np.arange(10) * (np.pi / 5)
        points = np.stack([radius * np.sin(t), -radius * np.cos(t)], axis=1)
    elif name == 'cross':
        a = rng.uniform(0.2, 0.36)
        corner = np.array([[-a, -1.0], [a, -1.0], [a, -a]])
        points = np.concatenate([corner @ rotation(i * np.pi / 2).T for i in range(4)])
        points *= 0.95
    else:
        sides = 4 if name == 'square' else 3
        t = np.arange(sides) * (2.0 * np.pi / sides) + np.pi / sides
        points = np.stack([np.sin(t), np.cos(t)], axis=1)
    return _wobbly(points, rng) if rng.random() < 0.5 else points


def _wobbly(points: Points, rng: Rng) -> Points:
    """The closed line through the points with slow waves of up to a twentieth of its radius."""
    steps = max(1, 48 // len(points))
    along = np.arange(steps)[:, None, None] / steps
    line = (points + along * (np.roll(points, -1, axis=0) - points)).transpose(1, 0, 2).reshape(-1, 2)
    t = np.linspace(0.0, 2.0 * np.pi, len(line), endpoint=False)
    waves = np.arange(2, 7)
    phases = rng.uniform(0.0, 2.0 * np.pi, (2, len(waves), 1))
    heights = rng.normal(0.0, 0.02, (2, len(waves), 1)) / np.sqrt(waves)[:, None]
    return line + (heights * np.sin(waves[:, None] * t + phases)).sum(axis=1).T


def rotation(angle: float) -> np.ndarray:
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def _draw_shape(image: Image.Image, draw: ImageDraw.ImageDraw, rng: Rng, label: int,
                boxes: list[np.ndarray]) -> np.ndarray | None:
    """Draws a shape where it covers no other by much, and gives its box; None where no place was found."""
    for _ in range(12):
        radius = float(np.exp(rng.uniform(*np.log(RADII))))
        stretch = np.array([[rng.uniform(0.87, 1.0), rng.uniform(-0.08, 0.08)], [0.0, 1.0]])
        points = outline(label, rng) @ (rotation(rng.uniform(0.0, 2.0 * np.pi)) @ stretch).T * radius
        points += rng.uniform(0.6 * radius, SIDE - 0.6 * radius, 2)
        style = rng.choice(3, p=[0.45, 0.35, 0.2])  # filled, outlined, both
        width = 0.0 if style == 0 else rng.uniform(1.2, max(2.2, 0.16 * radius))
        whole = np.concatenate([points.min(axis=0) - width / 2, points.max(axis=0) + width / 2])
        box = np.clip(whole, 0.0, SIDE)
        if _area(box) < 0.7 * _area(whole) or any(_cover(box, other) > MAX_COVER for other in boxes):
            continue
        below = colours(image, np.concatenate([points, 0.5 * (points + points.mean(axis=0))]))
        ink = contrasting(rng, below)
        if ink is None:
            continue
        path = [(float(x), float(y)) for x, y in SAMPLES * points]
        if style != 1:
            draw.polygon(path, fill=ink)
        if style == 1:
            _closed_line(draw, path, ink, width)
        if style == 2:
            _closed_line(draw, path, _colour(rng), width)
        return box
    return None


def _closed_line(draw: ImageDraw.ImageDraw, path: list[tuple[float, float]], ink: Colour, width: float) -> None:
    draw.line([*path, *path[:2]], fill=ink, width=max(1, round(SAMPLES * width)), joint='curve')


def _area(box: np.ndarray) -> float:
    return float(max(box[2] - box[0], 0.0) * max(box[3] - box[1], 0.0))


def _cover(a: np.ndarray, b: np.ndarray) -> float:
    """The part of the smaller box that lies in the other."""
    common = np.concatenate([np.maximum(a[:2], b[:2]), np.minimum(a[2:], b[2:])])
    return _area(common) / max(min(_area(a), _area(b)), 1e-6)


# --- colours and grounds ----------------------------------------------------------------------------------------------


def _colour(rng: Rng) -> Colour:
    """Any colour, with black, white and the colours of felt pens as often as all others."""
    channels = rng.choice([0, 255], 3) * 0.8 + rng.uniform(0, 51, 3) if rng.random() < 0.5 else rng.uniform(0, 255, 3)
    return int(channels[0]), int(channels[1]), int(channels[2])


def colours(image: Image.Image, points: Points) -> np.ndarray:
    """float [n, 3]: what the image shows at the points."""
    limit = image.width - 1
    pixels = np.clip(SAMPLES * points[:: max(1, len(points) // 16)], 0, limit).astype(int)
    return np.array([image.getpixel((int(x), int(y))) for x, y in pixels], float)


def contrasting(rng: Rng, below: np.ndarray) -> Colour | None:
    """A colour that most of what lies below differs from."""
    for _ in range(8):
        colour = _colour(rng)
        if np.quantile(np.linalg.norm(below - np.array(colour), axis=1), 0.15) >= MIN_CONTRAST:
            return colour
    return None


def ground(rng: Rng) -> Image.Image:
    """A picture of 320 × 320 samples: plain, graded or cloudy, perhaps with a table or a sheet of paper."""
    kind = rng.random()
    corners = np.array([_colour(rng)] * 4 if kind < 0.3 else [_colour(rng) for _ in range(4)], float)
    size = 2
    if kind >= 0.7:  # clouds
        size = int(rng.integers(3, 24))
        corners = np.array(_colour(rng)) + rng.normal(0.0, rng.uniform(5.0, 45.0), (size * size, 3))
    cells = np.clip(corners.reshape(size, size, 3), 0, 255).astype(np.uint8)
    side = SIDE * SAMPLES
    image = Image.fromarray(cells).resize((side, side), Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(image)
    if rng.random() < 0.25:
        height = [float(y) for y in rng.uniform(0.1, 0.9, 2) * side]
        draw.polygon([(0, height[0]), (side, height[1]), (side, side), (0, side)], fill=_colour(rng))
    if rng.random() < 0.25:
        white = int(rng.integers(185, 256))
        sheet = np.array([[-1.0, -1.4], [1.0, -1.4], [1.0, 1.4], [-1.0, 1.4]]) * rng.uniform(0.3, 0.6)
        sheet = sheet @ rotation(rng.uniform(0.0, np.pi)).T + rng.uniform(0.35, 0.65, 2)
        draw.polygon([(float(x), float(y)) for x, y in sheet * side], fill=(white, white, int(0.97 * white)))
    return image


def clutter(draw: ImageDraw.ImageDraw, rng: Rng, count: int) -> None:
    """Things that are none of the shapes: lines, scribbles, arcs, bars, lines of writing."""
    side = SIDE * SAMPLES
    for _ in range(count):
        kind, ink, width = rng.integers(5), _colour(rng), int(rng.integers(1, 9))
        place, size = rng.uniform(0, side, 2), rng.uniform(0.05, 0.4) * side
        if kind == 0:
            path = rng.uniform(0, side, (2, 2))
        elif kind == 1:
            path = place + np.cumsum(rng.normal(0, size / 6, (int(rng.integers(4, 12)), 2)), axis=0)
        elif kind == 2:
            begin, length = rng.uniform(0, 360), rng.uniform(40, 170)
            box = (*(place - size), *(place + size))
            draw.arc([float(x) for x in box], begin, begin + length, fill=ink, width=width)
            continue
        elif kind == 3:  # a bar: three times as long as wide, or longer
            bar = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * (size, size * rng.uniform(0.08, 0.33))
            bar = bar @ rotation(rng.uniform(0, np.pi)).T + place
            draw.polygon([(float(x), float(y)) for x, y in bar], fill=ink)
            continue
        else:
            x = np.arange(0, int(rng.integers(6, 30))) * rng.uniform(3, 7)
            path = place + np.stack([x, rng.normal(0, rng.uniform(3, 8), len(x))], axis=1)
            width = int(rng.integers(1, 4))
        draw.line([(float(x), float(y)) for x, y in path], fill=ink, width=width)


def photographed(image: Image.Image, rng: Rng) -> np.ndarray:
    """uint8 [side, side, 3] of a square of samples: averaged, perhaps out of focus, in uneven light, with noise."""
    image = image.reduce(SAMPLES)
    side = image.width
    if rng.random() < 0.4:
        image = image.filter(ImageFilter.BoxBlur(rng.uniform(0.2, 1.3)))
    pixels = np.asarray(image, np.float32)
    if rng.random() < 0.6:
        light = rng.uniform(0.55, 1.15) * rng.uniform(0.85, 1.1, 3)  # its strength and colour
        slope = rng.uniform(-0.25, 0.25, 2)
        ramp = np.linspace(-1.0, 1.0, side, dtype=np.float32)
        shade = (1.0 + slope[0] * ramp[:, None] + slope[1] * ramp).astype(np.float32)
        pixels = pixels * shade[..., None] * light.astype(np.float32) + np.float32(rng.uniform(0, 30))
    if rng.random() < 0.6:
        grain = rng.standard_normal((side, side, 3), np.float32)
        pixels = pixels + np.float32(rng.uniform(1.0, 12.0)) * grain
    return np.clip(pixels, 0, 255).astype(np.uint8)
