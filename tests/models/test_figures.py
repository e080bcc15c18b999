"""The pose net that ships with Alula: as accurate on fresh figures as its README says, and self-describing."""

import json
import re
from pathlib import Path

import numpy as np
import onnx
import pytest
from alula import InferenceSession, pipeline_sync

from models.figures import accuracy, figures
from tests import oracle

FIGURES = Path(__file__).parents[2] / 'models' / 'figures'
MODEL = (FIGURES / 'figures.onnx').read_bytes()
README = (FIGURES / 'README.md').read_text(encoding='utf-8')
FRESH = range(500_000, 500_120)  # neither trained on nor in the README's figure


def prepared(image: np.ndarray) -> np.ndarray:
    """float32 [3, 128, 128] of an RGB picture."""
    return (image.astype(np.float32) / 255).transpose(2, 0, 1)


@pytest.fixture(scope='module')
def session() -> InferenceSession:
    return InferenceSession.create_sync(MODEL, execution_providers=['numpy'])


def test_accuracy_on_fresh_figures(session):
    drawn = [figures.figure(i) for i in FRESH]
    found = []
    for start in range(0, len(drawn), 20):
        images = np.stack([prepared(one.image) for one in drawn[start:start + 20]])
        (output,) = session.run_sync({'image': images}).values()
        found += [accuracy.errors(heat, one.joints) for heat, one in zip(output, drawn[start:], strict=False)]
    apart = np.array(found)
    stated, pixels = map(float, re.search(r'PCK@0\.1 (\d\.\d+), mean error (\d+\.\d+) pixels', README).groups())
    assert (apart[..., 0] <= 0.1).mean() == pytest.approx(stated, abs=0.03)
    assert apart[..., 1].mean() == pytest.approx(pixels, rel=0.3)


def test_outputs_are_those_of_onnxruntime(session):
    images = np.stack([prepared(figures.figure(i).image) for i in range(4)])
    (output,) = session.run_sync({'image': images}).values()
    expected = oracle.expected(MODEL, {'image': images})['heatmaps']
    np.testing.assert_allclose(np.asarray(output), expected, rtol=1e-4, atol=1e-5)


def test_the_task_finds_the_joints_of_a_larger_picture():
    """A picture of another shape: the joints come back in its pixels."""
    drawn = figures.figure(500_003)
    picture = np.zeros((256, 400, 3), np.uint8)
    picture[:, 72:328] = drawn.image.repeat(2, axis=0).repeat(2, axis=1)
    task = pipeline_sync('pose-estimation', MODEL)
    (pose,) = task.run_sync(picture)
    assert [joint.name for joint in pose.keypoints] == list(figures.KEYPOINTS)
    found = np.array([[joint.x, joint.y] for joint in pose.keypoints])
    apart = np.linalg.norm(found - (2 * drawn.joints + (72, 0)), axis=1)
    assert np.median(apart) < 6


def test_figures_are_seeded_and_differ():
    first, again, other = figures.figure(7), figures.figure(7), figures.figure(8)
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not np.array_equal(first.image, other.image)
    assert (first.joints > 0).all() and (first.joints < figures.SIDE).all()


def test_errors_of_perfect_and_shifted_heatmaps():
    joints = figures.figure(3).joints
    cells = (np.arange(32) + 0.5) * 4
    near = np.exp(-0.5 * ((cells[None, :, None] - joints[:, None, :]) / 6.4) ** 2)  # [keypoints, cells, axis]
    heatmaps = near[:, :, 1][:, :, None] * near[:, :, 0][:, None, :]
    assert accuracy.errors(heatmaps, joints)[:, 1].max() < 0.6
    shifted = accuracy.errors(np.roll(heatmaps, 2, axis=2), joints)
    assert shifted[:, 1] == pytest.approx(8, abs=1)
    size = (joints.max(axis=0) - joints.min(axis=0)).max()
    assert shifted[:, 0] == pytest.approx(shifted[:, 1] / size)


def test_the_model_is_small_and_says_what_it_is():
    model = onnx.load_from_string(MODEL)
    onnx.checker.check_model(model, full_check=True)
    assert len(MODEL) <= 500_000
    described = json.loads({entry.key: entry.value for entry in model.metadata_props}['alula'])
    assert described['task'] == 'pose-estimation'
    assert tuple(described['keypoints']) == figures.KEYPOINTS
    assert tuple(map(tuple, described['skeleton'])) == figures.SKELETON
    assert [value.name for value in [*model.graph.input, *model.graph.output]] == ['image', 'heatmaps']
