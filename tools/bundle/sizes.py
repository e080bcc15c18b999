"""Where the bytes of a bundle come from: raw and after gzip, by module and by room. The bundle's source map tells.

What gzip makes of a module depends on all that stands before it, so its share is an estimate: what the compressed
stream grows by while it passes."""

from __future__ import annotations

import json
import zlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'


@dataclass
class Share:
    raw: int = 0
    packed: int = 0


def pieces(bundle: Path) -> Iterator[tuple[str, str]]:
    """The text in its order, cut where the source changes: source, text."""
    source_map = json.loads(bundle.with_name(bundle.name + '.map').read_text(encoding='utf-8'))
    lines = bundle.read_text(encoding='utf-8').splitlines(keepends=True)
    source, begin = 0, (0, 0)
    for row, mappings in enumerate(source_map['mappings'].split(';')):
        column = 0
        for segment in filter(None, mappings.split(',')):
            step, *rest = deltas(segment)
            column += step
            if rest and rest[0] != 0:
                yield source_map['sources'][source], between(lines, begin, (row, column))
                source, begin = source + rest[0], (row, column)
    yield source_map['sources'][source], between(lines, begin, (len(lines) - 1, len(lines[-1])))


def deltas(segment: str) -> Iterator[int]:
    """The numbers of a segment, in VLQ (ECMA-426)."""
    value = shift = 0
    for character in segment:
        digit = DIGITS.index(character)
        value += (digit & 31) << shift
        shift += 5
        if digit < 32:
            yield -(value >> 1) if value & 1 else value >> 1
            value = shift = 0


def between(lines: list[str], begin: tuple[int, int], end: tuple[int, int]) -> str:
    if begin[0] == end[0]:
        return lines[begin[0]][begin[1]:end[1]]
    return ''.join([lines[begin[0]][begin[1]:], *lines[begin[0] + 1:end[0]], lines[end[0]][:end[1]]])


def shares(bundle: Path) -> dict[str, Share]:
    """By source, as the map names it."""
    found: dict[str, Share] = defaultdict(Share)
    stream = zlib.compressobj(9)
    for source, text in pieces(bundle):
        content = text.encode()
        found[source].raw += len(content)
        # a flush costs bytes of its own, which the true stream has not
        found[source].packed += max(len(stream.compress(content) + stream.flush(zlib.Z_SYNC_FLUSH)) - 5, 0)
    return found


def room(source: str) -> str:
    return PurePosixPath(source).parent.as_posix().removeprefix('../')


def table(bundle: Path) -> str:
    """Lines of source, bytes, bytes after gzip: each room, its modules below it."""
    found = shares(bundle)
    scale = len(zlib.compress(bundle.read_bytes(), 9)) / sum(share.packed for share in found.values())
    rooms: dict[str, list[str]] = defaultdict(list)
    for source in found:
        rooms[room(source)].append(source)
    weights = {name: sum(found[source].packed for source in sources) for name, sources in rooms.items()}
    lines = []
    for name in sorted(rooms, key=lambda each: -weights[each]):
        raw = sum(found[source].raw for source in rooms[name])
        lines.append(f'{name:42} {raw:>9,} {weights[name] * scale:>9,.0f}')
        for source in sorted(rooms[name], key=lambda each: -found[each].packed):
            share = found[source]
            lines.append(f'    {PurePosixPath(source).name:38} {share.raw:>9,} {share.packed * scale:>9,.0f}')
    return '\n'.join(lines)
