"""The declarations: `index.d.ts` for the public surface. The same data makes the code in `facade.py`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .annotations import Type, without_null
from .surface import Attribute, Class, Function, Parameter, Surface, camel

PLAIN = {'number': 'number', 'string': 'string', 'boolean': 'boolean', 'null': 'null', 'unknown': 'unknown'}
# Of JS's globals, those that Node's types have too, as they have all arrays. Other globals are a page's.
EVERYWHERE = {'AbortSignal', 'Blob', 'URL'}
# Words that Python allows as a parameter and TypeScript does not.
RESERVED = frozenset('default delete enum export extends function new super switch this throw typeof var void'.split())


def written(given: Type, result: bool) -> str:
    """The type in TypeScript: as a `result`, or as a parameter, which takes all that it can."""
    inner = [written(arg, result) for arg in given.args]
    frozen = '' if result else 'readonly '
    match given.kind:
        case 'class' | 'global' | 'literal' | 'alias':
            return given.text
        case 'bytes':
            return 'Uint8Array' if result else 'Uint8Array | ArrayBufferLike'
        case 'list':
            return f'{frozen}{grouped(given.args[0], inner[0])}[]'
        case 'tuple':
            return f'{frozen}[{", ".join(inner)}]'
        case 'dict':
            return f'Record<string, {inner[0]}>' if result else f'Readonly<Record<string, {inner[0]}>>'
        case 'record':
            keys = given.text.split(',')
            return '{ ' + '; '.join(f'{key}: {text}' for key, text in zip(keys, inner, strict=True)) + ' }'
        case 'iterable':
            return f'Iterable<{inner[0]}>'
        case 'promise':
            return f'Promise<{returned(given.args[0])}>'
        case 'function':
            parameters = (f'arg{i}: {written(arg, not result)}' for i, arg in enumerate(given.args[1:]))
            return f'({", ".join(parameters)}) => {returned(given.args[0], result)}'
        case 'union':
            return ' | '.join(grouped(arg, text) if arg.kind == 'function' else text
                              for arg, text in zip(given.args, inner, strict=True))
    return PLAIN[given.kind]


def globals_in(given: Type) -> set[str]:
    """The globals of JS that a type names."""
    return {given.text} if given.kind == 'global' else {name for arg in given.args for name in globals_in(arg)}


def grouped(given: Type, text: str) -> str:
    is_open = given.kind in ('union', 'function') or ' | ' in text or text.startswith('readonly ')
    return f'({text})' if is_open else text


def returned(given: Type, result: bool = True) -> str:
    return 'void' if given.kind == 'null' else written(given, result)


class Documentation:
    """TSDoc from docstrings; `snake_case` in backticks becomes the name that JS has."""

    def __init__(self, surface: Surface) -> None:
        self.names: dict[str, str] = {}
        for function in surface.all_functions():
            self.names.update({p.name: camel(p.name) for p in (*function.parameters, *function.options)})
        for each in surface.classes.values():
            self.names.update({name: each.js_name(name) for name in (*each.methods, *each.statics, *each.attributes)})

    def in_js(self, text: str) -> str:
        def renamed(code: re.Match[str]) -> str:
            return re.sub(r'\w+', lambda word: self.names.get(word[0], word[0]), code[0])

        return re.sub(r'`[^`\n]+`', renamed, text)

    def comment(self, text: str, indent: str, tags: Iterable[str] = ()) -> list[str]:
        lines = [*self.in_js(text.strip()).splitlines(), *tags]
        lines = [line.rstrip().replace('*/', '*\\/') for line in lines]
        if len(lines) == 0:
            return []
        if len(lines) == 1:
            return [f'{indent}/** {lines[0]} */']
        return [f'{indent}/**', *(f'{indent} * {line}'.rstrip() for line in lines), f'{indent} */']


def described(doc: str) -> dict[str, str]:
    """What a docstring says of single names: "`name`: text" up to the next semicolon or the end of the sentence."""
    found = re.findall(r'`(\w+)[^`\n]*`: (.+?)(?:;\s|\.\s|\.?$|\.?\n\s*\n)', doc, re.S)
    return {name: ' '.join(text.split()) for name, text in found}


class Declarations:
    """Writes `index.d.ts` for one surface."""

    def __init__(self, surface: Surface) -> None:
        self.surface = surface
        self.docs = Documentation(surface)
        self.lines: list[str] = []

    def text(self) -> str:
        if any(given.disposers for given in self.surface.classes.values()):
            self.lines += ['/// <reference lib="esnext.disposable" />', '']
        self.globals()
        for name, meaning in self.surface.aliases.items():
            self.lines += [f'export type {name} = {written(meaning, result=False)};', '']
        for given in self.surface.classes.values():
            self.declare_class(given)
        for each in self.surface.functions:
            interface = each.name[:1].upper() + each.name[1:] + 'Options'
            self.options(interface, each.function)
            self.callable(each.function, f'export function {each.name}', interface, '')
            self.lines.append('')
        for value in self.surface.values:
            self.lines += self.docs.comment(value.doc, '')
            self.lines += [f'export const {value.name}: {written(value.type, result=True)};', '']
        self.lines.append('declare const all: {')
        self.lines += [f'    readonly {name}: typeof {name};' for name in self.surface.names]
        self.lines += ['};', 'export default all;', '']
        return '\n'.join(self.lines)

    def globals(self) -> None:
        """Empty interfaces of what only pages have: they add nothing to TypeScript's `dom` library, and let programs
        compile that do without it."""
        calls = [call for function in self.surface.all_functions() for call in function.calls]
        parameters = [each for call in calls for each in (*call.parameters, *call.options)]
        named = {name for given in (*self.surface.aliases.values(), *(each.type for each in parameters))
                 for name in globals_in(given)}
        found = sorted(name for name in named - EVERYWHERE if name[0].isupper() and not name.endswith('Array'))
        if len(found) > 0:
            self.lines += ['declare global {', *(f'    interface {name} {{}}' for name in found), '}', '']

    def declare_class(self, given: Class) -> None:
        functions = {**given.statics, **given.methods}
        if given.constructor is not None and given.has_own_constructor:
            functions['constructor'] = given.constructor
        interfaces = {name: options_name(given.name, name) for name in functions}
        for name, function in functions.items():
            self.options(interfaces[name], function)
        self.lines += self.docs.comment(given.doc, '')
        base = given.base.name if given.base is not None else 'Error' if given.is_error else ''
        self.lines.append(f'export class {given.name}{" extends " + base if base else ""} {{')
        for name, constant in given.constants.items():
            self.lines.append(f'    static readonly {name}: {written(constant, result=True)};')
        if given.constructor is None:
            has_heirs = any(each.base is given for each in self.surface.classes.values())
            self.lines.append(f'    {"protected" if has_heirs else "private"} constructor();')
        elif given.has_own_constructor:
            self.callable(given.constructor, '    constructor', interfaces['constructor'], '    ', result=False)
        for name, function in given.statics.items():
            self.callable(function, f'    static {given.js_name(name)}', interfaces[name], '    ')
        said = described(given.doc)
        for attribute in given.attributes.values():
            self.attribute(given, attribute, said)
        for name, function in given.methods.items():
            self.callable(function, f'    {given.js_name(name)}', interfaces[name], '    ')
        for symbol, method in given.disposers.items():
            self.lines.append(f'    [Symbol.{symbol}](): {returned(given.methods[method].returns)};')
        self.lines += ['}', '']

    def attribute(self, given: Class, attribute: Attribute, said: dict[str, str]) -> None:
        if given.base is not None and attribute == given.base.all_attributes.get(attribute.name):
            return
        self.lines += self.docs.comment(attribute.doc or said.get(attribute.name, ''), '    ')
        name, text = given.js_name(attribute.name), written(attribute.type, result=True)
        if attribute.own:
            self.lines.append(f'    {"" if attribute.writable else "readonly "}{name}: {text};')
        else:
            self.lines.append(f'    get {name}(): {text};')
            if attribute.writable:
                self.lines.append(f'    set {name}(value: {text});')

    def options(self, interface: str, function: Function) -> None:
        options = function.calls[0].options
        if len(options) == 0:
            return
        said = described(function.doc)
        self.lines.append(f'export interface {interface} {{')
        for option in options:
            tags = [] if option.default == '' else [f'@defaultValue `{option.default}`']
            self.lines += self.docs.comment(said.get(option.name, ''), '    ', tags)
            mark = '' if option.required else '?'
            self.lines.append(f'    {camel(option.name)}{mark}: {written(without_null(option.type), result=False)};')
        self.lines += ['}', '']

    def callable(self, function: Function, head: str, interface: str, indent: str, result: bool = True) -> None:
        comment = self.docs.comment(function.doc, indent)
        taken = function.calls[0].options
        options = f'options{"" if any(o.required for o in taken) else "?"}: {interface}' if len(taken) > 0 else ''
        for call in function.calls:
            tail = f': {returned(call.returns)}' if result else ''
            for parameters in argument_lists(call, options):
                self.lines += comment
                self.lines.append(f'{head}({", ".join(parameters)}){tail};')


def options_name(class_name: str, method: str) -> str:
    """`InferenceSession.create` → InferenceSessionCreateOptions; the constructor's are TensorOptions."""
    return class_name + ('' if method == 'constructor' else camel('x_' + method)[1:]) + 'Options'


def argument_lists(function: Function, options: str) -> list[list[str]]:
    """The positional parameters; before an options object the optional ones may also be left out."""
    parameters = function.parameters
    if options == '':
        return [[written_parameter(p, p.required) for p in parameters]]
    optional = len(parameters) - function.required
    return [[*(written_parameter(p, True) for p in parameters[: function.required + given]), options]
            for given in range(optional + 1)]


def written_parameter(parameter: Parameter, needed: bool) -> str:
    name = camel(parameter.name) + ('_' if parameter.name in RESERVED else '')
    if parameter.rest:
        return f'...{name}: {grouped(parameter.type, written(parameter.type, result=True))}[]'
    given = parameter.type if parameter.required else without_null(parameter.type)
    absent = ' | undefined' if needed and not parameter.required else ''
    return f'{name}{"" if needed else "?"}: {written(given, result=False)}{absent}'
