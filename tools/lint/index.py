"""The package as the rules see it: every module, class, function and attribute, found by name. Knows no rule."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from functools import cached_property

from .source import FUNCTIONS, Binding, Function, Scope, Source


@dataclass(frozen=True)
class Parameter:
    name: str
    default: ast.expr | None
    keyword_only: bool


@dataclass(frozen=True)
class Callee:
    """A function or method; `bound` says that the first parameter is filled by the call itself."""

    source: Source
    node: Function
    bound: bool = False

    @cached_property
    def parameters(self) -> list[Parameter]:
        args = self.node.args
        plain = [*args.posonlyargs, *args.args]
        defaults = [None] * (len(plain) - len(args.defaults)) + list(args.defaults)
        found = [Parameter(arg.arg, default, False) for arg, default in zip(plain, defaults)]
        found += [Parameter(arg.arg, default, True) for arg, default in zip(args.kwonlyargs, args.kw_defaults)]
        return found[1:] if self.bound else found

    @property
    def takes_keywords(self) -> bool:
        """Whether the compiled function looks for keywords at all: only where a default or `*` announces them."""
        args = self.node.args
        return len(args.defaults) > 0 or len(args.kwonlyargs) > 0 or args.kwarg is not None


@dataclass(eq=False)
class Class:
    source: Source
    node: ast.ClassDef
    methods: dict[str, Function] = field(default_factory=dict)
    properties: dict[str, Function] = field(default_factory=dict)
    attributes: dict[str, list[tuple[Scope, Binding]]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.node.name

    def callee(self, method: Function) -> Callee:
        return Callee(self.source, method, 'staticmethod' not in decorators(method))


@dataclass(frozen=True)
class ModuleName:
    """A name that stands for a whole module (`import alula.x as x`)."""

    name: str


Definition = Class | Callee | ModuleName | tuple[Source, Scope, Binding]


def decorators(function: Function) -> list[str]:
    """The decorators in short: `property`, `setter` for `@x.setter`."""
    return [
        d.id if isinstance(d, ast.Name) else d.attr
        for d in function.decorator_list
        if isinstance(d, (ast.Name, ast.Attribute))
    ]


class Index:
    """Everything that the sources define. A module with two bodies is answered by the CPython one."""

    def __init__(self, sources: list[Source]) -> None:
        self.modules: dict[str, Source] = {}
        self.transpiled = {source.name for source in sources if source.transpiled}
        self.classes: list[Class] = []
        self.methods: dict[str, list[Callee]] = {}
        self.properties: set[str] = set()
        self.attributes: set[str] = set()
        self._class_of: dict[ast.ClassDef, Class] = {}
        for source in sorted(sources, key=lambda s: s.platform):
            self.modules.setdefault(source.name, source)
            for node in source.nodes:
                if isinstance(node, ast.ClassDef):
                    self._add_class(source, node)
        for source in sources:
            self._add_foreign_attributes(source)

    def _add_class(self, source: Source, node: ast.ClassDef) -> None:
        found = self._class_of[node] = Class(source, node)
        self.classes.append(found)
        for statement in node.body:
            if isinstance(statement, FUNCTIONS):
                if {'property', 'setter', 'cached_property'} & set(decorators(statement)):
                    found.properties.setdefault(statement.name, statement)
                else:
                    found.methods[statement.name] = statement
                    self.methods.setdefault(statement.name, []).append(found.callee(statement))
                self._own_attributes(found, source, statement)
        scope = source.scope(node)
        for name, bindings in scope.bindings.items():
            if name not in found.methods and name not in found.properties:
                for binding in bindings:
                    self._add_attribute(found, name, scope, binding)
        self.properties.update(found.properties)

    def _own_attributes(self, found: Class, source: Source, method: Function) -> None:
        """`self.x = value` and `self.x: T = value` anywhere in a method."""
        me = method.args.args[0].arg if method.args.args else None
        for node in ast.walk(method):
            for target, annotation, value in assigned(node):
                if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == me:
                    self._add_attribute(found, target.attr, source.scope(node), Binding(node, annotation, value))

    def _add_attribute(self, found: Class, name: str, scope: Scope, binding: Binding) -> None:
        found.attributes.setdefault(name, []).append((scope, binding))
        self.attributes.add(name)

    def _add_foreign_attributes(self, source: Source) -> None:
        """`thing.x = value` outside of thing's own methods: x is an attribute name all the same."""
        for node in source.nodes:
            for target, _, _ in assigned(node):
                if isinstance(target, ast.Attribute):
                    self.attributes.add(target.attr)

    # Finding definitions

    def class_of(self, node: ast.ClassDef) -> Class:
        return self._class_of[node]

    def bases(self, found: Class) -> list[Class]:
        """The class and those it inherits from, as far as the package defines them, the nearest first."""
        chain = [found]
        for base in found.node.bases:
            parent = self.resolve(base, found.source, found.source.scope(found.source.parents[found.node]))
            if isinstance(parent, Class) and parent not in chain:
                chain += [c for c in self.bases(parent) if c not in chain]
        return chain

    def method(self, found: Class, name: str) -> Callee | None:
        for owner in self.bases(found):
            if name in owner.methods:
                return owner.callee(owner.methods[name])
        return None

    def resolve(self, expr: ast.expr, source: Source, scope: Scope) -> Definition | None:
        """What a plain or dotted name stands for, through imports; None for builtins and whatever is computed."""
        if isinstance(expr, ast.Name):
            place = scope.find(expr.id)
            return self._definition(source, *place) if place else None
        if isinstance(expr, ast.Attribute):
            owner = self.resolve(expr.value, source, scope)
            if isinstance(owner, ModuleName):
                return self.member(owner.name, expr.attr)
        return None

    def member(self, module: str, name: str) -> Definition | None:
        """A module's own name, or its submodule."""
        source = self.modules.get(module)
        if source is not None and name in source.module_scope.bindings:
            return self._definition(source, source.module_scope, source.module_scope.bindings[name])
        if f'{module}.{name}' in self.modules:
            return ModuleName(f'{module}.{name}')
        return None

    def _definition(self, source: Source, scope: Scope, bindings: list[Binding]) -> Definition | None:
        binding = bindings[-1]
        match binding.value:
            case ast.ClassDef():
                return self._class_of[binding.value]
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                return Callee(source, binding.value)
            case ast.alias(name=name):
                if isinstance(binding.node, ast.Import):
                    return ModuleName(name)
                module = binding.node.module if isinstance(binding.node, ast.ImportFrom) else None
                return self.member(module, name) if module else None
        return (source, scope, binding) if len(bindings) == 1 else None


def assigned(node: ast.AST) -> list[tuple[ast.expr, ast.expr | None, ast.expr | None]]:
    """The targets of an assignment statement with their annotation and value; unpacked and looped targets without."""
    match node:
        case ast.Assign():
            return [pair for target in node.targets for pair in _leaves(target, node.value)]
        case ast.AnnAssign():
            return [(node.target, node.annotation, node.value)]
        case ast.AugAssign():
            return [(node.target, None, ast.BinOp(node.target, node.op, node.value))]
        case ast.For() | ast.AsyncFor():
            return [(target, None, None) for target, _, _ in _leaves(node.target, None)]
    return []


def _leaves(target: ast.expr, value: ast.expr | None) -> list[tuple[ast.expr, ast.expr | None, ast.expr | None]]:
    if isinstance(target, (ast.Tuple, ast.List)):
        return [leaf for item in target.elts for leaf in _leaves(item, None)]
    return [(target, None, value)]
