"""Reads the public surface from the annotated Python: from what `__init__.py` imports down to types and docstrings."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from tools import BuildError

from .annotations import Type, awaited
from .modules import Layout, Module, Modules, ModuleScope, name_of
from .surface import Attribute, Class, Function, Parameter, PublicFunction, Surface, Value, camel

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
Assignment = ast.Assign | ast.AnnAssign


def read_surface(layout: Layout) -> Surface:
    """The public names of `layout.package`, in the order of its `__init__.py`."""
    modules = Modules(layout)
    package = modules.module(layout.package)
    found: dict[str, tuple[Module, ast.stmt]] = {}
    for name, (origin, original) in package.imports.items():
        if modules.is_ours(origin):
            definition = modules.find(modules.module(origin), original)
            if definition is None:
                raise BuildError(f'{package.path}: {origin} has no {original}')
            found[name] = definition
    for name, statement in package.names.items():
        if not name.startswith('_'):
            found[name] = (package, statement)
    for name, (module, statement) in found.items():
        if isinstance(statement, ast.ClassDef):
            modules.public[(module.name, statement.name)] = name
        elif isinstance(statement, Assignment) and is_alias(statement):
            modules.public[(module.name, name_of(statement))] = name
    reader = Reader(modules)
    for name, (module, statement) in found.items():
        reader.add(name, module, statement)
    for value in reader.surface.values:
        make_settable(value.type, reader.surface.classes)
    reader.surface.aliases = modules.aliases
    return reader.surface


def is_alias(statement: Assignment) -> bool:
    """Is the name that of a type (`DataType = str`), rather than of a value?"""
    name = name_of(statement)
    return name[:1].isupper() and not name.isupper()


def make_settable(given: Type, classes: dict[str, Class]) -> None:
    """A public object is there to be changed: its fields, and those of the objects in them, are writable."""
    if given.kind == 'class':
        attributes = classes[given.text].attributes
        for name, each in attributes.items():
            make_settable(each.type, classes)
            attributes[name] = replace(each, writable=each.writable or each.own and each.type.kind != 'class')


def text_after(body: list[ast.stmt], statement: ast.stmt) -> str:
    """The string that stands right after an assignment: the documentation of the name."""
    match body[body.index(statement) + 1:][:1]:
        case [ast.Expr(value=ast.Constant(value=str(text)))]:
            return text
    return ''


@dataclass
class Addition:
    """What a stub says of one class."""

    stub: Module | None
    shapes: dict[str, list[FunctionNode]] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    typed: dict[str, ast.expr] = field(default_factory=dict)

    @staticmethod
    def of(stub: Module | None, name: str) -> Addition:
        node = stub.names.get(name) if stub is not None else None
        addition = Addition(stub)
        for statement in node.body if isinstance(node, ast.ClassDef) else []:
            match statement:
                case ast.Assign(targets=[ast.Name(id=js_name)], value=ast.Name(id=member)):
                    addition.renamed[member] = js_name
                case ast.Assign(targets=[ast.Name(id=member)], value=ast.Constant(value=None)):
                    addition.hidden.add(member)
                case ast.AnnAssign(target=ast.Name(id=member), annotation=annotation):
                    addition.typed[member] = annotation
                case ast.FunctionDef(name=member) | ast.AsyncFunctionDef(name=member):
                    addition.shapes.setdefault(member, []).append(statement)
        return addition


@dataclass
class Reader:
    modules: Modules
    surface: Surface = field(default_factory=Surface)

    def add(self, name: str, module: Module, statement: ast.stmt) -> None:
        match statement:
            case ast.ClassDef():
                self.class_of(module, statement)
            case ast.FunctionDef(name=original) | ast.AsyncFunctionDef(name=original):
                stub = self.modules.stub_of(module.name)
                if stub is not None and isinstance(stub.names.get(original), ast.Assign):
                    return  # for Python alone
                nodes = [each for each in stub.tree.body if isinstance(each, FunctionNode) and each.name == original] \
                    if stub is not None else []
                function = self.function(module, statement, self.shapes(stub, nodes))
                self.surface.functions.append(PublicFunction(camel(name), module.name, original, function))
            case ast.Assign() | ast.AnnAssign() if is_alias(statement):
                self.scope(module).read(ast.Name(name_of(statement), lineno=statement.lineno))
            case ast.Assign() | ast.AnnAssign():
                doc = text_after(module.tree.body, statement)
                value = Value(camel(name), module.name, name_of(statement), self.value_type(module, statement), doc)
                self.surface.values.append(value)

    def scope(self, module: Module) -> ModuleScope:
        return ModuleScope(self.modules, module)

    # Classes

    def class_of(self, module: Module, node: ast.ClassDef) -> Class:
        public = self.modules.public.get((module.name, node.name))
        if public in self.surface.classes:
            return self.surface.classes[public]
        base, is_error = self.base_of(module, node)
        result = Class(public or node.name, module.name, node.name, None, is_error, ast.get_docstring(node) or '')
        result.constructor = Function('constructor', (), (), Type('null'), False, '')
        if base is not None:
            result.constructor = base.constructor
            result.renamed.update(base.renamed)
            if base.name in self.surface.classes:
                result.base = base
            else:
                result.base = base.base
                for part in ('methods', 'statics', 'attributes', 'constants'):
                    getattr(result, part).update(getattr(base, part))
        self.body(module, node, result)
        if public is not None:
            self.surface.classes[public] = result
        return result

    def base_of(self, module: Module, node: ast.ClassDef) -> tuple[Class | None, bool]:
        """The base class, if it is ours, and whether this is an error."""
        if len(node.bases) == 0 or not isinstance(node.bases[0], ast.Name):
            return None, False
        found = self.modules.find(module, node.bases[0].id)
        if found is None or not isinstance(found[1], ast.ClassDef):
            return None, node.bases[0].id.endswith(('Exception', 'Error'))
        base = self.class_of(found[0], found[1])
        return base, base.is_error

    def body(self, module: Module, node: ast.ClassDef, result: Class) -> None:
        addition = Addition.of(self.modules.stub_of(module.name), node.name)
        result.renamed.update(addition.renamed)
        for statement in node.body:
            match statement:
                case ast.FunctionDef(name='__init__'):
                    self.constructor(module, statement, addition, result)
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                    if not (name.startswith('_') or name in addition.hidden):
                        self.member(module, statement, addition, result)
                case ast.Assign() | ast.AnnAssign():
                    if not (name_of(statement).startswith('_') or name_of(statement) in addition.hidden):
                        self.declared(module, statement, text_after(node.body, statement), result)
        for member, annotation in addition.typed.items():
            if member not in result.attributes:
                raise module.error(node, f'the stub of {module.name} types {node.name}.{member}, which is no attribute')
            result.attributes[member] = replace(result.attributes[member], type=self.stub_type(addition, annotation))

    def stub_type(self, addition: Addition, annotation: ast.expr) -> Type:
        assert addition.stub is not None
        return self.scope(addition.stub).read(annotation)

    def declared(self, module: Module, statement: Assignment, doc: str, result: Class) -> None:
        """`LIMIT = 4` is a constant of the class; `threads: int = 1` a field with a default, which JS may set."""
        name = name_of(statement)
        given = self.value_type(module, statement)
        if name.isupper():
            result.constants[name] = given
        else:
            result.attributes[name] = Attribute(name, given, doc, writable=True, own=True)

    def constructor(self, module: Module, node: ast.FunctionDef, addition: Addition, result: Class) -> None:
        """What `new` takes, and the fields. Of a constructor that is not for JS, the fields are public whose type is
        stated, there (`self.size: int = ...`) or in the stub."""
        hidden = '__init__' in addition.hidden
        result.constructor = None
        if not hidden:
            shapes = self.shapes(addition.stub, addition.shapes.get('__init__', []))
            result.constructor = replace(self.function(module, node, shapes), name='constructor')
        parameters = {arg.arg: arg.annotation for arg in (*node.args.args, *node.args.kwonlyargs)}
        for name, value, annotation in assigned_fields(node):
            if name.startswith('_') or name in addition.hidden:
                continue
            if hidden and annotation is None and name not in addition.typed:
                continue
            stated = annotation or (parameters.get(value.id) if isinstance(value, ast.Name) else None)
            if name in addition.typed:
                given = self.stub_type(addition, addition.typed[name])
            else:
                given = self.scope(module).read(stated) if stated is not None else self.type_of_value(module, value)
            if name not in result.attributes:
                result.attributes[name] = Attribute(name, given, '', writable=False, own=True)

    def member(self, module: Module, node: FunctionNode, addition: Addition, result: Class) -> None:
        marks = [ast.unparse(decorator) for decorator in node.decorator_list]
        if marks == [f'{node.name}.setter']:
            result.attributes[node.name] = replace(result.attributes[node.name], writable=True)
            return
        given = self.function(module, node, self.shapes(addition.stub, addition.shapes.get(node.name, [])))
        if given.returns.kind == 'absent':
            return
        if marks == ['property']:
            result.attributes[node.name] = Attribute(node.name, given.returns, given.doc, writable=False, own=False)
        else:
            (result.methods if len(marks) == 0 else result.statics)[node.name] = given

    # Functions and values

    def function(self, module: Module, node: FunctionNode, shapes: tuple[Function, ...] = ()) -> Function:
        """A signature. Where a stub gives the shapes of JS, the types of Python's own are nobody's concern."""
        args = node.args
        is_method = len(args.args) > 0 and args.args[0].arg in ('self', 'cls')

        def stated(annotation: ast.expr | None, what: str) -> Type:
            if len(shapes) > 0:
                return Type('unknown')
            if annotation is None:
                raise module.error(node, f'{what} of the public {node.name} has no annotation')
            return self.scope(module).read(annotation)

        def parameter(arg: ast.arg, default: ast.expr | None, rest: bool = False) -> Parameter:
            given = stated(arg.annotation, f'parameter {arg.arg}')
            return Parameter(arg.arg, given, default is None and not rest, rest, constant_text(default))

        defaults = [None] * (len(args.args) - len(args.defaults)) + list(args.defaults)
        parameters = [parameter(*pair) for pair in list(zip(args.args, defaults, strict=True))[is_method:]]
        if args.vararg is not None:
            parameters.append(parameter(args.vararg, None, rest=True))
        options = [parameter(*pair) for pair in zip(args.kwonlyargs, args.kw_defaults, strict=True)]
        returns = stated(node.returns, 'the result')
        is_async = isinstance(node, ast.AsyncFunctionDef)
        if is_async and returns.kind != 'absent':
            returns = awaited(returns)
        for shape in shapes:
            unknown = {p.name for p in (*shape.parameters, *shape.options)} - {p.name for p in (*parameters, *options)}
            if len(unknown) > 0:
                raise module.error(node, f'{node.name} has no parameter {min(unknown)}, which its stub passes')
        doc = ast.get_docstring(node) or ''
        return Function(node.name, tuple(parameters), tuple(options), returns, is_async, doc, shapes)

    def shapes(self, stub: Module | None, nodes: list[FunctionNode]) -> tuple[Function, ...]:
        return tuple(self.function(stub, node) for node in nodes) if stub is not None else ()

    def value_type(self, module: Module, statement: Assignment) -> Type:
        if isinstance(statement, ast.AnnAssign):
            return self.scope(module).read(statement.annotation)
        return self.type_of_value(module, statement.value)

    def type_of_value(self, module: Module, value: ast.expr | None) -> Type:
        """The type of a constant, a class's instance or a function's result; anything else needs an annotation."""
        match value:
            case ast.Constant(value=bool() | int() | float() | str() as constant):
                return self.scope(module).read(ast.Name(type(constant).__name__))
            case ast.Call(func=ast.Name(id=name)):
                match self.modules.find(module, name):
                    case (_, ast.ClassDef()):
                        return self.scope(module).type_named(name, value)
                    case (origin, ast.FunctionDef(returns=ast.expr() as returns)):
                        return self.scope(origin).read(returns)
        raise module.error(value or module.tree, 'a public name whose type cannot be read here: annotate it')


def constant_text(default: ast.expr | None) -> str:
    match default:
        case ast.Constant(value=bool(value)):
            return str(value).lower()
        case ast.Constant(value=int() | float() | str() as value):
            return json.dumps(value, ensure_ascii=False)
    return ''


def assigned_fields(node: ast.FunctionDef) -> Iterator[tuple[str, ast.expr | None, ast.expr | None]]:
    """Each `self.name = value` and `self.name: annotation = value` of a constructor: name, value, annotation."""
    for each in ast.walk(node):
        match each:
            case ast.Assign(targets=[ast.Attribute(value=ast.Name(id='self'), attr=name)], value=value):
                yield name, value, None
            case ast.AnnAssign(target=ast.Attribute(value=ast.Name(id='self'), attr=name), value=value):
                yield name, value, each.annotation
