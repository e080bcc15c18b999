"""The JavaScript facade: `index.js` with the public names, as tables for `facade.js`. Types are in `typescript.py`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.transpiler import RUNTIME
from tools.transpiler.names import attribute_name, variable_name

from .annotations import Type
from .surface import Class, Function, Parameter, PublicFunction, Surface, Value, camel

PURE = '/* @__PURE__ */'
TYPEOF = {'string': 'string', 'number': 'number', 'boolean': 'boolean', 'function': 'function', 'null': 'null'}
ANY_TYPEOF = ('bigint', 'boolean', 'function', 'null', 'number', 'object', 'string', 'symbol', 'undefined')


@dataclass(frozen=True)
class Code:
    """JavaScript to write as it is, among data."""

    text: str


def javascript(value: object) -> str:
    """Data as a JavaScript literal; what is None is left out."""
    match value:
        case Code(text=text):
            return text
        case dict():
            parts = [f'{key}: {javascript(item)}' for key, item in value.items() if item is not None]
            return '{' + ', '.join(parts) + '}'
        case list():
            filled = value[: max((i + 1 for i, item in enumerate(value) if item is not None), default=0)]
            return '[' + ', '.join('undefined' if item is None else javascript(item) for item in filled) + ']'
    return json.dumps(value, ensure_ascii=False)


def crossing(given: Type) -> list[object] | None:
    """The type as `facade.js` reads it; None if values of it are the same on both sides."""
    inner = [crossing(arg) for arg in given.args]
    crossed = [each for each in inner if each is not None]
    match given.kind:
        case 'dict':
            return ['dict', *inner]
        case 'record':
            return ['dict']
        case 'list' if len(crossed) > 0:
            return ['list', *inner]
        case 'union' if len(crossed) > 1:
            return ['union', *crossed]
        case 'union' | 'promise' | 'alias' if len(crossed) > 0:
            return crossed[0]
    return None


def crossings(parameters: Sequence[Parameter]) -> list[list[object] | None] | None:
    found = [crossing(parameter.type) for parameter in parameters]
    return found if any(each is not None for each in found) else None


def typeof(given: Type) -> list[str]:
    """What `typeof` says of a value of the type; 'null' apart from 'object'."""
    match given.kind:
        case 'union' | 'alias':
            return sorted({word for part in given.args for word in typeof(part)})
        case 'literal':
            return ['boolean' if given.text in ('true', 'false') else 'string' if given.text[0] == "'" else 'number']
        case 'unknown':
            return list(ANY_TYPEOF)
    return [TYPEOF.get(given.kind, 'object')]


def call_table(function: Function, on_prototype: bool = False) -> dict[str, object] | None:
    """How to arrange the arguments of a call; None if JS and Python agree.

    `on_prototype`: Python callers meet the bridge too. It can tell them by the dicts that they pass; where none is
    passed, the result stays as Python made it."""
    calls = function.calls
    taken = [crossings(call.parameters) for call in calls]
    given = crossing(calls[0].returns) if not on_prototype or any(taken) else None
    options = {option.name: crossing(option.type) or 0 for option in calls[0].options}
    if not (any(taken) or given or options or function.shapes):
        return None
    return {
        'shapes': [shape_table(function, shape) for shape in calls],
        'options': options or None,
        'give': given,
        'rest': any(parameter.rest for parameter in function.parameters) or None,
        'async': function.is_async or None,
    }


def shape_table(function: Function, shape: Function) -> dict[str, object]:
    """One call shape; its parameters are found in the Python function by name. Without stubs, any types will do."""
    places = {parameter.name: index for index, parameter in enumerate(function.parameters)}
    order = [places[parameter.name] for parameter in shape.parameters]
    types = [' '.join(typeof(parameter.type)) for parameter in shape.parameters]
    return {
        'required': shape.required,
        'of': types if function.shapes else len(shape.parameters),
        'name': camel(shape.parameters[0].name) if function.shapes else None,
        'order': order if order != list(range(len(order))) else None,
        'take': crossings(shape.parameters),
    }


def calls_table(given: Class, functions: dict[str, Function], kept: bool) -> dict[str, object] | None:
    """Functions that JS meets in another way than Python, or all of them (`kept`): their calls, by Python name."""
    found: dict[str, object] = {}
    for name, function in functions.items():
        js_name, member = given.js_name(name), attribute_name(name)
        call = call_table(function, on_prototype=not kept and js_name == member)
        if js_name != camel(member):
            call = {**(call or {'shapes': [shape_table(function, shape) for shape in function.calls]}), 'as': js_name}
        if kept or call is not None or js_name != member:
            found[member] = call or 0
    return found or None


def members_text(given: Class, names: Iterable[str], kept: bool = True) -> str | None:
    """The members as facade.js reads them: all of them, or those that have another name in JS."""
    found = []
    for name in names:
        js_name, member = given.js_name(name), attribute_name(name)
        if kept or js_name != member:
            attribute = given.all_attributes.get(name)
            mark = '!' if attribute is not None and attribute.writable else ''
            found.append(mark + member + ('' if js_name == camel(member) else f'={js_name}'))
    return ' '.join(found) or None


def is_itself(given: Class) -> bool:
    """Whether JS may have the Python class: nothing has to be arranged to make an object of it or of its base."""
    made = given.constructor is not None and call_table(given.constructor) is None
    return made and (given.base is None or is_itself(given.base))


def class_table(given: Class, keeps: Code | None) -> dict[str, object]:
    return {
        'call': call_table(given.constructor) if given.constructor is not None else 0,
        'methods': calls_table(given, given.methods, kept=False),
        'statics': calls_table(given, given.statics, kept=True),
        'attributes': members_text(given, given.attributes, kept=False),
        'constants': members_text(given, given.constants),
        'disposers': {symbol: attribute_name(name) for symbol, name in given.disposers.items()} or None,
        'keeps': keeps,
    }


def object_table(given: Class, classes: dict[str, Class]) -> list[object]:
    """The members of a public object, and of the objects in its fields."""
    inner = {attribute_name(attribute.name): object_table(classes[attribute.type.text], classes)
             for attribute in given.all_attributes.values() if attribute.type.kind == 'class'}
    return [members_text(given, given.all_attributes), inner or None]


def classes_in(types: Iterable[Type]) -> set[str]:
    return {name for given in types
            for name in ({given.text} if given.kind == 'class' else classes_in(given.args))}


def reached(given: Class) -> set[str]:
    """The classes of what an object of the class hands out."""
    functions = [call for method in (*given.methods.values(), *given.statics.values()) for call in method.calls]
    types = [*(call.returns for call in functions), *(attribute.type for attribute in given.attributes.values())]
    return classes_in(types) - {given.name}


class Facade:
    """Writes the modules of the facade for one surface: `index.js`, and `facade.js` bound to the package's error."""

    def __init__(self, surface: Surface, argument_error: tuple[str, str]) -> None:
        self.surface = surface
        self.argument_error = argument_error
        self.imports: dict[str, list[str]] = {}

    def border(self) -> str:
        """`facade.js`. `argument_error`: module and name of the error class for arguments that nothing can take."""
        module, name = self.argument_error
        code = Path(__file__).with_name('facade.js').read_text(encoding='utf-8')
        return (f"import {{$dict, dict, str}} from './{RUNTIME}';\n"
                f"import {{{variable_name(name)} as ArgumentTypeError}} from './{module}.js';\n\n{code}")

    def index(self) -> str:
        errors = [each.name for each in self.surface.classes.values() if each.is_error]
        lines = [f'const $errors = () => [{", ".join(errors)}];',
                 *map(self.class_line, self.surface.classes.values()),
                 *map(self.function_line, self.surface.functions),
                 *map(self.value_line, self.surface.values),
                 f'export default {PURE} Object.freeze ({{{", ".join(self.surface.names)}}});']
        imports = ["import {callable as $callable, klass as $klass, object as $object} from './facade.js';"]
        imports += [f"import {{{', '.join(names)}}} from './{module}.js';" for module, names in self.imports.items()]
        return '\n'.join([*imports, '', *lines, ''])

    def source(self, module: str, name: str) -> str:
        """The transpiled name, imported under a name that no public name can have."""
        local = f'$$_{module.replace(".", "_")}_{name}'
        self.imports.setdefault(module, []).append(f'{variable_name(name)} as {local}')
        return local

    def exported(self, name: str, maker: str, *arguments: str) -> str:
        return f'export const {name} = {PURE} {maker} ({", ".join(arguments)});'

    def class_line(self, given: Class) -> str:
        table = class_table(given, keeps(reached(given)) if not given.is_error else None)
        source = self.source(given.module, given.original)
        base = [given.base.name] if given.base is not None and not is_itself(given.base) else []
        return self.exported(given.name, '$klass', json.dumps(given.name), source, javascript(table), *base)

    def function_line(self, given: PublicFunction) -> str:
        kept = classes_in(call.returns for call in given.function.calls)
        table = {**(call_table(given.function) or {}), 'keeps': keeps(kept)}
        return self.exported(given.name, '$callable', self.source(given.module, given.original), javascript(table))

    def value_line(self, given: Value) -> str:
        source = self.source(given.module, given.original)
        if given.type.kind != 'class':
            return f'export const {given.name} = {source};'
        table = object_table(self.surface.classes[given.type.text], self.surface.classes)
        inner = [javascript(each) if each is not None else 'undefined' for each in table]
        return self.exported(given.name, '$object', source, *inner, keeps({given.type.text}).text)


def keeps(names: set[str]) -> Code:
    """What a bundler must not drop as long as the owner is there: the classes of its results, and all errors."""
    return Code(f'() => [{", ".join(["$errors", *sorted(names)])}]')
