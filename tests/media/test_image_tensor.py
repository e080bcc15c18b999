"""Tensors of images against NumPy."""
from typing import Any

import numpy as np
from alula.media.image import Image
from alula.media.image_tensor import PixelFormat
from hypothesis import given, settings
from hypothesis import strategies as st

MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]     # ImageNet's


@settings(deadline=None)
@given(st.integers(1, 3), st.integers(1, 12), st.integers(1, 12), st.sampled_from(['nchw', 'nhwc']),
       st.sampled_from(['rgb', 'bgr']), st.sampled_from(['float32', 'float16', 'uint8']), st.integers(0, 2**32 - 1))
def test_tensors_are_those_of_numpy(n: int, width: int, height: int, layout: str, order: str, dtype: Any,
                                    seed: int) -> None:
    pixels = np.random.default_rng(seed).integers(0, 256, (n, height, width, 3)).astype(np.uint8)
    images = [Image(width, height, each) for each in pixels]
    found = PixelFormat(layout, 3, order, dtype, None, MEAN, STD).tensor(images).numpy()
    expected = pixels[..., ::-1] if order == 'bgr' else pixels
    if dtype != 'uint8':
        expected = (expected / 255 - MEAN) / STD
    if layout == 'nchw':
        expected = expected.transpose(0, 3, 1, 2)
    assert found.dtype == dtype
    np.testing.assert_allclose(found, expected.astype(dtype), rtol=2e-3 if dtype == 'float16' else 1e-6, atol=1e-6)
