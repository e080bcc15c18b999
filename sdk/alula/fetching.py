"""Whole files from a path or URL, in one array, as they come."""

from __future__ import annotations

from typing import Any

from alula.host.arrays import TypedArray, put, sub, u8
from alula.host.fetch import Stream, open_stream


async def fetch_bytes(url: Any, on_progress: Any, signal: Any) -> TypedArray:
    """All bytes of a path, file: or http(s): URL. `on_progress(loaded, total)` is called as they come (total 0:
    unknown). FetchError if it cannot be read, AbortedError once `signal` is set."""
    stream = await open_stream(url, 0, '', signal)
    if on_progress is None:
        return await stream.read_all()
    return await received(stream, u8(0), on_progress, None)


async def received(stream: Stream, head: TypedArray, on_progress: Any, writer: Any) -> TypedArray:
    """The file whose first bytes are `head` and whose others `stream` brings, in one array. After each part
    `on_progress(loaded, total)` is called, and `writer.came(data, loaded)` awaited, where they aren't None."""
    data = head
    loaded = len(head)
    if stream.total > loaded:
        data = u8(stream.total)
        put(data, head, 0)
    while True:
        part = await stream.read()
        if part is None:
            return data if loaded == len(data) else sub(data, 0, loaded)
        end = loaded + len(part)
        if end > len(data):  # the total is unknown, or that of a compressed answer
            larger = u8(2 * end)
            put(larger, sub(data, 0, loaded), 0)
            data = larger
        put(data, part, loaded)
        loaded = end
        if on_progress is not None:
            on_progress(loaded, stream.total)
        if writer is not None:
            await writer.came(data, loaded)
