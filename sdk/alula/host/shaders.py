"""The kernel templates of graphics devices (CPython body: files of the source tree; no such device is used here)."""

from __future__ import annotations

from pathlib import Path

from alula.errors import HostFeatureError

FOLDER = Path(__file__).parents[3] / 'shaders'


def shader(name: str) -> str:
    """The template 'webgpu/…' or 'webgl/…'."""
    for path in FOLDER.glob(f'{name}.*'):
        return path.read_text(encoding='utf-8')
    raise HostFeatureError(f"The kernel template '{name}'", 'it comes with the source tree and in the JS module')
