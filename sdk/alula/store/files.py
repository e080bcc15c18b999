"""Where the files of one session come from: the cache if the caller wants it, else the network or the disk."""

from __future__ import annotations

from typing import Any

from alula.errors import StorageError
from alula.fetching import fetch_bytes
from alula.host.arrays import TypedArray
from alula.host.fetch import web_address
from alula.host.storage import Storage, open_storage
from alula.store.download import Download
from alula.store.integrity import Integrity


class Files:
    """`location`: that of the cache, None for no cache. `on_progress(loaded, total)` gets the bytes of all files so
    far. `notes`: what the session's report should tell."""

    def __init__(self, location: str | None, on_progress: Any, signal: Any) -> None:
        self.signal = signal
        self.notes: list[str] = []
        self._location = location
        self._on_progress = on_progress
        self._storage: Storage | None = None
        self._before = 0

    async def fetch(self, url: Any, integrity: Integrity | None) -> TypedArray:
        """All bytes of a path or URL. Raises FetchError, AbortedError, IntegrityError."""
        report = self._on_progress
        before = self._before
        on_progress = None if report is None else lambda loaded, total: report(before + loaded, before + total)
        address = web_address(url)
        storage = None if address == '' else await self._opened()
        if storage is not None:
            data = await Download(storage, address, integrity, on_progress, self.signal, self.notes).data()
        else:
            data = await fetch_bytes(url, on_progress, self.signal)
            await check(integrity, str(url), data)
        self._before = before + len(data)
        return data

    async def _opened(self) -> Storage | None:
        location = self._location
        if self._storage is None and location is not None:
            try:
                self._storage = await open_storage(location)
            except StorageError as error:
                self._location = None
                self.notes.append(error.message)
        return self._storage

    def close(self) -> None:
        if self._storage is not None:
            self._storage.close()


async def check(integrity: Integrity | None, url: str, data: TypedArray) -> None:
    """IntegrityError if `data` are not the bytes promised."""
    error = None if integrity is None else await integrity.mismatch(url, data)
    if error is not None:
        raise error
