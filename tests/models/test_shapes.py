"""The shapes detector that ships with Alula: as accurate on fresh scenes as its README says, and self-describing."""

import json
import re
from pathlib import Path

import numpy as np
import onnx
import pytest
from alula import InferenceSession
from PIL import Image

from models.shapes import accuracy, scenes
from tests import oracle

SHAPES = Path(__file__).parents[2] / 'models' / 'shapes'
MODEL = (SHAPES / 'shapes.onnx').read_bytes()
README = (SHAPES / 'README.md').read_text(encoding='utf-8')
FRESH = range(500_000, 500_100)  # neither trained on nor in the README's figure


def prepared(image: np.ndarray) -> np.ndarray:
    """float32 [3, 160, 160] of an RGB picture."""
    return (image.astype(np.float32) / 255).transpose(2, 0, 1)


@pytest.fixture(scope='module')
def session() -> InferenceSession:
    return InferenceSession.create_sync(MODEL, execution_providers=['numpy'])


def test_accuracy_on_fresh_scenes(session):
    drawn = [scenes.scene(i) for i in FRESH]
    found = []
    for start in range(0, len(drawn), 20):
        images = np.stack([prepared(s.image) for s in drawn[start:start + 20]])
        (output,) = session.run_sync({'image': images}).values()
        found += [accuracy.Detections(one) for one in np.asarray(output)]
    table = accuracy.average_precisions(found, [s.boxes for s in drawn], [s.labels for s in drawn],
                                        len(scenes.CLASSES))
    stated, stated_all = map(float, re.search(r'mAP@0\.5 (\d\.\d+), mAP@0\.5:0\.95 (\d\.\d+)', README).groups())
    assert table[:, 0].mean() == pytest.approx(stated, abs=0.03)
    assert table.mean() == pytest.approx(stated_all, abs=0.04)


def test_outputs_are_those_of_onnxruntime(session):
    images = np.stack([prepared(scenes.scene(i).image) for i in range(4)])
    (output,) = session.run_sync({'image': images}).values()
    expected = oracle.expected(MODEL, {'image': images})['detections']
    np.testing.assert_allclose(np.asarray(output), expected, rtol=1e-4, atol=1e-3)


@pytest.mark.parametrize('name', ['scene-1', 'scene-2', 'scene-3'])
def test_the_example_pictures_hold_what_their_readme_says(name, session):
    with Image.open(SHAPES / f'{name}.png') as picture:
        image = np.asarray(picture.convert('RGB'))
    (output,) = session.run_sync({'image': prepared(image)[None]}).values()
    found = accuracy.Detections(np.asarray(output)[0], min_score=0.5)
    line = re.search(rf'`{name}\.png` \| (.+?) \|', README)
    assert ', '.join(sorted(scenes.CLASSES[label] for label in found.labels)) == line.group(1)


def test_scenes_are_seeded_and_differ():
    first, again, other = scenes.scene(7), scenes.scene(7), scenes.scene(8)
    assert all(np.array_equal(a, b) for a, b in zip(first, again))
    assert not np.array_equal(first.image, other.image)


def test_precision_of_perfect_missing_and_doubled_boxes():
    boxes, labels = np.array([[10.0, 10, 50, 50], [80, 80, 120, 130]]), np.array([0, 0])

    def precision(found: np.ndarray, scores: list[float]) -> float:
        detections = accuracy.Detections(np.zeros((5, 0)))
        detections.boxes, detections.scores, detections.labels = found, np.array(scores), np.zeros(len(found), int)
        return accuracy.average_precisions([detections], [boxes], [labels], 1)[0, 0]

    assert precision(boxes, [0.9, 0.8]) == pytest.approx(1.0)
    assert precision(boxes[:1], [0.9]) == pytest.approx(51 / 101)  # recall levels 0.00 to 0.50
    assert precision(boxes[[0, 0, 1]], [0.9, 0.8, 0.7]) == pytest.approx((51 + 50 * 2 / 3) / 101)
    assert precision(boxes + 200.0, [0.9, 0.8]) == 0.0


def test_the_model_is_small_and_says_what_it_is():
    model = onnx.load_from_string(MODEL)
    onnx.checker.check_model(model, full_check=True)
    assert len(MODEL) <= 500_000
    described = json.loads({entry.key: entry.value for entry in model.metadata_props}['alula'])
    assert described['task'] == 'object-detection'
    assert tuple(described['labels']) == scenes.CLASSES
    assert [value.name for value in [*model.graph.input, *model.graph.output]] == ['image', 'detections']
