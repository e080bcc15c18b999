"""Seeded pictures of figures: what the pose net is trained on and judged by.

A picture of 128 × 128 pixels has one figure, seen from the front: a head and limbs of any thickness, in any clothes, on
the cluttered grounds that scenes of shapes have (models/shapes/scenes.py), in the light and with the noise of a camera.
"""

from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw

from models.shapes import scenes

KEYPOINTS = ('head', 'neck', 'left shoulder', 'right shoulder', 'left elbow', 'right elbow', 'left wrist',
             'right wrist', 'left hip', 'right hip', 'left knee', 'right knee', 'left ankle', 'right ankle')
SKELETON = ((0, 1), (1, 2), (1, 3), (2, 4), (3, 5), (4, 6), (5, 7), (2, 8), (3, 9), (8, 9), (8, 10), (9, 11), (10, 12),
            (11, 13))
SIDE = 128
SAMPLES = scenes.SAMPLES
MARGIN = 5.0  # pixels between a joint and the edge, at least
HEIGHTS = (60.0, 112.0)  # pixels that a figure's joints span along its longer side

Points = np.ndarray  # float [n, 2] of x, y
Rng = np.random.Generator


class Figure(NamedTuple):
    """`image`: uint8 [128, 128, 3], RGB; `joints`: float32 [14, 2] of x, y in pixels, in the order of KEYPOINTS."""

    image: np.ndarray
    joints: np.ndarray


def figure(seed: int) -> Figure:
    """The figure of that number: the same on every call, whatever was drawn before."""
    rng = np.random.default_rng(seed)
    image = scenes.ground(rng).crop((0, 0, SIDE * SAMPLES, SIDE * SAMPLES))
    draw = ImageDraw.Draw(image)
    scenes.clutter(draw, rng, int(rng.integers(0, 6)))
    joints = _placed(_pose(rng), rng)
    _draw_figure(draw, image, joints, rng)
    return Figure(scenes.photographed(image, rng), joints.astype(np.float32))


def _pose(rng: Rng) -> Points:
    """Joints of a figure about 1 high, y downwards. Seen from the front: its left is at the right of the picture."""
    lean = rng.normal(0.0, 0.18)
    up = np.array([np.sin(lean), -np.cos(lean)])
    side = np.array([-up[1], up[0]])
    hips = np.zeros(2)
    neck = hips + 0.32 * rng.uniform(0.9, 1.1) * up
    head = neck + 0.14 * _turned(up, rng.normal(0.0, 0.25))
    joints = {'head': head, 'neck': neck}
    shoulder = 0.105 * rng.uniform(0.8, 1.25)
    hip = 0.07 * rng.uniform(0.8, 1.25)
    arm, leg = 0.17 * rng.uniform(0.88, 1.12), 0.25 * rng.uniform(0.88, 1.12)
    for name, sign in (('left', 1.0), ('right', -1.0)):
        joints[f'{name} shoulder'] = neck + sign * shoulder * side - 0.02 * up
        joints[f'{name} hip'] = hips + sign * hip * side
        raised = rng.uniform(0.05, 2.9) if rng.random() < 0.75 else rng.normal(0.1, 0.3)
        upper = _turned(-up, -sign * raised)
        bend = rng.uniform(-0.3, 2.2) if rng.random() < 0.7 else rng.normal(0.0, 0.2)
        joints[f'{name} elbow'] = joints[f'{name} shoulder'] + arm * upper
        joints[f'{name} wrist'] = joints[f'{name} elbow'] + arm * _turned(upper, -sign * bend)
        spread = abs(rng.normal(0.12, 0.35))
        thigh = _turned(np.array([0.0, 1.0]), -sign * spread)
        joints[f'{name} knee'] = joints[f'{name} hip'] + leg * thigh
        joints[f'{name} ankle'] = joints[f'{name} knee'] + leg * _turned(thigh, sign * rng.uniform(-0.2, 1.1))
    return np.array([joints[name] for name in KEYPOINTS])


def _turned(direction: np.ndarray, angle: float) -> np.ndarray:
    return direction @ scenes.rotation(angle).T


def _placed(joints: Points, rng: Rng) -> Points:
    """The joints scaled and moved so that all of them are in the picture, in pixels."""
    low, high = joints.min(axis=0), joints.max(axis=0)
    scale = rng.uniform(*HEIGHTS) / (high - low).max()
    room = SIDE - 2 * MARGIN - scale * (high - low)
    return (joints - low) * scale + MARGIN + rng.uniform(0.0, 1.0, 2) * room


def _draw_figure(draw: ImageDraw.ImageDraw, image: Image.Image, joints: Points, rng: Rng) -> None:
    """Legs, torso, arms and head, in one colour or in clothes, all of them apart from what lies behind."""
    size = float(np.linalg.norm(joints[1] - joints[8:10].mean(axis=0))) / 0.32
    width = size * rng.uniform(0.02, 0.075)
    below = scenes.colours(image, joints)
    main = scenes.contrasting(rng, below) or (0, 0, 0)
    dressed = rng.random() < 0.5
    inks = {part: (scenes.contrasting(rng, below) or main) if dressed else main
            for part in ('legs', 'torso', 'arms', 'head')}
    sticks = rng.random() < 0.35
    for hip in (8, 9):
        _limb(draw, joints[[hip, hip + 2, hip + 4]], width, inks['legs'])
    if sticks:
        _limb(draw, np.stack([joints[1], joints[8:10].mean(axis=0)]), width, inks['torso'])
        _limb(draw, joints[[2, 1, 3]], width, inks['torso'])
        _limb(draw, joints[[8, 9]], width, inks['torso'])
    else:
        corners = joints[[2, 3, 9, 8]]
        draw.polygon([(float(x), float(y)) for x, y in SAMPLES * corners], fill=inks['torso'])
        _limb(draw, corners[[0, 1, 2, 3, 0]], 0.8 * width, inks['torso'])
        _limb(draw, joints[[1, 0]], width, inks['torso'])
    for shoulder in (2, 3):
        _limb(draw, joints[[shoulder, shoulder + 2, shoulder + 4]], 0.85 * width, inks['arms'])
    radius = size * rng.uniform(0.06, 0.095)
    box = [float(x) for x in SAMPLES * np.concatenate([joints[0] - radius, joints[0] + radius])]
    if rng.random() < 0.2:
        draw.ellipse(box, outline=inks['head'], width=max(1, round(SAMPLES * 0.6 * width)))
    else:
        draw.ellipse(box, fill=inks['head'])


def _limb(draw: ImageDraw.ImageDraw, path: Points, width: float, ink: scenes.Colour) -> None:
    """A line with round ends and bends; `width` in pixels."""
    thick = max(2.0, SAMPLES * width)
    points = [(float(x), float(y)) for x, y in SAMPLES * path]
    draw.line(points, fill=ink, width=round(thick))
    for x, y in points:
        draw.ellipse((x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2), fill=ink)
