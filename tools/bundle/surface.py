"""The public surface of a package as data: `reader.py` reads it, `facade.py` and `typescript.py` write it down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from .annotations import Type

# The symbols of `using` and `await using`, and the method that does it: its name, and whether it is async.
DISPOSERS = (('dispose', 'dispose', False), ('asyncDispose', 'release', True))


@dataclass(frozen=True)
class Parameter:
    name: str
    type: Type
    required: bool
    rest: bool = False
    default: str = ''  # as JavaScript writes it; '' if there is none worth telling


@dataclass(frozen=True)
class Function:
    """`parameters` by position, `options` by keyword. `shapes`: what JS passes instead, if a stub says so."""

    name: str
    parameters: tuple[Parameter, ...]
    options: tuple[Parameter, ...]
    returns: Type
    is_async: bool
    doc: str
    shapes: tuple[Function, ...] = ()

    @property
    def required(self) -> int:
        return sum(1 for parameter in self.parameters if parameter.required)

    @property
    def calls(self) -> tuple[Function, ...]:
        """The ways in which JS calls it. All of them take the same options."""
        return self.shapes or (self,)


@dataclass(frozen=True)
class Attribute:
    """A property, or a field that `__init__` sets. `own`: a plain field of the object."""

    name: str
    type: Type
    doc: str
    writable: bool
    own: bool


@dataclass
class Class:
    """`base`: the public base class; what other bases have is here. Members are keyed by their Python names."""

    name: str
    module: str
    original: str
    base: Class | None
    is_error: bool
    doc: str
    constructor: Function | None = None  # None: JS does not make one with `new`
    methods: dict[str, Function] = field(default_factory=dict)
    statics: dict[str, Function] = field(default_factory=dict)
    attributes: dict[str, Attribute] = field(default_factory=dict)
    constants: dict[str, Type] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)

    def js_name(self, member: str) -> str:
        return self.renamed.get(member, camel(member))

    @property
    def has_own_constructor(self) -> bool:
        return self.base is None or self.constructor is not self.base.constructor

    @property
    def all_attributes(self) -> dict[str, Attribute]:
        """Those of the bases too."""
        return {**(self.base.all_attributes if self.base is not None else {}), **self.attributes}

    @property
    def disposers(self) -> dict[str, str]:
        """The symbols of `using` and `await using` that objects of the class answer, with the method that does it."""
        found = {symbol: (self.methods.get(name), is_async) for symbol, name, is_async in DISPOSERS}
        return {symbol: method.name for symbol, (method, is_async) in found.items()
                if method is not None and method.is_async == is_async and method.required == 0}


@dataclass(frozen=True)
class PublicFunction:
    name: str
    module: str
    original: str
    function: Function


@dataclass(frozen=True)
class Value:
    """A public constant or object."""

    name: str
    module: str
    original: str
    type: Type
    doc: str


@dataclass
class Surface:
    classes: dict[str, Class] = field(default_factory=dict)
    functions: list[PublicFunction] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)
    aliases: dict[str, Type] = field(default_factory=dict)  # types without a value

    @property
    def names(self) -> list[str]:
        """All names that the ES module exports."""
        return [*self.classes, *(each.name for each in self.functions), *(each.name for each in self.values)]

    def without(self, packages: tuple[str, ...]) -> Surface:
        """The surface less the names of these packages (dotted)."""
        def stays(each: Class | PublicFunction | Value) -> bool:
            return not any(f'{each.module}.'.startswith(f'{package}.') for package in packages)

        return Surface({name: each for name, each in self.classes.items() if stays(each)},
                       list(filter(stays, self.functions)), list(filter(stays, self.values)), self.aliases)

    def all_functions(self) -> Iterator[Function]:
        for given in self.classes.values():
            yield from (*given.methods.values(), *given.statics.values())
            if given.constructor is not None:
                yield given.constructor
        yield from (each.function for each in self.functions)


def camel(name: str) -> str:
    """`num_threads` → `numThreads`; constants and classes keep their names."""
    if name != name.lower():
        return name
    head, *tail = name.split('_')
    return head + ''.join(part[:1].upper() + part[1:] for part in tail)
