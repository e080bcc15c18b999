"""Where files are kept from one session to the next (CPython body: a folder; in JS an IndexedDB).

A file is an entry, and chunks that follow each other without a gap. An entry's `id` is new each time that the file is
begun: chunks belong to an id, so what two writers bring never mixes. Each chunk comes whole or not at all, and
carries its digest.

Here a file is a folder named after its URL's hash; `entry.json` in it, and in a folder named after the id a file per
chunk, named after its offset: the digest in base64, then the bytes."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import threading
import time
import uuid
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from alula.errors import StorageError
from alula.host.arrays import TypedArray

DIGEST_CHARACTERS = 44


class Entry:
    """What is known of a file. `tag`: the server's for this version, '' if it gave none. `total`: bytes of the whole
    file, 0 if unknown. `bytes`: those kept so far. `used`: when it was last read or begun, milliseconds since 1970."""

    def __init__(self, url: str, id: str, tag: str, total: int, size: int, is_complete: bool, used: float) -> None:
        self.url = url
        self.id = id
        self.tag = tag
        self.total = total
        self.bytes = size
        self.is_complete = is_complete
        self.used = used


class Chunk:
    """`size` bytes from `offset` on, and their digest, as `append` was given it."""

    def __init__(self, offset: int, size: int, digest: str) -> None:
        self.offset = offset
        self.size = size
        self.digest = digest


def refusing(method: Callable[..., Any]) -> Callable[..., Any]:
    """The method, raising StorageError for the errors of files."""

    @wraps(method)
    async def wrapped(*args: Any) -> Any:
        try:
            return await method(*args)
        except OSError as error:
            raise StorageError(str(error)) from error

    return wrapped


class Storage:
    """An open storage. Every method raises StorageError where the host refuses."""

    def __init__(self, place: Path) -> None:
        self.folder = place

    @refusing
    async def entries(self) -> list[Entry]:
        """All files, whole or not."""
        found = [self._read_entry(folder) for folder in self._folders()]
        return [entry for entry in found if entry is not None]

    @refusing
    async def find(self, url: str) -> Entry | None:
        """The entry of a file."""
        return self._read_entry(self._folder_of(url))

    @refusing
    async def begin(self, url: str, tag: str, total: int) -> Entry:
        """A new, empty entry, in the place of any other of that URL."""
        entry = Entry(url, uuid.uuid4().hex, tag, total, 0, False, time.time() * 1000.0)
        folder = self._folder_of(url)
        (folder / entry.id).mkdir(parents=True)
        self._write_entry(entry)
        for other in folder.iterdir():
            if other.is_dir() and other.name != entry.id:
                shutil.rmtree(other, ignore_errors=True)
        return entry

    @refusing
    async def add_chunk(self, entry: Entry, data: TypedArray, digest: str) -> bool:
        """Keep the chunk that follows those of `entry`, which learns of it. False where another has kept one there, or
        begun the file anew: `entry` is out of date."""
        if not self._is_current(entry):
            return False
        path = self._folder_of(entry.url) / entry.id / f'{entry.bytes:016}'
        self._write(path, [digest.encode(), data])
        entry.bytes += len(data)
        return True

    @refusing
    async def finish(self, entry: Entry) -> bool:
        """Mark the file as whole; False where `entry` is out of date."""
        if not self._is_current(entry):
            return False
        entry.total = entry.bytes
        entry.is_complete = True
        self._write_entry(entry)
        return True

    @refusing
    async def touch(self, entry: Entry) -> None:
        """Remember that the file was used now."""
        os.utime(self._folder_of(entry.url) / 'entry.json')

    @refusing
    async def read(self, entry: Entry) -> tuple[TypedArray, list[Chunk]]:
        """All bytes kept, in one array, and the chunks they are made of: what is there, damaged or not."""
        data = bytearray()
        chunks: list[Chunk] = []
        for path in self._chunks(entry.url, entry.id):
            content = path.read_bytes()
            data += content[DIGEST_CHARACTERS:]
            digest = content[:DIGEST_CHARACTERS].decode('ascii', 'replace')
            size = max(len(content) - DIGEST_CHARACTERS, 0)
            chunks.append(Chunk(int(path.name), size, digest))
        return memoryview(data), chunks

    @refusing
    async def remove(self, url: str) -> None:
        """Forget a file; nothing happens where there is none."""
        folder = self._folder_of(url)
        if folder.is_dir():
            shutil.rmtree(folder)

    @refusing
    async def remove_all(self) -> None:
        """Forget all files."""
        for folder in self._folders():
            shutil.rmtree(folder)

    async def quota(self) -> int:
        """Bytes that may be kept in all; in a browser by all that the page's origin keeps. 0 if unknown."""
        entries: list[Entry] = await self.entries()
        used = sum(entry.bytes for entry in entries)
        return used + shutil.disk_usage(self.folder).free

    def close(self) -> None:
        """Let go of it."""

    def _folders(self) -> list[Path]:
        return [path.parent for path in sorted(self.folder.glob('*/entry.json'))]

    def _folder_of(self, url: str) -> Path:
        return self.folder / hashlib.sha256(url.encode()).hexdigest()[:32]

    def _chunks(self, url: str, id: str) -> list[Path]:
        folder = self._folder_of(url) / id
        return sorted(path for path in folder.iterdir() if path.name.isdigit()) if folder.is_dir() else []

    def _is_current(self, entry: Entry) -> bool:
        held = self._read_entry(self._folder_of(entry.url))
        return held is not None and held.id == entry.id and held.bytes == entry.bytes

    def _read_entry(self, folder: Path) -> Entry | None:
        path = folder / 'entry.json'
        try:
            fields = json.loads(path.read_bytes())
            url, id = fields['url'], fields['id']
            size = sum(chunk.stat().st_size - DIGEST_CHARACTERS for chunk in self._chunks(url, id))
            used = path.stat().st_mtime * 1000.0
            return Entry(url, id, fields['tag'], fields['total'], size, fields['is_complete'], used)
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None  # there is none, or a damaged one

    def _write_entry(self, entry: Entry) -> None:
        fields = {'url': entry.url, 'id': entry.id, 'tag': entry.tag, 'total': entry.total,
                  'is_complete': entry.is_complete}  # fmt: skip
        self._write(self._folder_of(entry.url) / 'entry.json', [json.dumps(fields, indent=1).encode()])

    def _write(self, path: Path, parts: list[Any]) -> None:
        """A file that is there as a whole, or as it was before."""
        part = path.with_suffix(f'.{os.getpid()}-{threading.get_ident()}')
        try:
            with part.open('wb') as file:
                file.writelines(parts)
            part.replace(path)
        except OSError:
            part.unlink(missing_ok=True)
            raise


def default_folder() -> Path:
    """`ALULA_CACHE`, or 'alula' in the folder that the system has for what can be made again."""
    named = os.environ.get('ALULA_CACHE')
    if named:
        return Path(named)
    if sys.platform == 'darwin':
        return Path.home() / 'Library' / 'Caches' / 'alula'
    variable, otherwise = ('LOCALAPPDATA', 'AppData/Local') if sys.platform == 'win32' else ('XDG_CACHE_HOME', '.cache')
    return Path(os.environ.get(variable) or Path.home() / otherwise) / 'alula'


async def open_storage(location: str) -> Storage:
    """The storage at a folder (in JS: of a database's name), made if it is not there; '': the usual place."""
    folder = Path(location) if location != '' else default_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(str(error)) from error
    return Storage(folder)
