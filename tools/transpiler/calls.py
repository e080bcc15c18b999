"""Calls: of a class by `new`, of builtins and methods of text in the form that brings least of the runtime along."""
from __future__ import annotations

import ast
import re

from .expressions import is_text, names_stored, outlives, repeatable, suspends
from .kinds import MEASURED
from .names import attribute_name
from .statements import Statements

# Builtins that take all items of an iterable: they may have a list for a generator expression.
CONSUMERS = frozenset('all any dict list max min set sorted sum tuple'.split())

# Methods that do as one of JavaScript's own: if one literal text is given, if nothing is, if anything is.
OF_TEXT = {'startswith': 'startsWith', 'endswith': 'endsWith', 'split': 'split'}
WITHOUT = {'strip': 'trim', 'lstrip': 'trimStart', 'rstrip': 'trimEnd', 'lower': 'toLowerCase', 'upper': 'toUpperCase'}
WITH_ONE = {'rfind': 'lastIndexOf', 'append': 'push'}

# What isinstance asks of the builtin types; `$` stands for the value.
TESTS = {
    'str': "typeof $ === 'string'", 'bool': "typeof $ === 'boolean'", 'int': '$is_int ($)', 'float': '$is_float ($)',
    'list': '$is_list ($)', 'tuple': '$is_a_tuple ($)', 'dict': '$is_dict ($)',
}

# Builtins of two arguments, or of a comprehension: each in a form that brings nothing else along.
OF_TWO = {'min': '$min', 'max': '$max'}
OF_EACH = {'any': '$some', 'all': '$every'}


def is_one_text(args: list[ast.expr]) -> bool:
    """Whether this is one literal text, not empty."""
    return len(args) == 1 and is_text(args[0]) and isinstance(args[0], ast.Constant) and args[0].value != ''


def list_of(node: ast.GeneratorExp) -> ast.ListComp:
    return ast.copy_location(ast.ListComp(node.elt, node.generators), node)


