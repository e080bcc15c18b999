"""Bytes from a file or a URL (CPython body)."""

from __future__ import annotations

import asyncio
import os
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from typing import Any

from alula.errors import FetchError
from alula.host.arrays import TypedArray
from alula.host.signals import check_signal
from alula.host.tasks import loop_needed

CHUNK = 1 << 20
TIMEOUT_S = 60.0


async def fetch_bytes(url: Any, on_progress: Callable[[int, int], None] | None, signal: Any) -> TypedArray:
    """All bytes of a path, file: or http(s): URL. `on_progress(loaded, total)` is called as they come (total 0:
    unknown). FetchError if it cannot be read, AbortedError once `signal` is set."""
    address = os.fspath(url)
    scheme = urllib.parse.urlsplit(address).scheme
    if scheme == 'file':
        address = urllib.request.url2pathname(urllib.parse.urlsplit(address).path)
    elif scheme in ('http', 'https'):
        await loop_needed()
        return await asyncio.to_thread(read_stream, address, on_progress, signal)
    return read_stream(address, on_progress, signal)


def read_stream(address: str, on_progress: Callable[[int, int], None] | None, signal: Any) -> TypedArray:
    """Read a path or an http(s) URL in chunks."""
    check_signal(signal, 'Reading ' + address)
    status = 0
    try:
        if address.startswith(('http:', 'https:')):
            stream = urllib.request.urlopen(address, timeout=TIMEOUT_S)
            status = stream.status
            total = int(stream.headers.get('Content-Length') or 0)
        else:
            stream = open(address, 'rb')  # noqa: SIM115 - closed below, together with the response of a URL
            total = os.fstat(stream.fileno()).st_size
        with stream:
            return memoryview(read_chunks(stream, total, address, on_progress, signal))
    except urllib.error.HTTPError as error:
        raise FetchError(address, error.code, str(error.reason)) from error
    except (OSError, ValueError) as error:
        raise FetchError(address, status, getattr(error, 'strerror', None) or str(error)) from error


def read_chunks(
    stream: Any, total: int, address: str, on_progress: Callable[[int, int], None] | None, signal: Any
) -> bytearray:
    """All bytes of an open stream, `total` of them; until it ends if that is 0."""
    data = bytearray(total)
    loaded = 0
    while total == 0 or loaded < total:
        chunk = stream.read(CHUNK if total == 0 else min(CHUNK, total - loaded))
        check_signal(signal, 'Reading ' + address)
        if not chunk:
            break
        data[loaded : loaded + len(chunk)] = chunk
        loaded += len(chunk)
        if on_progress is not None:
            on_progress(loaded, total)
    if loaded < total:
        raise FetchError(address, 0, f'it ended after {loaded} of {total} bytes')
    return data
