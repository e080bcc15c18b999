"""What an expression is, as far as annotations and literals tell: enough for the rules whose meaning hangs on a type.

A kind is a builtin's name or the class of the package with the kinds of its items; an expression has a set of kinds (a
union) or None when it is unknown. mypy checks the annotations themselves, so they are believed here.
"""

from __future__ import annotations

from typing import NamedTuple

from .index import Class


class Kind(NamedTuple):
    name: str
    items: tuple[Kinds, ...] = ()
    definition: Class | None = None


Kinds = frozenset[Kind] | None


def one(name: str, *items: Kinds) -> Kinds:
    return frozenset([Kind(name, items)])


BOOL, INT, FLOAT, STR, NONE = one('bool'), one('int'), one('float'), one('str'), one('None')
BOTTOM: Kinds = frozenset()
GENERIC = {
    'List': 'list', 'Dict': 'dict', 'Tuple': 'tuple', 'Set': 'set', 'Sequence': 'Sequence', 'Iterable': 'Iterable',
    'Iterator': 'Iterable', 'Generator': 'Iterable', 'Mapping': 'Mapping',
}  # fmt: skip
PLAIN = {'bool', 'int', 'float', 'str', 'list', 'dict', 'tuple', 'set', 'None', 'bytes'}
WRAPPERS = {'Final', 'ClassVar', 'Annotated', 'Awaitable', 'Coroutine'}
ITERABLE = {'list', 'tuple', 'set', 'dict', 'Sequence', 'Iterable', 'Mapping'}
BUILTIN_CALLS = {
    'len': INT, 'ord': INT, 'int': INT, 'round': INT, 'float': FLOAT, 'str': STR, 'repr': STR, 'chr': STR, 'bool': BOOL,
    'isinstance': BOOL, 'issubclass': BOOL, 'hasattr': BOOL, 'callable': BOOL, 'all': BOOL, 'any': BOOL,
    'range': one('Iterable', INT),
}  # fmt: skip
STR_METHODS = {
    'startswith': BOOL, 'endswith': BOOL, 'isdigit': BOOL, 'isalpha': BOOL, 'isalnum': BOOL, 'isspace': BOOL,
    'isupper': BOOL, 'islower': BOOL, 'find': INT, 'rfind': INT, 'index': INT,
    'split': one('list', STR), 'splitlines': one('list', STR),
    'join': STR, 'replace': STR, 'upper': STR, 'lower': STR, 'strip': STR, 'lstrip': STR, 'rstrip': STR, 'format': STR,
    'capitalize': STR,
}  # fmt: skip
MATH_BOOL = {'isnan', 'isinf', 'isfinite'}


def union(*parts: Kinds) -> Kinds:
    return None if any(part is None for part in parts) else frozenset(kind for part in parts for kind in part or ())


def only(kinds: Kinds, *names: str) -> bool:
    """Whether the expression is known, and nothing but these (or None, with at least one that isn't)."""
    rest = {kind.name for kind in kinds or ()} - {'None'}
    return len(rest) > 0 and rest <= set(names)
