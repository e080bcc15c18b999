"""WebGL2: contexts, shaders, textures, drawing and reading back (CPython body: there is none here).

A texture holds four elements per texel, floats or integers, in rows of ROW texels."""

from __future__ import annotations

from typing import Any

from alula.errors import HostFeatureError
from alula.host.arrays import TypedArray

# Half of that is what a WebGL2 must have, twice as much what phones have: the largest layers need the room.
ROW = 4096


def open_context(takes_slow: bool) -> Any:
    """A new context. HostFeatureError if the host has none that renders to float textures; without `takes_slow` also
    if it would be computed by a CPU."""
    raise HostFeatureError('WebGL2', 'there are no graphics under CPython')


def most_rows(gl: Any) -> int:
    """How many rows a texture may have."""
    raise HostFeatureError('WebGL2', 'there are no graphics under CPython')


def trouble(gl: Any) -> str:
    """What went wrong since the last call (the context was lost, memory ran out), or ''. Waits for the device."""
    raise HostFeatureError('WebGL2', 'there are no graphics under CPython')


def program(gl: Any, text: str) -> Any:
    """Begin to compile a fragment shader. Its samplers s0, s1, … are textures 0, 1, …; `former` is the 15th."""
    raise HostFeatureError('WebGL2', 'there are no graphics under CPython')


async def finished(gl: Any, programs: list[Any]) -> str:
    """Wait until all are compiled; what the compiler says against the first that is wrong, or ''."""
    raise HostFeatureError('WebGL2', 'there are no graphics under CPython')


def texture(gl: Any, is_float: bool, width: int, rows: int) -> Any:
    """A new texture, all zeros."""
    raise HostFeatureError('WebGL2', 'there are no graphics under CPython')


def drop_texture(gl: Any, held: Any) -> None:
    """Give a texture back."""


def upload(gl: Any, held: Any, values: TypedArray) -> None:
    """Store numbers (float32, or int32 in a texture of integers) from the first texel on."""


def draw(gl: Any, shader: Any, target: Any, sources: list[Any], numbers: TypedArray, first: int, rows: int) -> None:
    """Run a shader for each texel of `rows` rows of a texture from `first` on. `sources`: textures by sampler, the last
    is `former` (or None); `numbers` (int32): its uniforms."""


def submit(gl: Any) -> None:
    """Have the device begin with what it was given."""


async def download(gl: Any, held: list[Any], counts: list[int]) -> list[TypedArray]:
    """The first `counts[i]` numbers of each texture, float32 or int32, once all drawing is done."""
    raise HostFeatureError('WebGL2', 'there are no graphics under CPython')
