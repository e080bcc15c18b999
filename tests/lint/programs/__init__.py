"""For each rule of the linter, a program that breaks it and its rewrite.

The first prints something else in JS than under CPython, or doesn't get as far; the second prints the same on both.
Each has a `main` that prints; `# file: x.py` begins another file.
"""

from . import calls, classes, modules, names, numbers, statements, values

PROGRAMS: dict[str, tuple[str, str]] = {
    **statements.PROGRAMS,
    **modules.PROGRAMS,
    **names.PROGRAMS,
    **classes.PROGRAMS,
    **calls.PROGRAMS,
    **values.PROGRAMS,
    **numbers.PROGRAMS,
}
