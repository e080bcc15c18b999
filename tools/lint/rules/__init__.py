"""The rules by theme; importing this package fills the table."""

from ..rule import TABLE, Rule
from . import calls, classes, modules, names, numbers, statements, truth, values

THEMES = (statements, modules, names, classes, calls, truth, values, numbers)
RULES: tuple[Rule, ...] = tuple(sorted(TABLE.values(), key=lambda rule: rule.code))