class Calls(Statements):
    """The visitors of calls."""

    def visit_Call(self, node: ast.Call) -> None:
        self.adaptLineNrString(node)
        function = node.func
        if self.makes_object(function):
            self.put('new ')
            loose = isinstance(function, ast.Call)
            self.put('(' if loose else '')
            self.visit(function)
            self.put(')' if loose else '')
        elif isinstance(function, ast.Name):
            if function.id == '__pragma__':
                return super().visit_Call(node)
            if function.id == 'isinstance' and len(node.args) == 2 and not node.keywords:
                return self.put_instance(*node.args)
            if function.id == '__typeof__':
                self.put('typeof ')
                return self.put_operand(node.args[0])
            if function.id == '__new__':
                return self.put_new(node.args[0])
            if function.id == 'type' and len(node.args) == 1:
                return self.put_call('al_type', node.args[0])
            if function.id == 'super':
                self.fail(node, '`super` other than super().name(...)')
            if function.id in OF_EACH and self.is_plain(node, 1) and self.put_each_test(function.id, node.args[0]):
                return None
            if function.id in OF_TWO and self.is_plain(node, 2):
                return self.put_call(OF_TWO[function.id], *node.args)
            if function.id == 'str' and self.is_plain(node, 1):
                return self.put_call('$str', node.args[0])
            if function.id == 'len' and self.is_plain(node, 1) and self.is_any_of(node.args[0], MEASURED):
                self.put_operand(node.args[0])
                return self.put('.length')
            if function.id == 'list' and self.is_plain(node, 1):
                return self.put_list_of(node.args[0])
            if function.id in CONSUMERS and len(node.args) == 1 and isinstance(node.args[0], ast.GeneratorExp):
                node = ast.Call(function, [list_of(node.args[0])], node.keywords)
            self.put(self.filterId(function.id))
        elif isinstance(function, ast.Attribute) and self.isCall(function.value, 'super'):
            if function.value.args or not isinstance(self.method_scope(), ast.ClassDef):
                self.fail(node, '`super` with arguments or in a nested function; super().name(...) in the method')
            self.put('super' + ('' if function.attr == '__init__' else '.' + attribute_name(function.attr)))
        elif self.is_base_call(node):
            if function.attr == '__init__':
                node = ast.Call(function, node.args[1:], node.keywords)
                self.put('super')
            else:
                self.put_operand(function.value)
                self.put(f'.prototype.{attribute_name(function.attr)}.call')
        elif isinstance(function, ast.Attribute) and self.put_method_of_text(node, function):
            return None
        else:
            self.visit_called(function)
        self.put(' (')
        self.put_list(node.args)
        if node.keywords:
            self.put(', ' if node.args else '')
            self.put('{$kw: true')
            for keyword in node.keywords:
                self.put(f', {keyword.arg}: ' if keyword.arg else ', ...')
                self.visit(keyword.value)
            self.put('}')
        self.put(')')

    def makes_object(self, function: ast.expr) -> bool:
        """Whether calling this makes an object: a class of the program or a Python error by its name, `type(x)`,
        `x.__class__`, or the `cls` of a class method."""
        match function:
            case ast.Name(id=name):
                return name == self.maker or self.names_class(name)
            case ast.Attribute(attr='__class__'):
                return True
            case ast.Attribute(value=ast.Name(id=module), attr=name) if module in self.modules:
                return self.module.program.has_class(self.modules[module], name)
            case ast.Call():
                return self.isCall(function, 'type') and len(function.args) == 1
        return False

    def names_class(self, name: str) -> bool:
        for scope in reversed(self.scopes):
            node = scope.node
            if isinstance(node, ast.Module):
                break
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and any(
                    isinstance(each, ast.ClassDef) and each.name == name for each in node.body):
                return True
        return self.module.program.has_class(self.module.name, name)

    def is_plain(self, node: ast.Call, count: int) -> bool:
        """Whether a builtin, which nothing shadows, gets so many arguments by position."""
        return (len(node.args) == count and not node.keywords and not isinstance(node.args[0], ast.Starred)
                and not self.is_own(node.func.id))

    def is_own(self, name: str) -> bool:
        """Whether the program itself gives a builtin's name to something."""
        return any(name in names_stored(scope.node) for scope in self.scopes)

    def put_each_test(self, name: str, items: ast.expr) -> bool:
        """`any` or `all` of a comprehension, as a loop that ends early; False if this is none."""
        if not isinstance(items, (ast.ListComp, ast.GeneratorExp)) or len(items.generators) > 1:
            return False
        generator = items.generators[0]
        if suspends(items) or outlives(generator.target, [items.elt, *generator.ifs]):
            return False
        test = items.elt
        if generator.ifs:
            ifs = ast.BoolOp(ast.And(), generator.ifs) if len(generator.ifs) > 1 else generator.ifs[0]
            test = (ast.BoolOp(ast.And(), [ifs, test]) if name == 'any'
                    else ast.BoolOp(ast.Or(), [ast.UnaryOp(ast.Not(), ifs), test]))
        self.put(OF_EACH[name] + ' (')
        parameters = self.put_source(generator)
        self.inscope(ast.Lambda())
        self.put(f', ({parameters}) => ')
        self.visit_condition(test)
        self.descope()
        self.put(')')
        return True

    def put_list_of(self, items: ast.expr) -> None:
        """`list(items)`; what is a list of its own already needs no copy."""
        if isinstance(items, ast.GeneratorExp):
            return self.visit(list_of(items))
        if isinstance(items, ast.ListComp) or self.isCall(items, 'range') and not self.is_own('range'):
            return self.visit(items)
        self.put('[...')
        self.visit(items)
        self.put(']')

    def put_method_of_text(self, node: ast.Call, function: ast.Attribute) -> bool:
        """A method of texts or lists that JavaScript has by another name, or written out; False if this is none."""
        name, args = function.attr, node.args
        if node.keywords or name in self.module.program.methods or len(args) > 1 or (
                args and isinstance(args[0], ast.Starred)):
            return False
        made = bool(args) and isinstance(args[0], (ast.ListComp, ast.GeneratorExp))
        if name == 'join' and made and is_text(function.value):
            self.visit(list_of(args[0]))
            self.put_call('.join', function.value)
            return True
        if name == 'split' and not args:
            self.put_call('$words', function.value)
            return True
        known = {**WITH_ONE, **OF_TEXT} if is_one_text(args) else WITH_ONE if args else WITHOUT
        if name not in known:
            return False
        self.put_operand(function.value)
        self.put_call('.' + known[name], *args)
        return True

    def put_instance(self, value: ast.expr, kind: ast.expr) -> None:
        """Each test in its place, where the engine can learn what it sees."""
        kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind]
        if not (repeatable(value) and all(isinstance(k, ast.Name) for k in kinds)):
            return self.put_call('isinstance', value, ast.List([*kinds], ast.Load()))
        self.put('(')
        for index, one in enumerate(kinds):
            self.put(' || ' if index else '')
            self.put_test(value, one)
        self.put(')')

    def put_test(self, value: ast.expr, kind: ast.Name) -> None:
        test = None if self.is_own(kind.id) else TESTS.get(kind.id)
        if test is None:
            self.put_operand(value)
            self.put(' instanceof ')
            return self.visit(kind)
        before, after = re.split(r'\$(?= |\))', test)
        self.put(before)
        self.put_operand(value)
        self.put(after)

    def put_new(self, made: ast.Call) -> None:
        """`__new__(C(x))`: JavaScript's own construction; the parentheses keep a call inside C apart."""
        self.put('new (')
        self.visit(made.func)
        self.put(') (')
        self.put_list(made.args)
        self.put(')')

    def visit_called(self, function: ast.expr) -> None:
        """The function of a call."""
        self.put_operand(function)

    def method_scope(self) -> ast.AST:
        """What the innermost function (lambdas and comprehensions are arrows, so they do not count) stands in."""
        scopes = [scope.node for scope in self.scopes if not isinstance(scope.node, ast.Lambda)]
        return scopes[-2] if len(scopes) > 1 else scopes[-1]

    def is_base_call(self, node: ast.Call) -> bool:
        """`Base.m(self, ...)` in a class that names Base as its base."""
        function, classes = node.func, [s.node for s in self.scopes if isinstance(s.node, ast.ClassDef)]
        return (isinstance(function, ast.Attribute) and repeatable(function.value) and bool(classes) and bool(node.args)
                and isinstance(node.args[0], ast.Name) and node.args[0].id == 'self'
                and any(ast.dump(base) == ast.dump(function.value) for base in classes[-1].bases))
