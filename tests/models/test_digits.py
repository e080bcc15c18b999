"""The digits model that ships with Alula: as accurate as its README says, ready for drawings, and self-describing."""

import json
from pathlib import Path

import alula
import numpy as np
import onnx
import pytest
from alula.host.tasks import run_sync
from PIL import Image, ImageDraw

from tests import oracle

DIGITS = Path(__file__).parents[2] / 'models' / 'digits'
MODEL = (DIGITS / 'digits.onnx').read_bytes()
DRAWINGS = json.loads((DIGITS / 'drawings.json').read_text())
SIDE, HEIGHT = 32, 28


def recognised(images: np.ndarray) -> np.ndarray:
    return oracle.expected(MODEL, {'image': images.astype(np.float32)})['probabilities'].argmax(axis=1)


def rendered(strokes: list[list[list[float]]], width: float) -> np.ndarray:
    """[32, 32] of ink: polylines of that width in pixels, scaled to 28 pixels and centred; 4 × 4 samples a pixel."""
    points = np.concatenate([np.array(stroke) for stroke in strokes])
    low, high = points.min(axis=0), points.max(axis=0)
    scale = (HEIGHT - width) / (high - low).max()
    samples = (np.stack(np.meshgrid(*[np.arange(4 * SIDE)] * 2), axis=-1) + 0.5) / 4
    distance = np.full(samples.shape[:2], np.inf)
    for stroke in strokes:
        path = SIDE / 2 + scale * (np.array(stroke) - (low + high) / 2)
        for start, end in zip(path, path[1:]):
            step = end - start
            along = np.clip((samples - start) @ step / max(step @ step, 1e-12), 0.0, 1.0)
            distance = np.minimum(distance, np.linalg.norm(samples - start - along[..., None] * step, axis=-1))
    return (distance <= width / 2).reshape(SIDE, 4, SIDE, 4).mean(axis=(1, 3))


def picture(strokes: list[list[list[float]]], width: int, ink: str, paper: str) -> Image.Image:
    """Polylines of that width in pixels, with round ends, left of the middle of a picture of 400 × 300."""
    image = Image.new('RGB', (400, 300), paper)
    pen = ImageDraw.Draw(image)
    for stroke in strokes:
        points = [(30 + 240 * x, 30 + 240 * y) for x, y in stroke]
        pen.line(points, ink, width)
        for x, y in points:
            pen.circle((x, y), width / 2, ink)
    return image


def test_accuracy_on_the_held_out_images():
    held_out = np.load(DIGITS / 'held_out.npz')
    images = np.kron(held_out['cells'] / 16.0, np.ones((1, 4, 4)))[:, None]
    assert images.shape == (450, 1, 32, 32)
    accuracy = np.mean(recognised(images) == held_out['labels'])
    assert accuracy >= 0.98
    assert f'{accuracy:.1%}'.replace('%', ' %') in (DIGITS / 'README.md').read_text()


@pytest.mark.parametrize('width', [2.0, 3.0, 4.5, 6.0])
def test_drawings_are_recognised(width):
    images = np.stack([rendered(drawing['strokes'], width) for drawing in DRAWINGS])[:, None]
    assert [str(digit) for digit in recognised(images)] == [drawing['digit'] for drawing in DRAWINGS]


@pytest.mark.parametrize('width', [6, 10, 16, 22])
@pytest.mark.parametrize(('ink', 'paper'), [('black', 'white'), ('white', 'black'), ('#555', '#bbb')])
def test_pictures_of_drawings_are_recognised(width, ink, paper):
    """As a user gives them: pictures of any size, with the drawing anywhere, through `pipeline`."""
    task = run_sync(alula.pipeline('image-classification', MODEL))
    pictures = [picture(drawing['strokes'], width, ink, paper) for drawing in DRAWINGS]
    answers = task.run_sync(pictures)
    assert [answer[0].label for answer in answers] == [drawing['digit'] for drawing in DRAWINGS]


def test_the_model_is_small_and_says_what_it_is():
    model = onnx.load_from_string(MODEL)
    onnx.checker.check_model(model, full_check=True)
    metadata = {entry.key: entry.value for entry in model.metadata_props}
    assert len(MODEL) <= 300 * 1024
    described = json.loads(metadata['alula'])
    assert described['task'] == 'image-classification'
    assert described['labels'] == [str(digit) for digit in range(10)]
    assert [value.name for value in [*model.graph.input, *model.graph.output]] == ['image', 'probabilities']
