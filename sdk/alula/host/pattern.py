"""Regular expressions of the host (CPython body), in the common language of alula.ops.pattern."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable

from alula.errors import AttributeValueError


def pieces(pattern: str, text: str) -> list[str]:
    """What the pattern matches in a text, one match behind the other; [^] is any character."""
    return re.findall(pattern.replace('[^]', '[\\s\\S]'), text, re.ASCII)


def full_match(pattern: str) -> Callable[[str], bool]:
    """A function that tells whether the pattern matches the whole of a text. AttributeValueError for one that makes
    no sense."""
    try:
        with warnings.catch_warnings():
            # Of classes that may mean something else one day.
            warnings.simplefilter('ignore')
            compiled = re.compile(pattern, re.ASCII)
    except re.error as error:
        raise AttributeValueError('pattern', f"'{pattern}' makes no sense: {error}") from error
    return lambda text: compiled.fullmatch(text) is not None
