"""Pre-processing against Pillow, to the bit: resizing, grey, paper under what is transparent, letterboxes.

Pillow chooses the order of the two passes of a resize from version 13 on."""
import hypothesis.extra.numpy as arrays
import numpy as np
from alula.host.pixels import grey_of_rgb, rgb_over_white
from alula.media.fit import fit_image
from alula.media.image import Image
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow
from PIL import ImageOps

SIDES = st.integers(1, 160)
BYTES = st.integers(0, 255)
LEVELS = st.one_of(BYTES, st.sampled_from([0, 255]))


@st.composite
def pictures(draw) -> np.ndarray:
    """uint8 [height, width, 3]: noise of one kind or another, as extreme as black and white."""
    shape = (draw(SIDES), draw(SIDES), 3)
    noise = np.random.default_rng(draw(st.integers(0, 2**32 - 1))).integers(0, 256, shape)
    steps = draw(st.sampled_from([1, 51, 255]))
    return (noise // steps * steps).astype(np.uint8)


def image(pixels: np.ndarray) -> Image:
    return Image(pixels.shape[1], pixels.shape[0], pixels)


def pixels_of(held: Image) -> np.ndarray:
    return np.frombuffer(held.data, np.uint8).reshape(held.height, held.width, 3)


@settings(max_examples=300, deadline=None)
@given(pictures(), SIDES, SIDES)
@example(np.full((1, 3000, 3), 255, np.uint8), 1, 1)
@example(np.full((2000, 2, 3), 255, np.uint8), 3, 1)
def test_resizing_is_that_of_pillow(pixels: np.ndarray, width: int, height: int) -> None:
    expected = Pillow.fromarray(pixels).resize((width, height), Pillow.Resampling.BILINEAR)
    np.testing.assert_array_equal(pixels_of(image(pixels).resize(width, height)), np.asarray(expected))


def test_resizing_of_a_camera_frame() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (480, 640, 3)).astype(np.uint8)
    for size in ((224, 224), (320, 240), (1280, 720), (64, 479)):
        expected = Pillow.fromarray(pixels).resize(size, Pillow.Resampling.BILINEAR)
        np.testing.assert_array_equal(pixels_of(image(pixels).resize(*size)), np.asarray(expected))


@settings(deadline=None)
@given(pictures())
def test_grey_is_that_of_pillow(pixels: np.ndarray) -> None:
    expected = np.asarray(Pillow.fromarray(pixels).convert('L')).reshape(-1)
    np.testing.assert_array_equal(np.frombuffer(grey_of_rgb(memoryview(pixels.reshape(-1))), np.uint8), expected)


@settings(deadline=None)
@given(arrays.arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9), st.just(4)), elements=LEVELS))
def test_paper_shows_through_as_in_pillow(pixels: np.ndarray) -> None:
    source = Pillow.fromarray(pixels)
    paper = Pillow.new('RGB', source.size, 'white')
    paper.paste(source, mask=source.getchannel('A'))
    found = np.frombuffer(rgb_over_white(memoryview(pixels.reshape(-1))), np.uint8)
    np.testing.assert_array_equal(found, np.asarray(paper).reshape(-1))


@settings(deadline=None)
@given(pictures(), st.integers(8, 80), st.integers(8, 80), BYTES)
def test_a_letterbox_contains_the_picture(pixels: np.ndarray, width: int, height: int, grey: int) -> None:
    found = fit_image(image(pixels), width, height, {'fit': 'letterbox', 'pad': grey})
    if min(width / pixels.shape[1], height / pixels.shape[0]) * min(pixels.shape[:2]) > 1:  # else Pillow has no pixel
        inner = ImageOps.contain(Pillow.fromarray(pixels), (width, height), Pillow.Resampling.BILINEAR)
        expected = Pillow.new('RGB', (width, height), (grey, grey, grey))
        expected.paste(inner, ((width - inner.width) // 2, (height - inner.height) // 2))
        np.testing.assert_array_equal(pixels_of(found.image), np.asarray(expected))


@settings(deadline=None)
@given(pictures(), st.integers(4, 80), st.integers(4, 80), st.sampled_from(['crop', 'letterbox', 'stretch']),
       st.floats(0, 1), st.floats(0, 1))
def test_the_way_back(pixels: np.ndarray, width: int, height: int, fit: str, x: float, y: float) -> None:
    """A place of the picture that the model sees comes back to where it was."""
    source = image(pixels)
    found = fit_image(source, width, height, {'fit': fit})
    assert (found.image.width, found.image.height) == (width, height)
    there_x = x * source.width * found.scale_x + found.left
    there_y = y * source.height * found.scale_y + found.top
    np.testing.assert_allclose([found.source_x(there_x), found.source_y(there_y)],
                               [x * source.width, y * source.height], atol=1e-6)
