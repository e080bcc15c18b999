"""Image as JS users see it."""

from typing import TypedDict

class Pixels(TypedDict):
    width: int
    height: int
    data: Uint8Array | Uint8ClampedArray

ImageSource = (
    str | URL | Blob | bytes | HTMLImageElement | HTMLVideoElement | HTMLCanvasElement | OffscreenCanvas | ImageBitmap
    | VideoFrame | ImageData | Pixels | Image
)

class Image:
    data: Uint8Array
    read_sync = None

    def __init__(self, width: int, height: int, data: bytes) -> None: ...
    @staticmethod
    async def read(source: ImageSource, *, signal: AbortSignal | None = None) -> Image: ...
