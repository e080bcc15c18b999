"""WebGPU (CPython body: there is none here)."""

from __future__ import annotations

from typing import Any

from alula.errors import HostFeatureError
from alula.host.arrays import TypedArray


class Gpu:
    """A device with what the host knows of it. `device`: the host's own object; `info`: what it tells of its
    adapter; `is_ours`: closed when nobody uses it.

    `is_software`: it computes on the processor. `storage_buffers`, `binding_bytes`, `buffer_bytes`: the most that a
    kernel may bind, of one buffer, and that a buffer may have.
    """

    def __init__(self, device: Any, info: Any, is_ours: bool) -> None:
        self.device = device
        self.is_software = False
        self.is_ours = is_ours
        self.storage_buffers = 0
        self.binding_bytes = 0
        self.buffer_bytes = 0

    def failure(self) -> str:
        """Why the device can't go on: what it was lost for, or the first thing that it refused. '' if nothing."""
        return ''

    def buffer(self, size: int) -> Any:
        """A storage buffer of `size` bytes (a multiple of 4), all zero."""

    def write(self, buffer: Any, offset: int, values: TypedArray) -> None:
        """Store the bytes of an array, a multiple of 4, from a byte offset on, before what is submitted later."""

    async def pipeline(self, code: str, access: str) -> Any:
        """A kernel that begins to be compiled now; `made` tells what became of it. `access`: of each storage buffer
        after the parameters 'r' (read only) or 'w'."""

    def bindings(self, access: str, ranges: list[list[Any]]) -> Any:
        """What a kernel reads and writes: [buffer, offset, bytes] of each binding, the parameters first."""

    def run(self, calls: list[list[Any]]) -> None:
        """Submit dispatches in their order: each [pipeline, bindings, groups along x, groups along y]."""

    async def read(self, ranges: list[list[Any]]) -> list[TypedArray]:
        """The words (uint8 arrays) of each [buffer, offset, bytes], after all that was submitted."""
        return []

    def release(self, buffer: Any) -> None:
        """Give a buffer back."""

    def close(self) -> None:
        """Give the device back, unless another session uses it or the app owns it."""


def made(pipeline: Any) -> Any:
    """The pipeline that a promise of `Gpu.pipeline` gave. BackendError with the compiler's words."""
    return pipeline


async def open_gpu(device: Any, power: str | None) -> Gpu:
    """The page's device, shared by its sessions, or the one that the app owns. `power`: 'low-power' or
    'high-performance'. HostFeatureError with the reason where there is none."""
    raise HostFeatureError('WebGPU', 'Python has no WebGPU')
