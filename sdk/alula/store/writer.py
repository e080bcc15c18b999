"""Keeping what arrives of a download, while it arrives."""

from __future__ import annotations

from typing import Any

from alula.errors import StorageError
from alula.host.arrays import TypedArray, sub, u8
from alula.host.hash import sha256
from alula.host.storage import Entry, Storage

# A chunk is what a crash may lose. Chromium writes 1 MiB in about 8 ms, 4 MiB in about 18.
CHUNK = 1 << 21


class Writer:
    """Appends to an entry until the storage refuses, which becomes a note, or another session is found to keep the same
    file: that one's are the same bytes."""

    def __init__(self, storage: Storage, entry: Entry, notes: list[str]) -> None:
        self.storage = storage
        self.entry = entry
        self.notes = notes
        self.is_open = True
        self._data = u8(0)
        self._sent = entry.bytes
        self._loaded = entry.bytes
        self._pending: Any = None

    async def came(self, data: TypedArray, loaded: int) -> None:
        """The first `loaded` bytes of `data` are there."""
        self._data = data
        self._loaded = loaded
        if loaded - self._sent >= CHUNK:
            await self._send()

    async def settle(self) -> None:
        """Keep the rest of what came, and wait until it is kept."""
        if self._loaded > self._sent:
            await self._send()
        await self._wait()

    async def finish(self) -> None:
        """All of the file came and is as it should be. StorageError where that can't be written down."""
        if self.is_open:
            await self.storage.finish(self.entry)

    async def _send(self) -> None:
        await self._wait()
        if self.is_open:
            # JavaScript begins it now and goes on with the download meanwhile; CPython does it in the next _wait
            self._pending = self._append(sub(self._data, self._sent, self._loaded))
        self._sent = self._loaded

    async def _wait(self) -> None:
        if self._pending is not None:
            pending = self._pending
            self._pending = None
            await pending

    async def _append(self, part: TypedArray) -> None:
        try:
            self.is_open = await self.storage.add_chunk(self.entry, part, await sha256(part))
        except StorageError as error:
            self.is_open = False
            self.notes.append(error.message)
            await self._give_up()

    async def _give_up(self) -> None:
        """Half a file that can't become whole holds room that others may need."""
        try:
            await self.storage.remove(self.entry.url)
        except StorageError:
            pass  # what refused before may refuse again; there is a note of it
