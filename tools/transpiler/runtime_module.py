"""Puts the runtime module together from the JavaScript parts in `runtime/`.

Transcrypt's own runtime is left out. Of what compiled code asks of it, little would stay: its classes build a closure
for each method call, its dicts carry 18 properties each, its exceptions are no Errors, and it puts 70 names on
prototypes of the host page, most of them enumerable. Ours is half its size.
"""
from __future__ import annotations

import re

from .names import PREFIX
from .record import HERE

# The order counts: a class is defined before it is extended.
PARTS = ('classes', 'errors', 'iteration', 'containers', 'text', 'format', 'numbers')

# Python's own error classes.
ERRORS = frozenset(name.removeprefix(PREFIX) for name in re.findall(
    r'^export (?:const|class) (\w+)', (HERE / 'runtime' / 'errors.js').read_text(encoding='utf-8'), re.M))


def runtime(checked: bool) -> tuple[str, set[str]]:
    """The code of the runtime module and the names it exports."""
    parts = [*PARTS, 'checked'] if checked else PARTS
    code = '\n'.join((HERE / 'runtime' / f'{part}.js').read_text(encoding='utf-8') for part in parts)
    return code, set(re.findall(r'^export (?:async )?(?:function\*?|class|const|let) ([\w$]+)', code, re.M))
