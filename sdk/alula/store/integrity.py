"""Whether bytes are those that were promised (Subresource Integrity, with SHA-256) or kept (digests of chunks)."""

from __future__ import annotations

from typing import Any

from alula.errors import ArgumentRangeError, IntegrityError
from alula.host.arrays import TypedArray, sub
from alula.host.hash import sha256
from alula.host.storage import Chunk, Entry
from alula.host.tasks import gather

PREFIX = 'sha256-'
BASE64_LENGTH = 44


class Integrity:
    """What `integrity` says: 'sha256-' and the base64 of the hash, or several of them with spaces between, of which one
    must fit. ArgumentRangeError for anything else: what can't be checked must not look as if it were."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.digests: list[str] = []
        for word in text.split():
            digest = word[len(PREFIX) :]
            if not word.startswith(PREFIX) or len(digest) != BASE64_LENGTH:
                raise ArgumentRangeError('integrity', f"must be 'sha256-' and {BASE64_LENGTH} characters, not '{word}'")
            self.digests.append(digest)
        if len(self.digests) == 0:
            raise ArgumentRangeError('integrity', 'must not be empty')

    async def mismatch(self, url: str, data: TypedArray) -> IntegrityError | None:
        """The error to raise for `data`, None if they are the bytes promised."""
        digest = await sha256(data)
        return None if digest in self.digests else IntegrityError(url, self.text, PREFIX + digest)


def integrity_of(text: Any) -> Integrity | None:
    return None if text is None else Integrity(text)


async def are_intact(data: TypedArray, chunks: list[Chunk], entry: Entry) -> bool:
    """Whether `data`, made of `chunks`, are the bytes that were kept of a file."""
    at = 0
    for chunk in chunks:
        if chunk.offset != at:
            return False
        at += chunk.size
    if at != len(data) or at != entry.bytes or (entry.is_complete and at != entry.total):
        return False
    digests = await gather([sha256(sub(data, each.offset, each.offset + each.size)) for each in chunks])
    return all(digests[i] == chunks[i].digest for i in range(len(chunks)))
