"""The subset linter: flags Python that would mean something else, or nothing, once it is JS. Rules in `rules/`, guide in docs/subset.md."""

from .run import CPYTHON_ONLY, Finding, lint

__all__ = ['CPYTHON_ONLY', 'Finding', 'lint']
