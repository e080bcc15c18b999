"""Regular expressions of RE2 (https://github.com/google/re2/wiki/Syntax) in what Python's and JavaScript's both read
in the same way. What isn't translated is refused: flags, Unicode's classes and named ones, \\Q…\\E, octal escapes."""

from __future__ import annotations

from alula.errors import AttributeValueError
from alula.host.pattern import pieces

# What a pattern is made of: escapes, beginnings of groups and of named classes, repetitions, single characters.
PIECE = (
    '\\\\x[0-9a-fA-F]{2}|\\\\[^]|\\(\\?(?:P?<[A-Za-z]\\w*>|:)|\\(\\?|\\[\\^|\\[:|[*+?]\\??|\\{[0-9]+(?:,[0-9]*)?\\}\\??|[^]'
)
# Classes of ASCII, which is all that RE2 means by them.
CLASSES: dict[str, str] = {'d': '0-9', 'w': '0-9A-Za-z_', 's': '\\t\\n\\f\\r '}
# All but \n. Of [^\n] V8 10.1 leaves out what takes two UTF-16 units.
ANY = '(?:.|[\\r\\u2028\\u2029])'
END = '(?![\\s\\S])'
SPECIAL = '^$\\.*+?()[]{}|/'


def common_pattern(pattern: str) -> str:
    """The pattern in the common language. AttributeValueError for what it can't say."""
    parts: list[str] = []
    # How many pieces of a class were read, 0 outside; and whether a repetition may come.
    members = 0
    can_repeat = False
    for piece in pieces(PIECE, pattern):
        c = piece[0]
        is_repeat = c in '*+?' or c == '{' and len(piece) > 1
        if c == '\\':
            parts.append(_escape(piece, members > 0))
            members += 1 if members > 0 else 0
        elif members > 0:
            is_end = piece == ']' and members > 1
            parts.append(piece if is_end or piece == '-' else ''.join([quoted(each) for each in piece]))
            members = 0 if is_end else members + 1
        elif c == '[':
            parts.append(piece)
            members = 1
        elif piece == '.':
            parts.append(ANY)
        elif piece == '$':
            parts.append(END)
        elif c == '(' and len(piece) > 2:
            parts.append('(?:' if piece == '(?:' else '(')
        else:
            parts.append(piece if is_repeat or c in '()|^' else quoted(c))
        if piece in ['(?', '[:'] or members == 0 and is_repeat and not can_repeat:
            raise AttributeValueError('pattern', f"'{pattern}': '{piece}' is not supported")
        can_repeat = not is_repeat and c not in '(|^$'
    return ''.join(parts)


def quoted(c: str) -> str:
    """A character that stands for itself."""
    return '\\' + c if c in SPECIAL else c


def _escape(piece: str, inside: bool) -> str:
    """What a backslash and what follows it mean, `inside` of a class or not."""
    c = piece[1:]
    if c.lower() in CLASSES and not (inside and c in 'DWS'):
        members = CLASSES[c.lower()]
        return members if inside else f'[{members}]' if c in CLASSES else f'[^{members}]'
    if c in 'tnfrv' or c in 'bB' and not inside or len(c) > 1:
        return piece
    if c in 'Az' and not inside:
        return '^' if c == 'A' else END
    if '0' <= c <= '9' or 'a' <= c.lower() <= 'z':
        raise AttributeValueError('pattern', f"'{piece}' is not supported")
    return piece if c == '-' and inside else quoted(c)
