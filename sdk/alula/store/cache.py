"""`model_cache`: what `create(url, cache=True)` has kept, for a page that shows it or makes room."""

from __future__ import annotations

from typing import Any

from alula.host.fetch import web_address
from alula.host.storage import Storage, open_storage


class CachedFile:
    """A file of the cache. `url`: where it came from. `bytes`: those kept so far. `total`: those of the whole file, 0
    if unknown. `is_complete`: whether it needs no network any more; else the next `create` goes on where it broke off.
    `last_used`: milliseconds since 1970."""

    def __init__(self, url: str, size: int, total: int, is_complete: bool, last_used: float) -> None:
        self.url: str = url
        self.bytes: int = size
        self.total: int = total
        self.is_complete: bool = is_complete
        self.last_used: float = last_used


class CacheUsage:
    """`bytes`: those that the cache holds. `quota`: those that all storage of the page's origin may hold (in Python:
    that fit on the disk); 0 if the host does not tell."""

    def __init__(self, size: int, quota: int) -> None:
        self.bytes: int = size
        self.quota: int = quota


class ModelCache:
    """One object, `model_cache`. Its methods raise StorageError where the host has or gives no storage.

    `location`: the IndexedDB database, in Python the folder, that later calls and sessions use. '' is 'alula', in
    Python the environment variable ALULA_CACHE or else 'alula' in the user's cache folder.
    """

    def __init__(self) -> None:
        self.location: str = ''

    async def list(self) -> list[CachedFile]:
        """The files, whole or begun, the one used last first."""
        storage = await open_storage(self.location)
        entries: Any = await finished(storage, storage.entries())
        files = [CachedFile(each.url, each.bytes, each.total, each.is_complete, each.used) for each in entries]
        return sorted(files, key=lambda file: -file.last_used)

    async def remove(self, url: str) -> None:
        """Forget a file. Nothing happens if it is not there; a download that is going on ends in memory."""
        storage = await open_storage(self.location)
        await finished(storage, storage.remove(web_address(url)))

    async def clear(self) -> None:
        """Forget all files."""
        storage = await open_storage(self.location)
        await finished(storage, storage.remove_all())

    async def usage(self) -> CacheUsage:
        """How much the cache holds, and how much there may be."""
        used = sum([file.bytes for file in await self.list()])
        storage = await open_storage(self.location)
        quota: int = await finished(storage, storage.quota())
        return CacheUsage(used, quota)


async def finished(storage: Storage, work: Any) -> Any:
    """What `work` comes to; the storage is closed then."""
    try:
        return await work
    finally:
        storage.close()


model_cache = ModelCache()
