"""One parsed source file: its tree, who stands above each node, what each name is bound to. Knows no other file."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
Function = ast.FunctionDef | ast.AsyncFunctionDef
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
SCOPES = (*FUNCTIONS, *COMPREHENSIONS, ast.Lambda, ast.ClassDef, ast.Module)


@dataclass(frozen=True, eq=False)
class Binding:
    """One place that gives a name its value.

    `value` is the expression (or the `def`, `class`, import) behind the name; with `each` the name takes the items of
    that value (loops); `path` leads through an unpacking target to the name. Without value and annotation nothing is
    known.
    """

    node: ast.AST
    annotation: ast.expr | None = None
    value: ast.AST | None = None
    each: bool = False
    path: tuple[int, ...] = ()


@dataclass
class Scope:
    """The names bound by one module, class, function, lambda or comprehension."""

    node: ast.AST
    parent: Scope | None
    bindings: dict[str, list[Binding]] = field(default_factory=dict)

    def find(self, name: str) -> tuple[Scope, list[Binding]] | None:
        """The scope that a name read here belongs to, with its bindings there; None for a builtin."""
        scope: Scope | None = self
        while scope is not None:
            hidden = isinstance(scope.node, ast.ClassDef) and scope is not self
            if name in scope.bindings and not hidden:
                return scope, scope.bindings[name]
            scope = scope.parent
        return None


class Source:
    """A module. `platform` tells the JS tree from the shared one, `transpiled` whether JS is made of it."""

    def __init__(self, path: Path, name: str, platform: bool) -> None:
        self.path = path
        self.name = name
        self.platform = platform
        self.transpiled = True
        self.text = path.read_text(encoding='utf-8')
        self.tree = ast.parse(self.text, str(path))
        self.nodes = list(ast.walk(self.tree))
        self.parents: dict[ast.AST, ast.AST] = {
            child: parent for parent in self.nodes for child in ast.iter_child_nodes(parent)
        }
        self._scopes: dict[ast.AST, Scope] = {}
        self.module_scope = self._scopes[self.tree] = Scope(self.tree, None)
        self._descend(self.tree, self.module_scope)

    @cached_property
    def rebound(self) -> set[str]:
        """The module's names that its functions change."""
        return {name for node in self.nodes if isinstance(node, ast.Global) for name in node.names}

    def compiled(self) -> Iterator[ast.AST]:
        """Every node that JS is made of: all but what stands under `if TYPE_CHECKING`."""
        waiting: list[ast.AST] = [self.tree]
        while len(waiting) > 0:
            node = waiting.pop()
            yield node
            match node:
                case ast.If(test=ast.Name(id='TYPE_CHECKING'), orelse=otherwise):
                    waiting.extend(otherwise)
                case _:
                    waiting.extend(ast.iter_child_nodes(node))

    # Above a node

    def ancestors(self, node: ast.AST) -> list[ast.AST]:
        """Everything around a node, the nearest first."""
        above = []
        while node in self.parents:
            node = self.parents[node]
            above.append(node)
        return above

    def enclosing(self, node: ast.AST, *kinds: type[ast.AST]) -> ast.AST | None:
        return next((above for above in self.ancestors(node) if isinstance(above, kinds)), None)

    def owner(self, function: ast.AST) -> ast.ClassDef | None:
        """The class whose body holds this function directly."""
        parent = self.parents.get(function)
        return parent if isinstance(parent, ast.ClassDef) else None

    def scope(self, node: ast.AST) -> Scope:
        """The scope that names at this node are looked up in."""
        while node not in self._scopes:
            node = self.parents[node]
        return self._scopes[node]

    def in_annotation(self, node: ast.AST) -> bool:
        """Whether the node is part of a type, which Transcrypt never emits."""
        child = node
        for above in self.ancestors(node):
            if child in (getattr(above, 'annotation', None), getattr(above, 'returns', None)):
                return True
            child = above
        return False

    # Binding names

    def _descend(self, node: ast.AST, scope: Scope) -> None:
        for child in ast.iter_child_nodes(node):
            self._bind(child, scope)

    def _bind(self, node: ast.AST, scope: Scope) -> None:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                self._add(scope, node.name, Binding(node, value=node))
            case ast.Import() | ast.ImportFrom():
                for alias in node.names:
                    self._add(scope, alias.asname or alias.name.split('.')[0], Binding(node, value=alias))
            case ast.Assign():
                for target in node.targets:
                    self._target(scope, target, node, node.value)
            case ast.AnnAssign():
                self._target(scope, node.target, node, node.value, annotation=node.annotation)
            case ast.AugAssign():
                self._target(scope, node.target, node, ast.BinOp(node.target, node.op, node.value))
            case ast.NamedExpr():
                self._target(scope, node.target, node, node.value)
            case ast.For() | ast.AsyncFor():
                self._target(scope, node.target, node, node.iter, each=True)
            case ast.ExceptHandler() if node.name:
                self._add(scope, node.name, Binding(node))
            case ast.Global() | ast.Nonlocal():
                for name in node.names:  # reads and writes go to the outer scope: forget nothing, invent nothing
                    self._add(scope, name, Binding(node))
        if not isinstance(node, SCOPES):
            self._descend(node, scope)
            return
        inner = Scope(node, scope)
        if isinstance(node, (*FUNCTIONS, ast.Lambda)):
            self._parameters(inner, node.args)
        for generator in getattr(node, 'generators', []):
            self._target(inner, generator.target, generator, generator.iter, each=True)
        self._scopes[node] = inner
        self._descend(node, inner)

    def _parameters(self, scope: Scope, args: ast.arguments) -> None:
        for arg in (*args.posonlyargs, *args.args, *args.kwonlyargs):
            self._add(scope, arg.arg, Binding(arg, arg.annotation))
        for rest, kind in ((args.vararg, 'tuple'), (args.kwarg, 'dict')):
            if rest is not None:
                self._add(scope, rest.arg, Binding(rest, ast.Name(kind, ast.Load())))

    def _target(
        self,
        scope: Scope,
        target: ast.AST,
        node: ast.AST,
        value: ast.AST | None,
        annotation: ast.expr | None = None,
        each: bool = False,
        path: tuple[int, ...] = (),
    ) -> None:
        match target:
            case ast.Name():
                self._add(scope, target.id, Binding(node, annotation, value, each, path))
            case ast.Tuple() | ast.List():
                for i, item in enumerate(target.elts):
                    self._target(scope, item, node, value, None, each, (*path, i))
            case ast.Starred():
                self._target(scope, target.value, node, None)

    @staticmethod
    def _add(scope: Scope, name: str, binding: Binding) -> None:
        scope.bindings.setdefault(name, []).append(binding)
