"""Suppressions: `# lint: S05 reason`, behind the code it excuses or alone on the line above it."""

from __future__ import annotations

import io
import re
import tokenize
from dataclasses import dataclass

FORM = re.compile(r'#\s*lint:\s*(?P<code>[A-Z]\d\d)\b[\s:,-]*(?P<reason>.*)')


@dataclass
class Suppression:
    """`line` is the line it speaks for, `at` the one it stands on."""

    at: int
    line: int
    column: int
    code: str
    reason: str
    used: bool = False


def suppressions(text: str) -> list[Suppression]:
    """All suppressions of a source text, in order; malformed ones with an empty code."""
    found: list[Suppression] = []
    if 'lint:' not in text:  # nearly every file, and tokenizing is slow
        return found
    lines = text.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type != tokenize.COMMENT or not re.match(r'#\s*lint:', token.string):
            continue
        row, column = token.start
        alone = lines[row - 1][:column].strip() == ''
        match = FORM.match(token.string)
        code, reason = (match['code'], match['reason'].strip()) if match else ('', '')
        found.append(Suppression(row, row + 1 if alone else row, column, code, reason))
    return found
