"""Where a program's buffers are: textures, shared by what never lives at the same time, and arrays to and from them.

A shader can't read what it writes, nor write parts of texels: a buffer that is written in parts has several versions,
each a texture of its own."""

from __future__ import annotations

from typing import Any

from alula.backends.gpu.words import words_of
from alula.backends.webgl.device import Device
from alula.backends.webgl.glsl import is_stored_as_float
from alula.host.arrays import TypedArray, bytes_of, typed_over
from alula.host.webgl import ROW, drop_texture, texture, upload
from alula.kernels.view import Buffer


class Held:
    """A texture of the device. `free`: the moment from which on another version may have it."""

    def __init__(self, device: Device, dtype: str, elements: int) -> None:
        self.gl = device.gl
        self.is_float = is_stored_as_float(dtype)
        texels = max(1, (elements + 3) // 4)
        self.width = min(texels, ROW)
        self.rows = (texels + ROW - 1) // ROW
        self.free = -1
        self.texture = texture(device.gl, self.is_float, self.width, self.rows)

    def bytes(self) -> int:
        return 16 * self.width * self.rows

    def release(self) -> None:
        drop_texture(self.gl, self.texture)


class Version:
    """What a buffer holds from moment `first` (a step's index; -1: before all) to `last`, the last that touches it."""

    def __init__(self, buffer: Buffer, first: int) -> None:
        self.buffer = buffer
        self.first = first
        self.last = first
        self.held: Any = None


def place(versions: list[Version], device: Device) -> list[Held]:
    """Give each version a texture: the smallest that is free by then and at most twice as large, or a new one."""
    made: list[Held] = []
    order = versions[:]
    order.sort(key=lambda version: version.first)
    for version in order:
        is_float = is_stored_as_float(version.buffer.dtype)
        texels = max(1, (version.buffer.size + 3) // 4)
        best: Held | None = None
        for held in made:
            capacity = held.width * held.rows
            if held.is_float == is_float and held.free < version.first and texels <= capacity <= 2 * texels:
                if best is None or capacity < best.width * best.rows:
                    best = held
        if best is None:
            best = Held(device, version.buffer.dtype, version.buffer.size)
            made.append(best)
        best.free = version.last
        version.held = best
    return made


def write(device: Device, held: Held, dtype: str, values: TypedArray) -> None:
    """Store the elements of a buffer. BackendError for an int64 beyond 32 bits."""
    words = words_of('webgl', dtype, values)
    stored = 'float32' if held.is_float else 'int32'
    upload(device.gl, held.texture, typed_over(stored, bytes_of(words), 0, len(words)))
