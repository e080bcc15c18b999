"""Regular expressions of RE2 (https://github.com/google/re2/wiki/Syntax) in what Python's and JavaScript's both read
in the same way. What isn't translated is refused: flags, names of Unicode's classes, \\Q…\\E, octal escapes."""

from __future__ import annotations

from alula.errors import AttributeValueError

# Classes of ASCII, which is all that RE2 means by them.
CLASSES: dict[str, str] = {'d': '0-9', 'w': '0-9A-Za-z_', 's': '\\t\\n\\f\\r '}
# What stands for itself after a backslash: controls, and the boundaries of words.
KEPT = 'tnfrvbB'
SPECIAL = '^$\\.*+?()[]{}|/'
REPEATS = '*+?'


def common_pattern(pattern: str) -> str:
    """The pattern in the common language. AttributeValueError for what it can't say."""
    reader = Reader(pattern)
    parts: list[str] = []
    # Whether something is there that a repetition could be of.
    can_repeat = False
    while reader.at < len(pattern):
        c = reader.next()
        if c in REPEATS or c == '{' and reader.count_end() > 0:
            if not can_repeat:
                raise reader.fail(f"'{c}' repeats nothing")
            parts.append(c if c in REPEATS else c + reader.take(reader.count_end() - reader.at))
            if reader.peek() == '?':
                parts.append(reader.next())
            can_repeat = False
            continue
        can_repeat = c not in '(|^$'
        if c == '(' and reader.peek() == '?':
            parts.append(reader.group())
        elif c == '[':
            parts.append(reader.members())
        elif c == '\\':
            parts.append(reader.escape(False))
        elif c == '.':
            parts.append('[^\\n]')
        elif c == '$':
            parts.append('(?![\\s\\S])')
        elif c in '()|^':
            parts.append(c)
        else:
            parts.append(quoted(c))
    return ''.join(parts)


def quoted(c: str) -> str:
    """A character that stands for itself."""
    return '\\' + c if c in SPECIAL else c


class Reader:
    """Where in a pattern its translation stands."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0

    def fail(self, why: str) -> AttributeValueError:
        return AttributeValueError('pattern', f"'{self.pattern}' can't be used: {why}, at {self.at}")

    def peek(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def take(self, count: int) -> str:
        self.at += count
        return self.pattern[self.at - count : self.at]

    def next(self) -> str:
        if self.at >= len(self.pattern):
            raise self.fail('it ends too early')
        return self.take(1)

    def count_end(self) -> int:
        """Where a repetition like {2,5}, whose brace is behind, ends; 0 if it is none."""
        end = self.pattern.find('}', self.at)
        low, _, high = self.pattern[self.at : max(end, self.at)].partition(',')
        is_count = low != '' and all(c in '0123456789' for c in low + high)
        return end + 1 if is_count else 0

    def group(self) -> str:
        """After '(': what kind of group begins. Names are not needed."""
        if self.take(2) == '?:':
            return '(?:'
        self.at -= 2
        if self.pattern[self.at :].startswith('?P<') or self.pattern[self.at :].startswith('?<'):
            end = self.pattern.find('>', self.at)
            if end > 0 and self.pattern[self.at + 2] not in '=!':
                self.at = end + 1
                return '('
        raise self.fail('it has flags or looks around')

    def escape(self, inside: bool) -> str:
        """After a backslash; `inside` brackets."""
        c = self.next()
        if c.lower() in CLASSES and not (inside and c in 'DWS'):
            members = CLASSES[c.lower()]
            return members if inside else f'[{members}]' if c in CLASSES else f'[^{members}]'
        if c in KEPT and not (inside and c in 'bB'):
            return '\\' + c
        if c in 'Az' and not inside:
            return '^' if c == 'A' else '(?![\\s\\S])'
        if c == 'x':
            digits = self.take(2)
            if len(digits) == 2 and all(d in '0123456789abcdefABCDEF' for d in digits):
                return '\\x' + digits
        elif not ('0' <= c <= '9' or 'a' <= c.lower() <= 'z'):
            return '\\-' if inside and c == '-' else quoted(c)
        raise self.fail(f"it has '\\{c}'")

    def members(self) -> str:
        """After '[': the class up to its bracket, which comes first where it stands for itself."""
        parts = ['[']
        if self.peek() == '^':
            parts.append(self.next())
        first = True
        while first or self.peek() != ']':
            c = self.next()
            if c == '[' and self.peek() == ':':
                raise self.fail('it has a named class')
            if c == '\\':
                parts.append(self.escape(True))
            elif c == '-':
                is_range = not first and self.peek() != ']'
                parts.append('-' if is_range else '\\-')
            else:
                parts.append(quoted(c))
            first = False
        return ''.join([*parts, self.next()])
