"""The Python modules of a package as syntax trees, and what a name means in each. Nothing is imported or executed.

Shared modules lie under the source root (`sdk`). Beside the JS bodies of the host layer (`sdk/js`) a stub of the same
module name, `session.pyi`, may say what the module has for JS alone:

    @overload                      a call shape of JS (of a function or a method); its parameters are those of the
    def f(...) -> T: ...           Python function, found by name, and may leave some out (None, then)
    class C:
        type = dtype               the member `dtype` is called `type` in JS
        numpy = None               this member is for Python alone; `__init__ = None`: JS makes no C with `new`
        data: Float32Array         the type of an attribute, where Python's says less
    f_sync = None                  this function is for Python alone
    Numbers = Int8Array | list[float]    a type of JS, exported under this name; a TypedDict makes an object type

In a stub a name that nothing defines is a global of JS.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from pathlib import Path

from tools import BuildError

from .annotations import CPYTHON_ONLY, Type, read

TYPING = ('typing', 'typing_extensions', 'collections.abc', '__future__')


@dataclass(frozen=True)
class Layout:
    """Where a package's parts lie. `sources` and `platform` are folders that contain the folder called `package`."""

    package: str
    sources: Path
    platform: Path

    def shared(self, module: str) -> Path:
        return module_file(self.sources, module)

    def shared_source(self, module: str) -> Path | None:
        """The file of a module that both hosts have in common; None for what is written for JavaScript."""
        path = self.shared(module)
        return path if path.is_file() and not module_file(self.platform, module).is_file() else None

    def stub(self, module: str) -> Path:
        return self.platform / (module.replace('.', '/') + '.pyi')


def module_file(root: Path, module: str) -> Path:
    path = root / module.replace('.', '/')
    return path / '__init__.py' if path.is_dir() else path.with_name(path.name + '.py')


@dataclass
class Module:
    """One file. `names`: the statements that define its names; `imports`: local name → (module, name there)."""

    name: str
    path: Path
    tree: ast.Module
    stub: bool = False
    names: dict[str, ast.stmt] = field(default_factory=dict)
    imports: dict[str, tuple[str, str]] = field(default_factory=dict)

    def error(self, at: ast.AST, what: str) -> BuildError:
        return BuildError(f'{self.path}:{getattr(at, "lineno", 1)}: {what}')


def name_of(statement: ast.stmt) -> str:
    """The name that an assignment defines."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name
    return ''


def parse(name: str, path: Path, stub: bool = False) -> Module:
    if not path.is_file():
        raise BuildError(f'{path}: the module {name} is imported but has no such file')
    module = Module(name, path, ast.parse(path.read_text(encoding='utf-8'), str(path)), stub)
    for statement in module.tree.body:
        match statement:
            case ast.ImportFrom(module=str(origin), names=names):
                for each in names:
                    module.imports[each.asname or each.name] = (origin, each.name)
            case ast.Import(names=names):
                for each in names:
                    module.imports[each.asname or each.name] = (each.name, '')
            case ast.ClassDef(name=defined) | ast.FunctionDef(name=defined) | ast.AsyncFunctionDef(name=defined):
                module.names[defined] = statement
            case ast.Assign(targets=[ast.Name(id=defined)]) | ast.AnnAssign(target=ast.Name(id=defined)):
                module.names[defined] = statement
    return module


@dataclass
class Modules:
    """All modules of a package, parsed when first asked for."""

    layout: Layout
    public: dict[tuple[str, str], str] = field(default_factory=dict)  # (module, class or type) → public name
    parsed: dict[str, Module] = field(default_factory=dict)
    stubs: dict[str, Module | None] = field(default_factory=dict)
    aliases: dict[str, Type] = field(default_factory=dict)  # public types, as far as they were met

    def module(self, name: str) -> Module:
        if name not in self.parsed:
            self.parsed[name] = parse(name, self.layout.shared(name))
        return self.parsed[name]

    def stub_of(self, name: str) -> Module | None:
        if name not in self.stubs:
            path = self.layout.stub(name)
            self.stubs[name] = parse(name, path, stub=True) if path.is_file() else None
        return self.stubs[name]

    def is_ours(self, module: str) -> bool:
        return module == self.layout.package or module.startswith(self.layout.package + '.')

    def find(self, module: Module, name: str) -> tuple[Module, ast.stmt] | None:
        """Where `name`, as used in `module`, is defined; None if outside the package."""
        if name in module.names:
            return module, module.names[name]
        if name in module.imports:
            origin, original = module.imports[name]
            if original != '' and self.is_ours(origin):
                return self.find(self.module(origin), original)
        stub = self.stub_of(module.name) if not module.stub else None
        return (stub, stub.names[name]) if stub is not None and name in stub.names else None


@dataclass(frozen=True)
class ModuleScope:
    """What names in annotations of `module` mean."""

    modules: Modules
    module: Module

    def error(self, at: ast.AST, what: str) -> BuildError:
        return self.module.error(at, what)

    def read(self, annotation: ast.expr) -> Type:
        return read(annotation, self)

    def type_named(self, name: str, at: ast.expr) -> Type:
        head, _, member = name.partition('.')
        origin, original = self.module.imports.get(head, ('', ''))
        if origin in TYPING and original != '':
            return read(ast.copy_location(ast.Name(original), at), self) if head != original else self.unknown(name, at)
        if origin.split('.')[0] in CPYTHON_ONLY:
            return Type('absent')
        found = self.modules.find(self.module, name) if member == '' else None
        if found is None:
            return Type('global', text=name) if self.module.stub and member == '' else self.unknown(name, at)
        return self.defined(name, at, *found)

    def defined(self, name: str, at: ast.expr, module: Module, statement: ast.stmt) -> Type:
        own = statement.name if isinstance(statement, ast.ClassDef) else name_of(statement)
        public = self.modules.public.get((module.name, own))
        stub = self.modules.stub_of(module.name)
        if stub is not None and not isinstance(statement, ast.ClassDef) and own in stub.names:
            module, statement = stub, stub.names[own]
        scope = ModuleScope(self.modules, module)
        match statement:
            case ast.ClassDef(bases=[ast.Name(id='TypedDict')]) if module.stub:
                meaning = scope.record(statement)
            case ast.ClassDef():
                if public is None:
                    raise self.error(at, f'{name} stands in the public signature but is no public name of the package: '
                                         f'import it in {self.modules.layout.package}/__init__.py')
                return Type('class', text=public)
            case ast.Assign(value=ast.expr() as value) | ast.AnnAssign(value=ast.expr() as value):
                meaning = scope.read(value)
            case _:
                return self.unknown(name, at)
        if public is None and not module.stub:
            return meaning
        return Type('alias', (self.modules.aliases.setdefault(public or own, meaning),), public or own)

    def record(self, node: ast.ClassDef) -> Type:
        """An object type: the fields of a TypedDict, of which those marked NotRequired may be absent."""
        keys, types = [], []
        for statement in node.body:
            match statement:
                case ast.AnnAssign(target=ast.Name(id=key), annotation=annotation):
                    match annotation:
                        case ast.Subscript(value=ast.Name(id='NotRequired'), slice=inside):
                            keys.append(key + '?')
                            types.append(self.read(inside))
                        case _:
                            keys.append(key)
                            types.append(self.read(annotation))
        return Type('record', tuple(types), ','.join(keys))

    def unknown(self, name: str, at: ast.expr) -> Type:
        raise self.error(at, f'the type {name} has no counterpart in TypeScript')
