"""Source maps (ECMA-426, version 3) from JavaScript lines to Python lines: one segment per line, column 0."""
from __future__ import annotations

import json

_BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'


def _vlq(number: int) -> str:
    rest = (-number << 1 | 1) if number < 0 else number << 1
    text = ''
    while True:
        rest, digit = rest >> 5, rest & 31
        text += _BASE64[digit | 32 if rest else digit]
        if not rest:
            return text


def source_map(file: str, source: str, content: str, lines: list[int]) -> str:
    """The map of `file`, whose line i comes from line `lines[i]` (1-based) of `source`; embeds `content`, its text."""
    segments: list[str] = []
    previous = 1
    for line in lines:
        segments.append(f'AA{_vlq(line - previous)}A')
        previous = line
    return json.dumps({'version': 3, 'file': file, 'sources': [source], 'sourcesContent': [content], 'names': [],
                       'mappings': ';'.join(segments)}, separators=(',', ':'))
