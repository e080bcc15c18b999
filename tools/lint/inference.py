"""Infers the kinds of expressions: follows names to bindings, attributes to classes, calls to what they return."""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import partial

from .index import Callee, Class, Index, decorators
from .kinds import (
    BOOL,
    BOTTOM,
    BUILTIN_CALLS,
    FLOAT,
    GENERIC,
    INT,
    ITERABLE,
    MATH_BOOL,
    NONE,
    PLAIN,
    STR,
    STR_METHODS,
    WRAPPERS,
    Kind,
    Kinds,
    one,
    only,
    union,
)
from .source import COMPREHENSIONS, Binding, Scope, Source


class Inference:
    """Answers what an expression is, for one index. Names that depend on themselves are followed once around."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self._busy: list[object] = []
        self._cut = 0  # the outermost question in work that an answer was cut short at
        self._known: dict[object, Kinds] = {}

    # Annotations

    def annotated(self, node: ast.expr | None, source: Source, scope: Scope) -> Kinds:
        match node:
            case ast.Constant(value=None):
                return NONE
            case ast.Constant(value=str(text)):
                try:
                    return self.annotated(ast.parse(text, mode='eval').body, source, scope)
                except SyntaxError:
                    return None
            case ast.BinOp(op=ast.BitOr()):
                return union(self.annotated(node.left, source, scope), self.annotated(node.right, source, scope))
            case ast.Subscript(value=ast.Name(id=name) | ast.Attribute(attr=name)):
                items = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
                owner = self.index.resolve(node.value, source, scope)
                return self._named(owner) if isinstance(owner, Class) else self._generic(name, items, source, scope)
            case ast.Name(id=name) if scope.find(name) is None:
                name = GENERIC.get(name, name)
                return one(name) if name in PLAIN else None
            case ast.Name() | ast.Attribute():
                return self._named(self.index.resolve(node, source, scope))
        return None

    def _generic(self, name: str, items: list[ast.expr], source: Source, scope: Scope) -> Kinds:
        if name == 'Literal':
            return union(*(self.of(item, source, scope) for item in items))
        kinds = [
            None if isinstance(i, ast.Constant) and i.value is ... else self.annotated(i, source, scope) for i in items
        ]
        if name in WRAPPERS:
            return kinds[-1] if name == 'Coroutine' else kinds[0]
        if name == 'Optional':
            return union(NONE, *kinds)
        if name == 'Union':
            return union(*kinds)
        name = GENERIC.get(name, name)
        if name == 'tuple' and len(items) == 2 and isinstance(items[1], ast.Constant) and items[1].value is ...:
            return one('tuple', kinds[0])
        if name == 'tuple':
            return frozenset([Kind('fixed', tuple(kinds))])
        return one(name, *kinds) if name in PLAIN or name in ITERABLE else None

    def _named(self, definition: object) -> Kinds:
        if isinstance(definition, Class):
            return frozenset([Kind(f'{definition.source.name}.{definition.name}', (), definition)])
        if isinstance(definition, tuple):  # a type alias
            source, scope, binding = definition
            return self.annotated(binding.value, source, scope) if isinstance(binding.value, ast.expr) else None
        return None

    # Expressions

    def of(self, node: ast.AST | None, source: Source, scope: Scope) -> Kinds:
        if isinstance(node, COMPREHENSIONS):
            scope = source.scope(node)
        match node:
            case ast.Constant(value=value):
                return one('None' if value is None else type(value).__name__)
            case ast.JoinedStr():
                return STR
            case ast.List() | ast.Set():
                return one(type(node).__name__.lower(), union(*(self.of(e, source, scope) for e in node.elts)))
            case ast.Tuple():
                return frozenset([Kind('fixed', tuple(self.of(e, source, scope) for e in node.elts))])
            case ast.Dict():
                return one('dict', STR, union(*(self.of(v, source, scope) for v in node.values)))
            case ast.ListComp() | ast.SetComp():
                return one('list' if isinstance(node, ast.ListComp) else 'set', self.of(node.elt, source, scope))
            case ast.DictComp():
                return one('dict', self.of(node.key, source, scope), self.of(node.value, source, scope))
            case ast.GeneratorExp():
                return one('Iterable', self.of(node.elt, source, scope))
            case ast.Compare() | ast.UnaryOp(op=ast.Not()):
                return BOOL
            case ast.UnaryOp():
                return self.of(node.operand, source, scope)
            case ast.BoolOp():
                return union(*(self.of(v, source, scope) for v in node.values))
            case ast.IfExp():
                return union(self.of(node.body, source, scope), self.of(node.orelse, source, scope))
            case ast.Await():
                return self.of(node.value, source, scope)
            case ast.BinOp():
                return self._operation(node, source, scope)
            case ast.Subscript():
                return self._item(self.of(node.value, source, scope), node.slice)
            case ast.Name():
                return self._name(node.id, source, scope)
            case ast.Attribute():
                return self._attribute(node, source, scope)
            case ast.Call():
                return self._call(node, source, scope)
        return None

    def _operation(self, node: ast.BinOp, source: Source, scope: Scope) -> Kinds:
        left, right = self.of(node.left, source, scope), self.of(node.right, source, scope)
        if only(left, 'int', 'bool') and only(right, 'int', 'bool'):
            if isinstance(node.op, ast.Pow) and not isinstance(node.right, ast.Constant):
                return None  # whole unless the exponent is negative
            return FLOAT if isinstance(node.op, ast.Div) else INT
        if only(left, 'int', 'bool', 'float') and only(right, 'int', 'bool', 'float'):
            return FLOAT
        if left is not None and left == right and isinstance(node.op, ast.Add):
            return left
        return left if only(left, 'str', 'list') and isinstance(node.op, (ast.Mult, ast.Mod)) else None

    def _item(self, kinds: Kinds, index: ast.expr) -> Kinds:
        if isinstance(index, ast.Slice):
            return None if kinds is None else frozenset(Kind('tuple') if k.name == 'fixed' else k for k in kinds)
        at = index.value if isinstance(index, ast.Constant) and isinstance(index.value, int) else None
        return union(*(self._element(kind, at) for kind in kinds)) if kinds is not None else None

    def _element(self, kind: Kind, at: int | None) -> Kinds:
        """What `kind[at]` is; for a dict its values."""
        if kind.name == 'None':
            return BOTTOM
        if kind.name == 'fixed':
            return kind.items[at] if at is not None and at < len(kind.items) else union(*kind.items)
        if kind.name == 'str':
            return STR
        return kind.items[-1] if kind.name in ITERABLE and len(kind.items) > 0 else None

    def each(self, kinds: Kinds) -> Kinds:
        """What a loop over it gives; for a dict its keys."""
        if kinds is None:
            return None
        keys = frozenset(Kind('list', kind.items[:1]) if kind.name in ('dict', 'Mapping') else kind for kind in kinds)
        return union(*(self._element(kind, None) for kind in keys))

    def _name(self, name: str, source: Source, scope: Scope) -> Kinds:
        place = scope.find(name)
        if place is None:
            return None
        home, bindings = place
        if any(isinstance(binding.value, ast.alias) for binding in bindings):
            definition = self.index.resolve(ast.Name(name, ast.Load()), source, scope)
            if not isinstance(definition, tuple):
                return None
            source, home, binding = definition
            return self.bound(binding, source, home)
        owner = source.owner(home.node)
        if name == 'self' and owner is not None:
            return self._named(self.index.class_of(owner))
        declared = [b for b in bindings if b.annotation is not None]
        return union(*(self.bound(b, source, home) for b in declared or bindings))

    def bound(self, binding: Binding, source: Source, scope: Scope) -> Kinds:
        """What one binding gives its name; a binding that depends on itself adds nothing."""
        if binding.annotation is not None:
            return self.annotated(binding.annotation, source, scope)
        kinds = self._of_binding(binding, source, scope)
        kinds = self.each(kinds) if binding.each else kinds
        for position in binding.path:
            kinds = union(*(self._element(kind, position) for kind in kinds)) if kinds is not None else None
        return kinds

    def _of_binding(self, binding: Binding, source: Source, scope: Scope) -> Kinds:
        """What stands behind a binding, remembered unless an enclosing question cut it short."""
        if not isinstance(binding.value, ast.expr):
            return None
        value = binding.value
        return self._once(binding, lambda: self.of(value, source, scope))

    def _once(self, asked: object, answer: Callable[[], Kinds]) -> Kinds:
        """The answer to a question, which may lead back to itself: there it adds nothing."""
        if asked in self._known:
            return self._known[asked]
        if asked in self._busy:
            self._cut = min(self._cut, self._busy.index(asked))
            return BOTTOM
        level, outer, self._cut = len(self._busy), self._cut, len(self._busy)
        self._busy.append(asked)
        try:
            kinds = answer()
        finally:
            self._busy.pop()
        if self._cut >= level:
            self._known[asked] = kinds
        self._cut = min(outer, self._cut)
        return kinds

    def _attribute(self, node: ast.Attribute, source: Source, scope: Scope) -> Kinds:
        definition = self.index.resolve(node, source, scope)
        if isinstance(definition, tuple):
            return self.bound(definition[2], definition[0], definition[1])
        owners = self.owners(node.value, source, scope)
        if owners is None:
            owners = [
                owner for owner in self.index.classes if node.attr in owner.attributes.keys() | owner.properties.keys()
            ]
        if len(owners) == 0:
            return None
        return union(*(self._member(owner, node.attr) for owner in owners))

    def owners(self, node: ast.expr, source: Source, scope: Scope) -> list[Class] | None:
        """The classes of the package that the value may be an instance of; None when that is not known."""
        kinds = self.of(node, source, scope)
        found = [kind.definition for kind in kinds or () if kind.name != 'None']
        return [c for c in found if c is not None] if kinds and all(c is not None for c in found) else None

    def _member(self, owner: Class, name: str) -> Kinds:
        for base in self.index.bases(owner):
            if name in base.properties:
                return self.annotated(base.properties[name].returns, base.source, base.source.module_scope)
            if name in base.attributes:
                places = base.attributes[name]
                declared = [(s, b) for s, b in places if b.annotation is not None]
                return self._once((base, name), partial(self._any_of, declared or places, base.source))
        return None

    def _any_of(self, places: list[tuple[Scope, Binding]], source: Source) -> Kinds:
        return union(*(self.bound(binding, source, scope) for scope, binding in places))

    # Calls

    def callees(self, call: ast.Call, source: Source, scope: Scope) -> tuple[list[Callee], bool]:
        """The functions of the package that a call may reach, and whether that is certain (else all of that name)."""
        target = call.func
        definition = self.index.resolve(target, source, scope)
        if isinstance(definition, Callee):
            return [definition], True
        if isinstance(definition, Class):
            init = self.index.method(definition, '__init__')
            return ([init], True) if init else ([], True)
        if not isinstance(target, ast.Attribute):
            return [], isinstance(target, ast.Name) and scope.find(target.id) is None
        parent = self._super(target.value, source)
        if parent is not None:
            methods = [self.index.method(base, target.attr) for base in self.index.bases(parent)[1:2]]
            return [m for m in methods if m is not None], True
        holder = self.index.resolve(target.value, source, scope)
        if isinstance(holder, Class):  # Base.method(self, ...) or a class or static method
            method = self.index.method(holder, target.attr)
            unbound = method is not None and 'classmethod' not in decorators(method.node)
            return ([Callee(method.source, method.node, not unbound)] if method else []), method is not None
        owners = self.owners(target.value, source, scope)
        if owners is not None:
            found = [self.index.method(owner, target.attr) for owner in owners]
            return [m for m in found if m is not None], all(m is not None for m in found)
        if self.of(target.value, source, scope) is not None or self._is_module(target.value, source, scope):
            return [], True
        return self.index.methods.get(target.attr, []), False

    def _is_module(self, node: ast.expr, source: Source, scope: Scope) -> bool:
        place = scope.find(node.id) if isinstance(node, ast.Name) else None
        return (
            place is not None
            and isinstance(place[1][-1].value, ast.alias)
            and isinstance(place[1][-1].node, ast.Import)
        )

    def _super(self, node: ast.expr, source: Source) -> Class | None:
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == 'super'
            and node in source.parents
        ):
            owner = source.enclosing(node, ast.ClassDef)
            return self.index.class_of(owner) if isinstance(owner, ast.ClassDef) else None
        return None

    def _call(self, node: ast.Call, source: Source, scope: Scope) -> Kinds:
        target = node.func
        if isinstance(target, ast.Name) and scope.find(target.id) is None:
            return self._builtin(target.id, node, source, scope)
        definition = self.index.resolve(target, source, scope)
        if isinstance(definition, Class):
            return self._named(definition)
        if isinstance(target, ast.Attribute):
            if isinstance(target.value, ast.Name) and target.value.id == 'math':
                return BOOL if target.attr in MATH_BOOL else None
            method = self._method(target, node, source, scope)
            if method is not None:
                return method
        found, _ = self.callees(node, source, scope)
        if len(found) == 0:
            return None
        return union(
            *(self.annotated(f.node.returns, f.source, f.source.scope(f.source.parents[f.node])) for f in found)
        )

    def _builtin(self, name: str, node: ast.Call, source: Source, scope: Scope) -> Kinds:
        if name == 'round' and len(node.args) > 1:
            return FLOAT
        if name in BUILTIN_CALLS:
            return BUILTIN_CALLS[name]
        args = [self.of(arg, source, scope) for arg in node.args]
        if name in ('list', 'sorted', 'tuple', 'set', 'reversed'):
            made = {'reversed': 'Iterable', 'sorted': 'list'}.get(name, name)
            return one(made, self.each(args[0]) if args else BOTTOM)
        if name == 'dict':
            return args[0] if len(args) == 1 and only(args[0], 'dict') else one('dict')
        if name == 'enumerate' and args:
            return one('Iterable', frozenset([Kind('fixed', (INT, self.each(args[0])))]))
        if name == 'zip':
            return one('Iterable', frozenset([Kind('fixed', tuple(self.each(arg) for arg in args))]))
        if name in ('min', 'max') and args:
            return union(*args) if len(args) > 1 else self.each(args[0])
        return args[0] if name in ('abs', 'sum') and args and only(args[0], 'int', 'float') else None

    def _method(self, target: ast.Attribute, node: ast.Call, source: Source, scope: Scope) -> Kinds:
        """A method of a builtin value."""
        receiver = self.of(target.value, source, scope)
        if only(receiver, 'str'):
            return STR_METHODS.get(target.attr)
        holder = next((kind for kind in receiver or () if kind.name != 'None'), None)
        if holder is None or not only(receiver, 'list', 'dict', 'Mapping'):
            return None
        if holder.name == 'list':
            return {'pop': holder.items[0] if holder.items else None, 'index': INT, 'copy': receiver}.get(target.attr)
        key, value = holder.items if len(holder.items) == 2 else (None, None)
        given = len(node.args) > 1
        otherwise = self.of(node.args[1], source, scope) if given else BOTTOM
        results = {
            'keys': one('Iterable', key), 'values': one('Iterable', value),
            'items': one('Iterable', frozenset([Kind('fixed', (key, value))])), 'copy': receiver, 'setdefault': value,
            'get': union(value, otherwise if given else NONE), 'pop': union(value, otherwise),
        }  # fmt: skip
        return results.get(target.attr)
