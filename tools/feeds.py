"""What a model is fed with from the command line: arrays and pictures from files, seeded random values for the rest."""
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from tools import BuildError

PICTURES = ('.bmp', '.gif', '.jpeg', '.jpg', '.png', '.webp')
# Mean and deviation of each channel, of pixels from 0 to 1. ImageNet's are what classifiers are usually trained with.
PIXELS: dict[str, tuple[list[float], list[float]]] = {
    'imagenet': ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
    'unit': ([0.0], [1.0]),
    'signed': ([0.5], [0.5]),
    'bytes': ([0.0], [1 / 255]),
}
DEFAULT_SIDE = 224
# Number of channels → Pillow's name for such pictures.
CHANNELS = {1: 'L', 3: 'RGB', 4: 'RGBA'}


def feeds(inputs: list[Any], files: Mapping[str, Path], sizes: Mapping[str, int], seed: int,
          pixels: str | None) -> tuple[dict[str, np.ndarray], list[str]]:
    """A value for each input (alula's ValueInfo), and a line on each that says where it comes from.

    `files`: input name → .npy, .pb (TensorProto) or picture. `sizes`: symbol → size of a free dimension, else 1 (the
    sides of a picture: 224). `pixels`: a row of PIXELS, by default 'imagenet' for three channels and 'unit' for others.
    """
    unknown = [name for name in files if name not in {info.name for info in inputs}]
    if unknown:
        known = ', '.join(info.name for info in inputs)
        raise BuildError(f'the model has no input {unknown[0]!r}; its inputs are {known}')
    generator = np.random.default_rng(seed)
    values, origins = {}, []
    for info in inputs:
        path = files.get(info.name)
        if path is None:
            values[info.name] = _random(generator, info, sizes)
            origin = f'random, seed {seed}'
        elif path.suffix.lower() in PICTURES:
            values[info.name], origin = _picture(path, info, sizes, pixels)
        else:
            values[info.name], origin = _array(path, info), path.name
        origins.append(f'{info.name}: {info.dtype}{list(values[info.name].shape)} from {origin}')
    return values, origins


def sizes_of(given: list[str]) -> dict[str, int]:
    """The sizes of free dimensions as the command line gives them: SYMBOL=SIZE."""
    sizes = {}
    for text in given:
        symbol, _, size = text.partition('=')
        if not size.isdigit():
            raise BuildError(f'--dim {text}: write SYMBOL=SIZE, as in --dim batch=2')
        sizes[symbol] = int(size)
    return sizes


def shape_of(info: Any, sizes: Mapping[str, int]) -> list[int]:
    """The shape of an input, with `sizes` for symbols and 1 for what stays open."""
    if info.shape is None:
        raise BuildError(f'the model does not say the shape of {info.name}: give it a file, --input {info.name}=FILE')
    return [sizes.get(dim, 1) if isinstance(dim, str) else 1 if dim is None else dim for dim in info.shape]


def fixed(inputs: list[Any], values: Mapping[str, np.ndarray]) -> dict[str, int]:
    """The sizes that the values give to the symbols of the inputs' shapes."""
    return {dim: size for info in inputs if info.shape is not None
            for dim, size in zip(info.shape, values[info.name].shape) if isinstance(dim, str)}


def is_picture(info: Any) -> bool:
    """Whether an input can take a picture: rank 4 with 1, 3 or 4 channels, channels first or last."""
    shape = info.shape
    return shape is not None and len(shape) == 4 and (shape[1] in CHANNELS or shape[3] in CHANNELS)


def _random(generator: np.random.Generator, info: Any, sizes: Mapping[str, int]) -> np.ndarray:
    shape = shape_of(info, sizes)
    if info.dtype == 'string':
        return np.full(shape, 'text', dtype=object)
    if info.dtype in ('float32', 'float64', 'float16'):
        return generator.standard_normal(shape).astype(info.dtype)
    if info.dtype in ('uint8', 'int8') and is_picture(info):
        return generator.integers(0, 128, shape).astype(info.dtype)
    # 0 and 1 are good token ids, masks, token types and flags alike.
    return generator.integers(0, 2, shape).astype(info.dtype)


def _array(path: Path, info: Any) -> np.ndarray:
    try:
        array = np.load(path, allow_pickle=False) if path.suffix == '.npy' else _tensor_proto(path)
    except (OSError, ValueError, EOFError) as error:
        raise BuildError(f'{path} cannot be read: {error}') from error
    if array.dtype.name != info.dtype and not (info.dtype == 'string' and array.dtype.kind in 'OU'):
        raise BuildError(f'{path} holds {array.dtype.name}, but input {info.name} is {info.dtype}')
    return array


def _tensor_proto(path: Path) -> np.ndarray:
    if path.suffix != '.pb':
        raise BuildError(f'{path.name}: an input is a .npy file, a .pb file (TensorProto) or a picture '
                         f'({", ".join(PICTURES)})')
    import onnx
    from google.protobuf.message import DecodeError
    try:
        return onnx.numpy_helper.to_array(onnx.TensorProto.FromString(path.read_bytes()))
    except DecodeError as error:
        raise ValueError('it is no TensorProto') from error


def _picture(path: Path, info: Any, sizes: Mapping[str, int], pixels: str | None) -> tuple[np.ndarray, str]:
    """The picture stretched to the input's size, its pixels scaled and normalised."""
    from PIL import Image, UnidentifiedImageError
    if not is_picture(info):
        raise BuildError(f'input {info.name} does not look like a picture: {info.dtype}{info.shape}')
    channels_last = info.shape[1] not in CHANNELS
    channels = info.shape[3 if channels_last else 1]
    height, width = (_side(dim, sizes) for dim in (info.shape[1:3] if channels_last else info.shape[2:]))
    try:
        picture = Image.open(path).convert(CHANNELS[channels])
    except (OSError, UnidentifiedImageError) as error:
        raise BuildError(f'{path} cannot be read: {error}') from error
    values = np.asarray(picture.resize((width, height), Image.Resampling.BILINEAR), dtype=np.float32)
    values = values.reshape(1, height, width, channels)
    layout = f'{path.name}, {picture.width}×{picture.height} resized to {width}×{height}'
    if info.dtype in ('uint8', 'int32', 'int64'):
        normalised, origin = values.astype(info.dtype), f'{layout}, bytes'
    else:
        scale = pixels or ('imagenet' if channels == 3 else 'unit')
        mean, deviation = PIXELS[scale]
        normalised = ((values / 255 - np.array(mean)) / np.array(deviation)).astype(info.dtype)
        origin = f'{layout}, pixels {scale}'
    return np.ascontiguousarray(normalised if channels_last else normalised.transpose(0, 3, 1, 2)), origin


def _side(dim: Any, sizes: Mapping[str, int]) -> int:
    return dim if isinstance(dim, int) else sizes.get(dim or '', DEFAULT_SIDE)
