"""A file from the storage as far as it is there, the rest from the network."""

from __future__ import annotations

from typing import Any

from alula.errors import FetchError, IntegrityError, StorageError
from alula.fetching import received
from alula.host.arrays import TypedArray, u8
from alula.host.fetch import Stream, open_stream
from alula.host.signals import check_signal
from alula.host.storage import Entry, Storage
from alula.store.integrity import Integrity, are_intact
from alula.store.writer import Writer

RANGE_NOT_SATISFIABLE = 416


class Download:
    """One file, at its absolute URL. `integrity`: what its bytes must be, if the caller says so. `notes` learns why the
    storage was not used."""

    def __init__(
        self, storage: Storage, url: str, integrity: Integrity | None, on_progress: Any, signal: Any, notes: list[str]
    ) -> None:
        self.storage = storage
        self.url = url
        self.integrity = integrity
        self.on_progress = on_progress
        self.signal = signal
        self.notes = notes
        self._entry: Entry | None = None
        self._error: IntegrityError | None = None

    async def data(self) -> TypedArray:
        """All bytes of the file. Raises FetchError, AbortedError and IntegrityError; what came until then stays in the
        storage unless it is wrong."""
        kept = await self._kept()
        entry = self._entry
        if entry is not None and entry.is_complete:
            if self.on_progress is not None:
                self.on_progress(len(kept), len(kept))
            return kept
        data = await self._completed(kept)
        if self._error is not None and len(kept) > 0:  # an old part and a new one may not belong together
            self._entry = None
            data = await self._completed(u8(0))
        if self._error is not None:
            raise self._error
        return data

    async def _kept(self) -> TypedArray:
        """The bytes that the storage has of the file; none, and no entry, if they are of no use."""
        try:
            entry = await self.storage.find(self.url)
            if entry is not None and (entry.is_complete or entry.tag != '' or self.integrity is not None):
                data: TypedArray
                data, chunks = await self.storage.read(entry)
                check_signal(self.signal, 'Reading ' + self.url)
                if entry.is_complete and self.integrity is not None:
                    is_good = await self.integrity.mismatch(self.url, data) is None
                else:
                    is_good = await are_intact(data, chunks, entry)
                if is_good:
                    self._entry = entry
                    if entry.is_complete:
                        await self.storage.touch(entry)
                    return data
        except StorageError as error:
            self._note(error)
        return u8(0)

    async def _completed(self, kept: TypedArray) -> TypedArray:
        """The file that begins with `kept`, or another one if the server has another by now. It is in the storage, or
        `_error` says what is wrong with it."""
        stream = await self._rest(len(kept))
        if stream is not None and stream.offset == 0:
            self._entry = None
            kept = u8(0)
        writer = await self._writer(stream)
        data = kept
        if stream is not None:
            try:
                data = await received(stream, kept, self.on_progress, writer)
            finally:
                if writer is not None:
                    await writer.settle()
        self._error = None if self.integrity is None else await self.integrity.mismatch(self.url, data)
        try:
            if self._error is not None:
                await self.storage.remove(self.url)
            elif writer is not None:
                await writer.finish()
        except StorageError as error:
            self._note(error)
        return data

    async def _rest(self, begin: int) -> Stream | None:
        """The file from byte `begin` on, or from its start where the rest can't be had or belongs to another version;
        None if there is no more."""
        entry = self._entry
        if entry is not None and begin == entry.total:
            return None
        if entry is not None and begin > 0:
            try:
                stream = await open_stream(self.url, begin, entry.tag, self.signal)
                is_same = stream.tag == entry.tag and (entry.total == 0 or stream.total == entry.total)
                if stream.offset == 0 or (stream.offset == begin and is_same):
                    return stream
                stream.close()
            except FetchError as error:
                if error.status != RANGE_NOT_SATISFIABLE:
                    raise
        return await open_stream(self.url, 0, '', self.signal)

    async def _writer(self, stream: Stream | None) -> Writer | None:
        """What keeps the file: after what is there of it, or from its beginning."""
        try:
            if self._entry is None and stream is not None:
                self._entry = await self.storage.begin(self.url, stream.tag, stream.total)
            return None if self._entry is None else Writer(self.storage, self._entry, self.notes)
        except StorageError as error:
            self._note(error)
        return None

    def _note(self, error: StorageError) -> None:
        self.notes.append(error.message)
