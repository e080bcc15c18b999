"""Expressions: what the house build emits where Transcrypt's own code would differ from Python.

Names that begin with `$` are helpers of the runtime; no Python name can shadow them."""
from __future__ import annotations

import ast
import functools
import json
import math
import re

from .kinds import ARRAYS, PLAIN, TEXT
from .names import attribute_name, variable_name
from .stock import compiler

DISPLAYS = (ast.List, ast.Tuple, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
LISTS = (ast.List, ast.ListComp)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
SUSPENSIONS = (ast.Await, ast.Yield, ast.YieldFrom)
MAKERS = (ast.Call, *SUSPENSIONS, *DISPLAYS, ast.GeneratorExp, ast.Lambda)
# Without parentheses these bind looser than the member access, index or call that follows.
LOOSE = (ast.BinOp, ast.BoolOp, ast.Compare, ast.UnaryOp, ast.Lambda)
MAX_SAFE_INTEGER = 2 ** 53 - 1


def is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or isinstance(node, ast.Constant) and isinstance(node.value, str)


def is_none(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def is_negative(node: ast.AST) -> bool:
    return isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant)


def repeatable(node: ast.AST) -> bool:
    """Whether evaluating `node` twice is the same as once: nothing in it is called or made."""
    return not isinstance(node, MAKERS) and not contains(node, MAKERS)


def contains(node: ast.AST, kinds: tuple[type, ...]) -> bool:
    """Whether a node of one of `kinds` stands in `node`, nested functions left out."""
    return any(isinstance(child, kinds) or not isinstance(child, FUNCTIONS) and contains(child, kinds)
               for child in ast.iter_child_nodes(node))


def suspends(node: ast.AST) -> bool:
    return isinstance(node, SUSPENSIONS) or contains(node, SUSPENSIONS)


def names_in(node: ast.AST) -> set[str]:
    return {child.id for child in ast.walk(node) if isinstance(child, ast.Name)}


@functools.cache
def names_stored(scope: ast.AST) -> frozenset[str]:
    """The names that a scope binds itself: its parameters, assignments, imports, functions and classes."""
    found: set[str] = set()
    waiting = list(ast.iter_child_nodes(scope))
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.add(node.name)
            continue
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            found.update(alias.asname or alias.name for alias in node.names)
        waiting.extend(ast.iter_child_nodes(node))
    return frozenset(found)


def outlives(target: ast.expr, turn: list[ast.expr]) -> bool:
    """Whether a function made in a turn of a comprehension sees its variable: in Python, always its last value."""
    return any(isinstance(child, FUNCTIONS) and names_in(child) & names_in(target)
               for part in turn for child in ast.walk(part))


def call(function: str, *args: ast.expr) -> ast.Call:
    return ast.Call(func=ast.Name(id=function, ctx=ast.Load()), args=list(args), keywords=[])


class Expressions(compiler.Generator):
    """The visitors of expressions."""

    def put(self, text: str) -> None:
        """Emit text without line ends. A line begins with its indentation and ends with its number in the source."""
        if text:
            if self.at_line_start:
                self.targetFragments.append('\t' * self.indentLevel)
                self.at_line_start = False
            self.targetFragments.append(text)

    def line(self, text: str = '') -> None:
        self.put(text)
        self.targetFragments.append(self.lineNrString + '\n')
        self.at_line_start = True

    def emit(self, fragment: str, *values: object) -> None:
        """Transcrypt's own way, for the visitors that are its own: `fragment` is a format, and lines end in it."""
        first, *others = fragment.format(*values).split('\n')
        self.put(first)
        for other in others:
            self.line()
            self.put(other)

    def put_call(self, function: str, *args: ast.AST | str) -> None:
        self.put(function + ' (')
        self.put_list(args)
        self.put(')')

    def put_list(self, items) -> None:
        for index, item in enumerate(items):
            self.put(', ' if index else '')
            if isinstance(item, str):
                self.put(item)
            elif isinstance(item, ast.Lambda):
                self.put_arrow(item)
            else:
                self.visit(item)

    def put_operand(self, node: ast.AST) -> None:
        """Emit what a member access, index or call follows."""
        loose = isinstance(node, LOOSE) or isinstance(node, ast.Constant) and isinstance(node.value, (int, float))
        self.put('(' if loose else '')
        self.visit(node)
        self.put(')' if loose else '')

    def filterId(self, name: str) -> str:
        return variable_name(name) if self.idFiltering else name

    def is_any_of(self, node: ast.expr, kinds: frozenset[str]) -> bool:
        """Whether the expression is known to be one of these kinds; the checked build takes nothing for granted."""
        return not self.checked and self.module.is_any_of(node, kinds)

    # Leaves

    def visit_Constant(self, node: ast.Constant) -> None:
        value = node.value
        if isinstance(value, str):
            self.put(json.dumps(value))
        elif value is None or isinstance(value, bool):
            self.put(self.nameConsts[value])
        elif isinstance(value, int):
            if abs(value) > MAX_SAFE_INTEGER:
                self.fail(node, 'an integer beyond 2**53 is not exact in JavaScript; split it into two halves')
            self.put(str(value))
        elif isinstance(value, float):
            self.put('Infinity' if math.isinf(value) else repr(value))
        else:
            self.fail(node, f'a {type(value).__name__} constant has no JavaScript counterpart; '
                            'use the typed arrays of alula.host for bytes, `pass` for `...`')

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        parts = [part for part in node.values if not (isinstance(part, ast.Constant) and part.value == '')]
        if not parts:
            return self.put('""')
        self.put('(')
        if not isinstance(parts[0], ast.Constant) and len(parts) > 1 and isinstance(parts[0].value, ast.Constant):
            self.put('"" + ')
        for index, part in enumerate(parts):
            self.put(' + ' if index else '')
            # A text needs no conversion, nor does an integer that is added to a text
            plain = isinstance(part, ast.FormattedValue) and part.format_spec is None and part.conversion < 0
            if plain and self.is_any_of(part.value, PLAIN if index else TEXT):
                self.put_operand(part.value)
            else:
                self.visit(part)
        self.put(')')

    def visit_FormattedValue(self, node: ast.FormattedValue) -> None:
        if node.conversion == ord('a'):
            self.fail(node, '`!a` has no counterpart; use `!r`')
        shown = call('$repr', node.value) if node.conversion == ord('r') else node.value
        if node.format_spec is not None:
            decimals = re.fullmatch(r"f'\.(\d+)f'", ast.unparse(node.format_spec))
            if decimals:
                self.put_call('$decimals', shown, decimals[1])
            else:
                self.put_call('$format', shown, node.format_spec)
        elif shown is node.value:
            self.put_call('$str', shown)
        else:
            self.visit(shown)

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Store) and isinstance(self.getScope().node, ast.Module):
            self.allOwnNames.add(node.id)
        self.put('this' if node.id == self.receiver else self.filterId(node.id))

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self.check_attribute(node, node.attr)
        if node.attr == '__name__' and isinstance(node.ctx, ast.Load):
            return self.put_call('$name_of', node.value)
        self.put_operand(node.value)
        self.put('.' + ('constructor' if node.attr == '__class__' else attribute_name(node.attr)))

    def check_attribute(self, node: ast.AST, name: str) -> None:
        if name.startswith('__') and not name.endswith('__'):
            self.fail(node, 'a private name with two underscores is not kept apart from that of a subclass; use one')

    def visit_Starred(self, node: ast.Starred) -> None:
        self.put('...')
        self.visit(node.value)

    # Operators

    def visit_BinOp(self, node: ast.BinOp) -> None:
        left, op, right = node.left, node.op, node.right
        lists, texts = [isinstance(n, LISTS) for n in (left, right)], [is_text(n) for n in (left, right)]
        if isinstance(op, ast.Add) and (any(lists) or isinstance(left, ast.Tuple) or isinstance(right, ast.Tuple)):
            self.put('[' if any(lists) else '$tuple ([')
            self.put_list([ast.Starred(left, ast.Load()), ast.Starred(right, ast.Load())])
            self.put(']' if any(lists) else '])')
        elif isinstance(op, ast.Mult) and (any(lists) or any(texts)):
            self.put_call('$repeat', *((right, left) if lists[1] or texts[1] else (left, right)))
        elif isinstance(op, ast.Mod) and texts[0]:
            self.fail(node, 'the % of strings has no counterpart; use an f-string')
        elif isinstance(op, ast.FloorDiv):
            self.put('$floor (')
            self.visitSubExpr(node, left)
            self.put(' / ')
            self.visitSubExpr(node, right)
            self.put(')')
        elif isinstance(op, ast.Mod):
            self.put_call('$mod', left, right)
        elif isinstance(op, ast.Pow):
            self.put('((')
            self.visit(left)
            self.put(') ** (')
            self.visit(right)
            self.put('))')
        elif isinstance(op, ast.MatMult):
            self.fail(node, 'the @ of matrices has no counterpart; call a function')
        else:
            super().visit_BinOp(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        if is_negative(node) and not isinstance(node.operand.value, bool):
            self.put('-')
            self.visit(node.operand)
        else:
            super().visit_UnaryOp(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        operands = [node.left, *node.comparators]
        if all(repeatable(middle) for middle in operands[1:-1]):
            return self.put_comparison(operands, node.ops)
        if suspends(node):
            self.fail(node, 'a chained comparison with await or yield: bind the middle operand to a local first')
        names: list[ast.expr] = [ast.Name(id=f'$c{i}', ctx=ast.Load()) for i in range(len(operands) - 1)]
        self.put('((')          # each middle operand is evaluated once; the last only when it is reached
        self.put_list(names)
        self.put(') => ')
        self.put_comparison([*names, operands[-1]], node.ops)
        self.put(') (')
        self.put_list(operands[:-1])
        self.put(')')

    def put_comparison(self, operands: list[ast.expr], ops: list[ast.cmpop]) -> None:
        self.put('(' if len(ops) > 1 else '')
        for index, op in enumerate(ops):
            self.put(' && ' if index else '')
            self.put_pair(operands[index], op, operands[index + 1])
        self.put(')' if len(ops) > 1 else '')

    def put_pair(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> None:
        negated = isinstance(op, (ast.NotIn, ast.NotEq, ast.IsNot))
        if isinstance(op, (ast.In, ast.NotIn)):
            self.put('!' if negated else '')
            display = isinstance(right, (ast.Tuple, ast.List, ast.Set))
            if display and all(isinstance(element, ast.Constant) for element in right.elts):
                self.visit(ast.List(right.elts, ast.Load()))
                self.put_call('.includes', left)
            elif self.is_any_of(right, TEXT) or self.is_any_of(right, ARRAYS) and self.is_any_of(left, PLAIN):
                self.put_operand(right)
                self.put_call('.includes', left)
            elif self.is_any_of(right, frozenset(['dict'])):
                self.put_call('Object.hasOwn', right, left)
            else:
                self.put_call('$in', left, right)
        elif isinstance(op, (ast.Eq, ast.NotEq)) and (isinstance(left, DISPLAYS) or isinstance(right, DISPLAYS)):
            self.put_call('!$eq' if negated else '$eq', left, right)
        else:
            shell = ast.Compare(left, [op], [right])
            self.visitSubExpr(shell, left)
            self.put(f' {self.comparison_operator(left, op, right)} ')
            self.visitSubExpr(shell, right)

    def comparison_operator(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> str:
        """`==` takes null and undefined alike, as None must be; a text equals only texts, so `===` is right there."""
        negated = isinstance(op, (ast.NotEq, ast.IsNot))
        if isinstance(op, (ast.Is, ast.IsNot, ast.Eq, ast.NotEq)):
            strict = isinstance(op, (ast.Is, ast.IsNot)) or is_text(left) or is_text(right)
            if is_none(left) or is_none(right):
                strict = False
            return ('!=' if negated else '==') + ('=' if strict else '')
        return self.operators[type(op)][0]

    def visit_Await(self, node: ast.Await) -> None:
        self.put('(await ')
        self.put_operand(node.value)
        self.put(')')

    def visit_Yield(self, node: ast.Yield) -> None:
        self.put('(yield')
        if node.value is not None:
            self.put(' ')
            self.visit(node.value)
        self.put(')')

    def visit_YieldFrom(self, node: ast.YieldFrom) -> None:
        self.put('(yield* ')
        self.visit(node.value)
        self.put(')')

    # Displays and comprehensions

    def visit_List(self, node: ast.List) -> None:
        self.put('[')
        self.put_list(node.elts)
        self.put(']')

    def visit_Tuple(self, node: ast.Tuple) -> None:
        self.put('$tuple (')
        self.visit_List(node)
        self.put(')')

    def visit_Set(self, node: ast.Set) -> None:
        self.put('set (')
        self.visit_List(node)
        self.put(')')

    def visit_Dict(self, node: ast.Dict) -> None:
        self.put('$dict ({')
        for index, (key, value) in enumerate(zip(node.keys, node.values, strict=True)):
            self.put(', ' if index else '')
            if key is None:
                self.put('...')
            elif isinstance(key, ast.Constant) and isinstance(key.value, str) and key.value != '__proto__':
                self.put(json.dumps(key.value) + ': ')
            else:
                self.put('[')
                self.visit(key)
                self.put(']: ')
            self.visit(value)
        self.put('})')

    def visit_ListComp(self, node: ast.ListComp) -> None:
        self.put_comprehension(node, node.elt)

    def visit_SetComp(self, node: ast.SetComp) -> None:
        self.put('set (')
        self.put_comprehension(node, node.elt)
        self.put(')')

    def visit_DictComp(self, node: ast.DictComp) -> None:
        self.put('dict (')
        self.put_comprehension(node, ast.List([node.key, node.value], ast.Load()))
        self.put(')')

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> None:
        """Evaluated at once; an iterator, so that it is exhausted only once."""
        self.put('al_iter (')
        self.put_comprehension(node, node.elt)
        self.put(')')

    def put_comprehension(self, node, element: ast.expr) -> None:
        if contains(node, (ast.Yield, ast.YieldFrom)):
            self.fail(node, 'yield inside a comprehension; write a loop')
        waits = contains(node, (ast.Await,))
        first = node.generators[0]
        if len(node.generators) == 1 and not waits and not outlives(first.target, [element, *first.ifs]):
            return self.put_mapping(first, element)
        items = self.nextTemp('accu')
        body: list[ast.stmt] = [ast.Expr(call(f'{items}.push', element))]
        for generator in reversed(node.generators):
            for test in reversed(generator.ifs):
                body = [ast.If(test, body, [])]
            body = [ast.For(generator.target, generator.iter, body, [])]
        self.line('(await (async () => {' if waits else '(() => {')
        self.inscope(ast.Lambda())
        self.indent()
        self.line(f'var {items} = [];')
        self.visit(body[0])
        self.line(f'return {items};')
        self.dedent()
        self.descope()
        self.put('}) ())' if waits else '}) ()')
        self.prevTemp('accu')

    def put_mapping(self, generator: ast.comprehension, element: ast.expr) -> None:
        """A comprehension with one `for` and nothing that outlives a turn: a call with what a turn does."""
        target, source = generator.target, generator.iter
        counted = isinstance(target, ast.Name) and isinstance(source, ast.Call) and self.isCall(source, 'range') and (
            len(source.args) == 1 and not source.keywords and not generator.ifs)
        self.put('$times (' if counted else '$each (')
        if counted:
            self.visit_bound(source.args[0])
        parameters = self.pattern(target) if counted else self.put_source(generator)
        tests = [ast.BoolOp(ast.And(), generator.ifs) if len(generator.ifs) > 1 else test for test in generator.ifs[:1]]
        self.inscope(ast.Lambda())
        for turn in [element, *tests]:
            self.put(f', ({parameters}) => ')
            self.visit_condition(turn) if turn in tests else self.visit(turn)
        self.descope()
        self.put(')')

    def put_source(self, generator: ast.comprehension) -> str:
        """Emit what a comprehension walks; the parameters of what it does in a turn: the item, and for an enumeration
        the index, which JavaScript hands on behind it."""
        target, source = generator.target, generator.iter
        enumerated = isinstance(source, ast.Call) and self.isCall(source, 'enumerate') and len(source.args) == 1
        if enumerated and not source.keywords and isinstance(target, ast.Tuple) and len(target.elts) == 2:
            self.visit(source.args[0])
            return f'{self.pattern(target.elts[1])}, {self.pattern(target.elts[0])}'
        self.visit(source)
        return self.pattern(target)

    def pattern(self, target: ast.expr) -> str:
        """The parameter that a target is."""
        if isinstance(target, ast.Name):
            return self.filterId(target.id)
        if not isinstance(target, (ast.Tuple, ast.List)):
            self.fail(target, 'a comprehension over something other than names')
        return f"[{', '.join(self.pattern(element) for element in target.elts)}]"

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self.put('(')
        self.put_arrow(node)
        self.put(')')

    def put_arrow(self, node: ast.Lambda) -> None:
        """A lambda where nothing binds closer. Minifiers keep parentheses: they make engines compile at once."""
        args = node.args
        if args.defaults or args.kwonlyargs or args.kwarg:
            self.fail(node, 'a lambda with defaults or keywords; write a function that returns the closure')
        self.put('(')
        self.put_list([self.filterId(a.arg) for a in args.args] + ([f'...{args.vararg.arg}'] if args.vararg else []))
        self.put(') => ')
        self.inscope(node)
        self.visit(node.body)
        self.descope()

    # Subscripts

    def visit_Subscript(self, node: ast.Subscript) -> None:
        index = node.slice
        if isinstance(index, ast.Slice):
            bounds = self.bounds(index)
            while bounds and is_none(bounds[-1]):
                bounds.pop()
            self.put_call('$slice', node.value, *bounds)
        elif isinstance(index, ast.Tuple):
            self.fail(node, 'a tuple as index; index twice')
        elif is_negative(index):
            self.put_from_end(node, index.operand)
        else:
            self.put_operand(node.value)
            self.put(' [')
            self.visit(index)
            self.put(']')

    def put_from_end(self, node: ast.Subscript, distance: ast.Constant) -> None:
        if repeatable(node.value):
            self.put_operand(node.value)
            self.put(' [')
            self.put_operand(node.value)
            self.put(f'.length - {distance.value}]')
        elif isinstance(node.ctx, ast.Load):
            self.put_call('$from_end', node.value, distance)
        else:
            self.fail(node, 'an assignment to a negative index of a call; bind the list to a local first')

    def bounds(self, index: ast.Slice) -> list[ast.expr]:
        return [bound or ast.Constant(None) for bound in (index.lower, index.upper, index.step)]
