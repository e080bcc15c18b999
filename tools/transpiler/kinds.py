"""What an expression is, as far as annotations tell: the linter's inference, over the program that is compiled."""
from __future__ import annotations

import ast
from pathlib import Path

from tools.lint.index import Index
from tools.lint.inference import Inference
from tools.lint.source import Source

from .record import HERE

# Arrays of JavaScript, and what else has its length as a property.
ARRAYS = frozenset(('list', 'tuple', 'fixed'))
TEXT = frozenset(('str',))
MEASURED = ARRAYS | TEXT
# Values that are equal if they are identical, and whose text is JavaScript's own.
PLAIN = TEXT | {'int'}


class KindsOfProgram:
    """`sources`: the modules as they are compiled. What stands for one of them under CPython says more about it."""

    def __init__(self, sources: dict[str, Source], search: list[Path]) -> None:
        twins = [Source(path, name, False) for name, source in sources.items() if source.platform
                 for folder in search if folder.name != 'js' and folder != HERE / 'modules'
                 for path in [folder.joinpath(*name.split('.')).with_suffix('.py')] if path.is_file()]
        self.inference = Inference(Index([*sources.values(), *twins]))

    def are(self, node: ast.expr, source: Source, names: frozenset[str]) -> bool:
        """Whether the node, of the source or made of its nodes, is certainly one of these."""
        if node not in source.parents:
            return False
        kinds = self.inference.of(node, source, source.scope(node))
        return bool(kinds) and all(kind.name in names for kind in kinds)
