"""The form of a rule, and the table that all of them stand in. The rules themselves live in `rules/`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from .index import Callee, Definition, Index
from .inference import Inference
from .kinds import Kinds
from .source import Scope, Source


@dataclass(frozen=True)
class Place:
    """Where a check looks: one file, with the package around it."""

    source: Source
    index: Index
    inference: Inference

    def scope(self, node: ast.AST) -> Scope:
        return self.source.scope(node)

    def kinds(self, node: ast.AST) -> Kinds:
        return self.inference.of(node, self.source, self.scope(node))

    def resolve(self, node: ast.expr) -> Definition | None:
        return self.index.resolve(node, self.source, self.scope(node))

    def callees(self, call: ast.Call) -> tuple[list[Callee], bool]:
        return self.inference.callees(call, self.source, self.scope(call))

    def is_builtin(self, node: ast.AST, *names: str) -> bool:
        """Whether the node is one of these names and nothing in the file binds it."""
        return isinstance(node, ast.Name) and node.id in names and self.scope(node).find(node.id) is None


Found = Iterable[ast.AST]
Check = Callable[[Any, Place], Found]  # Any: each check names the node types it is entered for


@dataclass(frozen=True)
class Rule:
    """`harm` completes "in JS ..."; `write` completes "write ...". `platform` rules hold in the JS tree too."""

    code: str
    name: str
    title: str
    harm: str
    write: str
    nodes: tuple[type[ast.AST], ...]
    check: Check
    platform: bool

    @property
    def message(self) -> str:
        return f'{self.title}: {self.harm}; write {self.write}'


TABLE: dict[str, Rule] = {}


def rule(code: str, *nodes: type[ast.AST], harm: str, write: str, platform: bool = True) -> Callable[[Check], Check]:
    """Enter a check for nodes of these types; it yields the nodes to report. Its docstring is the rule's title."""

    def enter(check: Check) -> Check:
        name = check.__name__
        assert name not in TABLE, name
        TABLE[name] = Rule(code, name, (check.__doc__ or '').rstrip('.'), harm, write, nodes, check, platform)
        return check

    return enter


def ban(code: str, name: str, title: str, *nodes: type[ast.AST], harm: str, write: str) -> None:
    """A rule that reports every node of these types."""

    def check(node: ast.AST, at: Place) -> Found:
        return [node]

    check.__name__, check.__doc__ = name, title
    rule(code, *nodes, harm=harm, write=write)(check)
