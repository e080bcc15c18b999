"""Leaves out of the runtime the methods of lists, texts, dicts and sets that no module calls.

A bundler cannot: they are put on prototypes. It makes the package smaller, and fewer members appear on the page's
prototypes. A method is called by its prefixed name, so one that stands behind no dot is called nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tools import BuildError
from tools.transpiler.names import PREFIX

# $install(Array.prototype, {⏎ ...members, each at one indent... ⏎});
INSTALLED = re.compile(r'^(?:export const set = .*)?\$(?:install|set_type)\([^\n]*, \{\n(.*?)^\}\);$', re.M | re.S)
MEMBER = re.compile(r'^    (\w+)\(.*?(?=^    (?:\w+\(|\w+:|\[)|\Z)', re.M | re.S)


def pruned(runtime: str, modules: Iterable[str]) -> str:
    """The text of the runtime without the installed methods that neither it nor the texts of `modules` call."""
    members = [member for block in INSTALLED.finditer(runtime) for member in MEMBER.finditer(runtime, *block.span(1))]
    if len(members) == 0:
        raise BuildError('tools/bundle/prune.py: the runtime installs no methods in the form that is expected')
    rest = without(runtime, members)
    called = names_in(rest).union(*map(names_in, modules))
    while True:
        kept = [member for member in members if PREFIX + member[1] in called]
        more = called.union(*(names_in(member[0]) for member in kept))
        if more == called:
            left = without(runtime, [member for member in members if member not in kept])
            return re.sub(r'^\$install\([\w.$]+, \{\n\}\);\n', '', left, flags=re.M)
        called = more


def names_in(text: str) -> set[str]:
    return set(re.findall(rf'\.\s*({PREFIX}\w+)', text))


def without(text: str, parts: list[re.Match[str]]) -> str:
    for part in reversed(parts):
        text = text[:part.start()] + text[part.end():]
    return text
