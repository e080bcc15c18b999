"""The backends of graphics devices. The package's entry `alula/wasm` is built without this module's body."""

from __future__ import annotations

from typing import Any

from alula.backends.base import Backend
from alula.backends.webgl.backend import WebGlBackend
from alula.backends.webgpu.backend import WebGpuBackend


def device_backend(entry: Any, label: str) -> Backend | None:
    """The backend of that name, as `entry` asks for it; None if there is no such device backend."""
    if label == 'webgpu':
        return WebGpuBackend(entry)
    return WebGlBackend() if label == 'webgl' else None
