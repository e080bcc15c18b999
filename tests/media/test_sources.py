"""What CPython's users call a picture: arrays, Pillow's images, files, bytes."""
import io
from pathlib import Path
from typing import Any

import alula
import numpy as np
import pytest
from alula.host import pictures
from alula.host.tasks import run_sync
from PIL import Image as Pillow

RGB = np.arange(4 * 5 * 3, dtype=np.uint8).reshape(4, 5, 3)


def read(source: Any) -> np.ndarray:
    image = run_sync(alula.Image.read(source))
    return np.frombuffer(image.data, np.uint8).reshape(image.height, image.width, 3)


def encoded(image: Any, kind: str = 'PNG', **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


class Foreign:
    """An array of some other library."""

    def __init__(self, pixels: np.ndarray) -> None:
        self.__array_interface__ = pixels.__array_interface__
        self.owner = pixels


def test_arrays() -> None:
    grey = RGB[..., 0]
    for source in (grey, grey[..., None], np.repeat(grey[..., None], 3, 2), Foreign(grey.copy())):
        np.testing.assert_array_equal(read(source), np.repeat(grey[..., None], 3, 2))
    np.testing.assert_array_equal(read(RGB[::-1, ::2]), RGB[::-1, ::2])
    opaque = np.concatenate([RGB, np.full((4, 5, 1), 255, np.uint8)], 2)
    np.testing.assert_array_equal(read(opaque), RGB)


@pytest.mark.parametrize('source', [
    RGB.astype(np.float32), RGB[0, 0], RGB[None], RGB[..., :2], RGB[:0], RGB[:, :0, 0],
    None, 3, object(), b'', b'no picture', RGB.tobytes(), Pillow.new('F', (2, 2)),
], ids=lambda source: f'{type(source).__name__}{getattr(source, "shape", "")}')
def test_what_is_no_picture(source: Any) -> None:
    with pytest.raises(alula.ImageError):
        read(source)


@pytest.mark.parametrize('mode', ['1', 'L', 'LA', 'P', 'RGB', 'RGBA', 'CMYK', 'YCbCr'])
def test_images_of_pillow(mode: str) -> None:
    image = Pillow.fromarray(RGB).convert(mode)
    paper = Pillow.new('RGBA', image.size, 'white')
    paper.alpha_composite(image.convert('RGBA') if mode in ('LA', 'RGBA') else image.convert('RGB').convert('RGBA'))
    np.testing.assert_array_equal(read(image), np.asarray(paper.convert('RGB')))


def test_a_palette_with_a_transparent_colour_and_sixteen_bits() -> None:
    palette = Pillow.new('P', (2, 1), 0)
    palette.putpalette([255, 0, 0, 0, 255, 0])
    palette.putpixel((1, 0), 1)
    data = encoded(palette, transparency=0)
    assert read(data).tolist() == [[[255, 255, 255], [0, 255, 0]]]
    deep = Pillow.fromarray(np.array([[0, 0x1280, 0xFFFF]], np.uint16))
    assert read(encoded(deep))[0, :, 0].tolist() == [0, 0x12, 255]


def test_files_and_bytes(tmp_path: Path) -> None:
    path = tmp_path / 'picture.png'
    path.write_bytes(encoded(Pillow.fromarray(RGB)))
    data = path.read_bytes()
    for source in (path, str(path), path.as_uri(), data, bytearray(data), memoryview(data)):
        np.testing.assert_array_equal(read(source), RGB)
    with pytest.raises(alula.FetchError):
        read(tmp_path / 'missing.png')
    with pytest.raises(alula.ImageError):
        read(data[: len(data) // 2])


def test_orientation_is_followed() -> None:
    exif = Pillow.Exif()
    exif[0x0112] = 6  # turned left: a viewer turns it right
    image = Pillow.fromarray(RGB)
    turned = np.rot90(RGB, -1)
    np.testing.assert_array_equal(read(encoded(image, exif=exif)), turned)
    np.testing.assert_array_equal(read(Pillow.open(io.BytesIO(encoded(image, exif=exif)))), turned)


def test_without_pillow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, 'PIL', None)
    np.testing.assert_array_equal(read(RGB), RGB)
    with pytest.raises(alula.MissingPackageError, match='pip install pillow'):
        read(b'\x89PNG')
