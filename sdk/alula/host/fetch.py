"""Bytes from a file or a URL, as they come (CPython body)."""

from __future__ import annotations

import asyncio
import http.client
import os
import re
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

from alula.errors import FetchError
from alula.host.arrays import TypedArray
from alula.host.signals import check_signal
from alula.host.tasks import loop_needed

PART = 1 << 20
TIMEOUT_S = 60.0


class Stream:
    """An open file or response.

    `offset`: where in the file its first byte stands. `total`: bytes of the whole file, 0 if unknown; a guess where the
    answer is compressed on its way. `tag`: what tells this version of the file from others, '' if nothing does.
    """

    def __init__(self, address: str, source: Any, offset: int, total: int, tag: str, signal: Any) -> None:
        self.address = address
        self.source = source
        self.offset = offset
        self.total = total
        self.tag = tag
        self.signal = signal
        self.position = offset

    async def read(self) -> TypedArray | None:
        """The next part, None at the end. FetchError if it breaks off, AbortedError once the signal is set."""
        return await self._in_thread(PART)

    async def read_all(self) -> TypedArray:
        """All that is left, in one piece."""
        data = await self._in_thread(None)
        return memoryview(bytearray()) if data is None else data

    def close(self) -> None:
        """Ask for no more of it."""
        self.source.close()

    async def _in_thread(self, size: int | None) -> TypedArray | None:
        if not is_web(self.address):
            return self._read(size)
        await loop_needed()
        return await asyncio.to_thread(self._read, size)

    def _read(self, size: int | None) -> TypedArray | None:
        try:
            part = bytearray(self.source.read(size))
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise FetchError(self.address, 0, str(error)) from error
        check_signal(self.signal, 'Reading ' + self.address)
        self.position += len(part)
        if len(part) == 0 or size is None:
            self.close()
            if self.position < self.total:
                raise FetchError(self.address, 0, f'it ended after {self.position} of {self.total} bytes')
        return memoryview(part) if len(part) > 0 else None


def is_web(address: str) -> bool:
    return address.startswith(('http:', 'https:'))


def web_address(url: Any) -> str:
    """The absolute http(s) URL that `url` means here, without its fragment; '' if it means a file or the like."""
    address = urllib.parse.urldefrag(os.fspath(url)).url
    return address if is_web(address) else ''


async def open_stream(url: Any, offset: int, tag: str, signal: Any) -> Stream:
    """Open a path, file: or http(s): URL, from byte `offset` on if it can be read from there and is still the version
    of `tag`; else from its beginning. FetchError if it cannot be read, AbortedError once `signal` is set."""
    address = os.fspath(url)
    check_signal(signal, 'Reading ' + address)
    if is_web(address):
        await loop_needed()
        return await asyncio.to_thread(_open_url, address, offset, tag, signal)
    if urllib.parse.urlsplit(address).scheme == 'file':
        address = urllib.request.url2pathname(urllib.parse.urlsplit(address).path)
    try:
        source = open(address, 'rb')  # noqa: SIM115 - the stream closes it
        return Stream(address, source, 0, os.fstat(source.fileno()).st_size, '', signal)
    except OSError as error:
        raise FetchError(address, 0, error.strerror or str(error)) from error


def _open_url(address: str, offset: int, tag: str, signal: Any) -> Stream:
    headers = {}
    if offset > 0:
        headers['Range'] = f'bytes={offset}-'
        if tag != '':
            headers['If-Range'] = tag
    try:
        source = urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=TIMEOUT_S)
    except urllib.error.HTTPError as error:
        raise FetchError(address, error.code, str(error.reason)) from error
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise FetchError(address, 0, str(error)) from error
    begin, total = 0, int(source.headers.get('Content-Length') or 0)
    if source.status == 206:
        found = re.match(r'bytes (\d+)-\d+/(\d+)', source.headers.get('Content-Range', ''))
        begin, total = (int(found[1]), int(found[2])) if found else (offset, offset + total)
    # a weak ETag, 'W/…', stands for files that only mean the same
    strong = source.headers.get('ETag') or source.headers.get('Last-Modified') or ''
    return Stream(address, source, begin, total, '' if strong.startswith('W/') else strong, signal)
