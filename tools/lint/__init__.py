"""The subset linter: flags Python that means something else, or nothing, once it is JS. The guide is docs/subset.md."""

from .run import CPYTHON_ONLY, Finding, lint

__all__ = ['CPYTHON_ONLY', 'Finding', 'lint']
