"""Functions, parameters and classes: a Python class becomes a JavaScript class. Calls are in `calls.py`."""
from __future__ import annotations

import ast
import re

from .calls import Calls
from .expressions import contains, is_none, names_in
from .names import attribute_name

# The special methods that something in JavaScript calls: the runtime, or a loop.
SPECIAL_METHODS = frozenset('__init__ __repr__ __str__ __len__ __iter__ __next__ __contains__'.split())
METHOD_DECORATORS = ('property', 'staticmethod', 'classmethod')

# What a loop of JavaScript calls of an object, beside the method that Python calls.
OF_LOOPS = {
    '__iter__': '[Symbol.iterator] () {return this.__iter__ ();}',
    '__next__': 'next () {return $advance (this);}',
}

SUPER = ast.parse('super().__init__()', mode='eval').body


class Bound(ast.stmt):
    """A statement of JavaScript among those of Python."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self.code = code


def bases_of(node: ast.ClassDef) -> list[ast.expr]:
    return [base for base in node.bases if not (isinstance(base, ast.Name) and base.id == 'object')]


def has_statics(node: ast.ClassDef) -> bool:
    """Whether the class has constants, static methods or class methods."""
    return any(isinstance(each, ast.Assign) or isinstance(each, ast.AnnAssign) and each.value is not None
               or isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) and any(
                   isinstance(decorator, ast.Name) and decorator.id in ('staticmethod', 'classmethod')
                   for decorator in each.decorator_list) for each in node.body)


def takes_keywords(node: ast.arguments) -> bool:
    return bool(node.defaults or node.kwonlyargs or node.kwarg or node.vararg)


def needs_variable(method: ast.AST, first: str) -> bool:
    """Whether the receiver has to be a variable: in a function within the method `this` is another."""
    return any(first in names_in(child) if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
               else isinstance(child, ast.Name) and child.id == first and isinstance(child.ctx, ast.Store)
               or isinstance(child, ast.Lambda) and any(arg.arg == first for arg in child.args.args)
               for child in ast.walk(method) if child is not method)


def says_receiver(node: ast.AST) -> bool:
    """Whether literal JS in the function may ask for what arrows have not of their own: `this` and `arguments`."""
    return any(isinstance(child, ast.Constant) and isinstance(child.value, str)
               and re.search(r'\b(this|arguments)\b', child.value) for child in ast.walk(node))


class Definitions(Calls):
    """The visitors of functions and classes."""

    # Parameters

    def put_parameters(self, node: ast.arguments) -> None:
        names = [self.filterId(arg.arg) for arg in node.args]
        if node.vararg:
            names.append('...' + self.filterId(node.vararg.arg))
        elif takes_keywords(node):
            names.append('$k')
        self.put(f"({', '.join(names)})")

    def put_keywords(self, node: ast.arguments) -> None:
        """Take keyword arguments from the marked object that is the last argument if there are any, then the defaults.

        Only parameters with a default have keywords, so only in their places may the object stand. Looking for it in
        `arguments`, or reading fields of an empty object where there are none, costs 8 ns and more in Node 18."""
        rest = self.filterId(node.vararg.arg) if node.vararg else None
        if takes_keywords(node):
            optional = [*zip(node.args[len(node.args) - len(node.defaults):], node.defaults, strict=True)]
            places = [self.filterId(arg.arg) for arg, _ in reversed(optional)]
            keywords = '$k'
            if rest:
                self.line(f"var $k = $keywords ({' ?? '.join([f'{rest} [{rest}.length - 1]', *places])});")
                self.line(f'if ({rest} [{rest}.length - 1] === $k) {{{rest}.pop ();}}')
            elif optional or node.kwarg:
                self.line(f"$k = $keywords ({' ?? '.join(['$k', *places])});")
            else:
                keywords = '$keywords ($k)'
            for arg, default in optional:
                name = self.filterId(arg.arg)
                self.put(f'{name} = ')
                self.put_call('$given', name, '$k', f'$k.{arg.arg}', *([] if is_none(default) else [default]))
                self.line(';')
            self.put_options(node, keywords)
            if node.kwarg:
                taken = ', '.join(f"'{arg.arg}'" for arg in [*(arg for arg, _ in optional), *node.kwonlyargs])
                self.line(f'var {self.filterId(node.kwarg.arg)} = $rest ($k, [{taken}]);')
        if rest:
            self.line(f'{rest} = $tuple ({rest});')

    def put_options(self, node: ast.arguments, keywords: str) -> None:
        """The keyword-only parameters; one whose default is None needs none, for what is absent reads as None."""
        if node.kwonlyargs:
            self.put('var {')
            for index, (arg, default) in enumerate(zip(node.kwonlyargs, node.kw_defaults, strict=True)):
                name = self.filterId(arg.arg)
                self.put((', ' if index else '') + (name if name == arg.arg else f'{arg.arg}: {name}'))
                if default is not None and not is_none(default):
                    self.put(' = ')
                    self.visit(default)
            self.line(f'}} = {keywords};')

    # Functions

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self.visit_FunctionDef(node)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef, anAsync: bool = False) -> None:
        self.put(self.declaration(node.name))
        if isinstance(self.getScope().node, ast.Module):
            self.allOwnNames.add(node.name)
        self.put(f'{self.filterId(node.name)} = ')
        for decorator in node.decorator_list:
            self.visit(decorator)
            self.put(' (')
        words = self.prefix(node, 'function')
        if self.is_arrow and not words.endswith('*') and not says_receiver(node):
            self.put(words.removesuffix('function'))
            self.put_function(node, opening='=> {')
        else:
            self.put(f'{words} ')
            self.put_function(node)
        self.put(')' * len(node.decorator_list))

    def prefix(self, node: ast.FunctionDef | ast.AsyncFunctionDef, keyword: str) -> str:
        generates = contains(ast.Module(node.body, []), (ast.Yield, ast.YieldFrom))
        if node.args.posonlyargs:
            self.fail(node, 'positional-only parameters; leave out the `/`')
        if isinstance(node, ast.AsyncFunctionDef):
            if generates:
                self.fail(node, 'an async generator; return a list, or take a callback')
            return f'async {keyword}'
        return f'{keyword}*' if generates else keyword

    def put_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, this: str = '',
                     receiver: str | None = None, opening: str = '{') -> None:
        """The parameters and the body; `this`: a statement that binds the receiver; `receiver`: the name of `this`."""
        self.put_parameters(node.args)
        self.line(f' {opening}')
        self.inscope(node)
        loops, self.loops = self.loops, []
        outer, self.receiver = self.receiver, receiver
        excepts = self.tempIndices.pop('except', None)
        self.indent()
        if this:
            self.line(this)
        self.put_keywords(node.args)
        self.emitBody(node.body)
        self.dedent()
        self.loops, self.receiver = loops, outer
        if excepts is not None:
            self.tempIndices['except'] = excepts
        self.descope()
        self.put('}')

    # Classes

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        if len(node.bases) > 1 or node.keywords or node.decorator_list:
            self.fail(node, 'more than one base, a metaclass or a class decorator; one base and a plain __init__')
        self.put(self.declaration(node.name))
        if isinstance(self.getScope().node, ast.Module):
            self.allOwnNames.add(node.name)
        is_seen = self.checked or has_statics(node)      # by instances: JavaScript's statics belong to the class alone
        self.put(f'{self.filterId(node.name)} = ' + ('/* @__PURE__ */ $class (' if is_seen else '') + 'class ')
        self.put(node.name + ' ')
        for base in bases_of(node):
            self.put('extends ')
            self.put_operand(base)
            self.put(' ')
        self.line('{')
        self.inscope(node)
        self.indent()
        constants = [constant for statement in node.body if (constant := self.member(statement))]
        self.dedent()
        self.put('}')
        for index, (target, value) in enumerate(constants):
            self.put((', ' if index else ', {') + attribute_name(target) + ': ')
            self.visit(value)
        self.put(('}' if constants else '') + (')' if is_seen else ''))
        self.descope()

    def member(self, statement: ast.stmt) -> tuple[str, ast.expr] | None:
        """Emit a method; return a class constant, name and value."""
        self.adaptLineNrString(statement)
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            self.method(statement)
        elif isinstance(statement, ast.Assign) and all(isinstance(target, ast.Name) for target in statement.targets):
            if len(statement.targets) > 1:
                self.fail(statement, 'several names in one class constant; one line each')
            return statement.targets[0].id, statement.value
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            if statement.value is not None:
                return statement.target.id, statement.value
        elif self.getPragmaFromExpr(statement):
            self.visit(statement)
        elif not (self.isCommentString(statement) or isinstance(statement, ast.Pass)):
            self.fail(statement, 'a class or a statement in a class body; put it beside the class')
        return None

    def method(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        kinds = [self.method_kind(node, decorator) for decorator in node.decorator_list] or ['method']
        if len(kinds) > 1:
            self.fail(node, 'more than one decorator on a method')
        self.check_attribute(node, node.name)
        if node.name.startswith('__') and node.name not in SPECIAL_METHODS:
            self.fail(node, f'{node.name}, which no operator of JavaScript calls; a method with a name of its own')
        kind, name, args = kinds[0], attribute_name(node.name), node.args
        this, receiver, self.maker = '', None, None
        if kind != 'static':
            if not args.args:
                self.fail(node, 'a method without self')
            first = args.args[0].arg
            if kind == 'class':
                self.maker = first
                this = f"var {self.filterId(first)} = typeof this === 'function' ? this : this.constructor;"
            elif needs_variable(node, first):
                this = f'var {self.filterId(first)} = this;'
            else:
                receiver = first
            args = ast.arguments(posonlyargs=args.posonlyargs, args=args.args[1:], vararg=args.vararg, kwarg=args.kwarg,
                                 kwonlyargs=args.kwonlyargs, kw_defaults=args.kw_defaults, defaults=args.defaults)
        words = self.prefix(node, '').split()
        lead = {'static': ['static'], 'class': ['static'], 'get': ['get'], 'set': ['set']}.get(kind, [])
        body = node.body
        if node.name == '__init__':
            if lead or words:
                self.fail(node, 'an __init__ of another kind; a plain method')
            name, body = 'constructor', self.constructor_body(node, this)
            this = '' if body is not node.body else this
        plain = type(node)(name=node.name, args=args, body=body, decorator_list=[], lineno=node.lineno)
        self.put(' '.join([*lead, *words, name]) + ' ')
        self.put_function(plain, this, receiver)
        self.maker = None
        self.line()
        if node.name in OF_LOOPS:
            self.line(OF_LOOPS[node.name])

    def constructor_body(self, node: ast.FunctionDef, this: str) -> list[ast.stmt]:
        """The body of `__init__` as that of a constructor, which has no `this` before the base has been initialised.
        `this`: the statement that binds the receiver, if it is a variable."""
        owner = self.getScope().node
        if not bases_of(owner):
            return node.body
        first, body = node.args.args[0].arg, [*node.body]
        starts = [statement for statement in body if self.starts_base(statement, owner)]
        for statement in [] if starts else [ast.Expr(SUPER)]:
            body.insert(0, ast.copy_location(statement, node))
            starts = body[:1]
        at = body.index(starts[0])
        if len(starts) > 1 or any(self.is_start(each, owner) for part in body if part is not starts[0]
                                  for each in ast.walk(part)):
            self.fail(node, 'super().__init__ more than once, or within another statement; once, as a statement')
        if any(first in names_in(statement) for statement in body[:at]):
            self.fail(node, f'`{first}` before super().__init__, where JavaScript has no object yet; call that first')
        if this:
            body.insert(at + 1, ast.copy_location(Bound(this), node))
        return body

    def visit_Bound(self, node: Bound) -> None:
        self.put(node.code.removesuffix(';'))

    def starts_base(self, statement: ast.stmt, owner: ast.ClassDef) -> bool:
        return isinstance(statement, ast.Expr) and self.is_start(statement.value, owner)

    def is_start(self, node: ast.AST, owner: ast.ClassDef) -> bool:
        """Whether this is `super().__init__(...)`, or `Base.__init__(self, ...)` of the base of `owner`."""
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == '__init__'):
            return False
        return self.isCall(node.func.value, 'super') or ast.dump(node.func.value) == ast.dump(bases_of(owner)[0])

    def method_kind(self, node: ast.FunctionDef | ast.AsyncFunctionDef, decorator: ast.expr) -> str:
        if isinstance(decorator, ast.Name) and decorator.id in METHOD_DECORATORS:
            return {'property': 'get', 'staticmethod': 'static', 'classmethod': 'class'}[decorator.id]
        if isinstance(decorator, ast.Attribute) and decorator.attr == 'setter':
            return 'set'
        self.fail(node, 'a decorator on a method; only property, x.setter, staticmethod and classmethod')
