"""Statements: assignment, loops, exceptions. Definitions stand in `definitions.py`, expressions in `expressions.py`."""
from __future__ import annotations

import ast

from .expressions import FUNCTIONS, LISTS, Expressions, call, is_negative, names_in, repeatable, suspends
from .kinds import ARRAYS
from .names import attribute_name

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
Target = ast.Name | ast.Attribute | ast.Subscript


class Statements(Expressions):
    """The visitors of statements."""

    def emitBody(self, body: list[ast.stmt]) -> None:
        for statement in body:
            if not self.isCommentString(statement):
                self.adaptLineNrString(statement)
                self.visit(statement)
                self.line(';')

    def visit_Expr(self, node: ast.Expr) -> None:
        self.visit(node.value)

    def visit_Pass(self, node: ast.Pass) -> None:
        pass

    # Assignment

    def visit_Assign(self, node: ast.Assign) -> None:
        if len(node.targets) > 1:
            left = self.nextTemp('left')
            self.put(f'var {left} = ')
            self.visit(node.value)
            for target in node.targets:
                self.line(';')
                self.assign(target, left)
            self.prevTemp('left')
        else:
            self.assign(node.targets[0], node.value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if isinstance(node.annotation, ast.Name) and node.annotation.id == 'TypeAlias':
            self.assign(node.target, ast.Constant(None))
        elif node.value is not None:
            self.assign(node.target, node.value)

    def assign(self, target: ast.expr, value: ast.expr | str) -> None:
        if isinstance(target, (ast.Tuple, ast.List)):
            self.unpack(target, value)
        elif isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Slice):
            self.put_call('$setslice', target.value, *self.bounds(target.slice), value)
        else:
            if isinstance(target, ast.Name):
                self.put(self.declaration(target.id))
            self.visit(target)
            self.put(' = ')
            self.put(value) if isinstance(value, str) else self.visit(value)

    def declaration(self, name: str) -> str:
        """`var`, exported where a module first assigns; nothing for a name of an outer scope."""
        scope = self.getScope()
        if name in scope.nonlocals:
            return ''
        if isinstance(scope.node, ast.Module):
            if name in self.allOwnNames:
                return ''
            return 'export var ' if self.indentLevel == 0 else 'var '
        return 'var '

    def unpack(self, target: ast.Tuple | ast.List, value: ast.expr | str) -> None:
        """Assign the items of `value`; a display of the same length needs no check and is no tuple."""
        left = self.nextTemp('left')
        stars = [isinstance(element, ast.Starred) for element in target.elts]
        if any(stars[:-1]):
            self.fail(target, 'a starred target before the last; slice')
        self.put(f'var {left} = ')
        if (isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(target.elts)
                and not any(stars) and not any(isinstance(e, ast.Starred) for e in value.elts)):
            self.visit_List(ast.List(value.elts, ast.Load()))
        else:
            self.put_call('$unpack', value, str(len(stars) - any(stars)), 'true' if any(stars) else 'false')
        for index, element in enumerate(target.elts):
            self.line(';')
            if isinstance(element, ast.Starred):
                self.assign(element.value, f'{left}.slice ({index})')
            else:
                self.assign(element, f'{left} [{index}]')
        self.prevTemp('left')

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        target, op = node.target, node.op
        if isinstance(op, ast.Add) and isinstance(node.value, LISTS):
            self.visit(call('$extend', target, node.value))
        elif not isinstance(op, (ast.FloorDiv, ast.Mod, ast.Pow, ast.MatMult)):
            self.visit(target)
            self.put(f' {self.operators[type(op)][0]}= ')
            self.visit(node.value)
        else:
            self.rewrite(node)

    def rewrite(self, node: ast.AugAssign) -> None:
        """`t op= v` as `t = t op v`, with the parts of t evaluated once."""
        target = node.target
        parts: list[ast.expr] = []
        if isinstance(target, ast.Attribute):
            parts = [target.value]
        elif isinstance(target, ast.Subscript):
            parts = [target.value, target.slice]
        if all(repeatable(part) for part in parts):
            self.visit(target)
            self.put(' = ')
            self.visit(ast.BinOp(self.read(target), node.op, node.value))
            return
        if suspends(node):
            self.fail(node, 'await beside a call in the target of an augmented assignment; bind the target first')
        names = [ast.Name(id=f'$t{i}', ctx=ast.Load()) for i in range(len(parts))]
        fresh = (ast.Attribute(names[0], target.attr, ast.Store()) if isinstance(target, ast.Attribute)
                 else ast.Subscript(names[0], names[1], ast.Store()))
        self.put('((')
        self.put_list(names)
        self.put(') => ')
        self.visit(fresh)
        self.put(' = ')
        self.visit(ast.BinOp(self.read(fresh), node.op, node.value))
        self.put(') (')
        self.put_list(parts)
        self.put(')')

    def read(self, target: ast.expr) -> ast.expr:
        """The expression that reads what is assigned to `target`."""
        fields = {name: value for name, value in ast.iter_fields(target) if name != 'ctx'}
        return type(target)(**fields, ctx=ast.Load())

    def visit_Delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Slice):
                self.put_call('$setslice', target.value, *self.bounds(target.slice), '[]')
            elif isinstance(target, ast.Subscript):
                self.put_call('$delitem', target.value, target.slice)
            elif isinstance(target, ast.Attribute):
                self.put('delete ')
                self.put_operand(target.value)
                self.put('.' + attribute_name(target.attr))
            else:
                self.fail(node, '`del` of a name; leave it')
            self.line(';')

    # Control flow

    def visit_Return(self, node: ast.Return) -> None:
        self.put('return')
        if node.value is not None:
            self.put(' ')
            self.visit(node.value)

    def visit_If(self, node: ast.If) -> None:
        if isinstance(node.test, ast.Name) and node.test.id == 'TYPE_CHECKING':
            return
        self.put('if (')
        self.visit_condition(node.test)
        self.line(') {')
        self.block(node.body)
        if node.orelse:
            self.put('else ')
            if len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
                self.visit(node.orelse[0])
            else:
                self.line('{')
                self.block(node.orelse)

    def visit_condition(self, node: ast.expr) -> None:
        """An expression that is asked for its truth."""
        self.visit(node)

    def block(self, body: list[ast.stmt]) -> None:
        """The statements, indented, and the closing brace."""
        self.indent()
        self.emitBody(body)
        self.dedent()
        self.line('}')

    def visit_While(self, node: ast.While) -> None:
        self.open_loop(node)
        self.put('while (')
        self.visit_condition(node.test)
        self.line(') {')
        self.block(node.body)
        self.close_loop(node)

    def open_loop(self, node: ast.For | ast.While) -> None:
        """A loop with `else` stands in a labelled block together with it, and `break` leaves the block."""
        label = None
        if node.orelse:
            label = f'$else{len(self.loops)}'
            self.line(f'{label}: {{')
            self.indent()
        self.loops.append(label)

    def close_loop(self, node: ast.For | ast.While) -> None:
        self.loops.pop()
        if node.orelse:
            self.emitBody(node.orelse)
            self.dedent()
            self.line('}')

    def visit_Break(self, node: ast.Break) -> None:
        self.put(f'break {self.loops[-1]}' if self.loops[-1] else 'break')

    def visit_For(self, node: ast.For) -> None:
        self.open_loop(node)
        source = node.iter
        simple = isinstance(source, ast.Call) and not source.keywords and not any(
            isinstance(arg, ast.Starred) for arg in source.args)
        pair = isinstance(node.target, ast.Tuple) and len(node.target.elts) == 2
        if simple and self.isCall(source, 'range') and 1 <= len(source.args) <= 3:
            self.for_range(node, source.args)
        elif simple and pair and self.isCall(source, 'enumerate') and 1 <= len(source.args) <= 2:
            self.for_enumerate(node, *source.args)
        elif self.is_any_of(source, ARRAYS):
            self.for_array(node, node.target, source)
        else:
            self.for_each(node.target, source, node.body)
        self.close_loop(node)

    def for_range(self, node: ast.For, args: list[ast.expr]) -> None:
        """A bound evaluated once; a counter of its own unless nobody can tell it from the loop variable: this is the
        body's to change in Python, and keeps its last value."""
        start = args[0] if len(args) > 1 else ast.Constant(0)
        stop = args[0] if len(args) == 1 else args[1]
        step = args[2] if len(args) > 2 else ast.Constant(1)
        counter, bound, stride = (self.nextTemp(name) for name in ('i', 'n', 'd'))
        known = constant_step(step)
        scope = self.getScope().node
        own = not (isinstance(scope, DEFINITIONS) and isinstance(node.target, ast.Name) and counts_alone(node, scope))
        if not own:
            counter = self.filterId(node.target.id)
        self.put(f'for (var {counter} = ')
        self.visit_bound(start)
        if isinstance(stop, ast.Constant) and isinstance(stop.value, int):
            bound = str(stop.value)
        elif isinstance(stop, ast.Name) and not self.checked and is_kept(stop.id, node, scope):
            bound = self.filterId(stop.id)
        else:
            self.put(f', {bound} = ')
            self.visit_bound(stop)
        if known is None:
            self.put(f', {stride} = $step (')
            self.visit(step)
            self.put(f'); {stride} > 0 ? {counter} < {bound} : {counter} > {bound}; {counter} += {stride}')
        else:
            self.put(f"; {counter} {'<' if known > 0 else '>'} {bound}; ")
            self.put(counter + {1: '++', -1: '--'}.get(known, f' += {known}'))
        self.line(') {')
        if own and not (isinstance(node.target, ast.Name) and node.target.id == '_'):
            self.for_body(node.target, counter, node.body)
        else:
            self.block(node.body)
        for name in ('i', 'n', 'd'):
            self.prevTemp(name)

    def visit_bound(self, node: ast.expr) -> None:
        """A bound of a range."""
        self.visit(node)

    def for_enumerate(self, node: ast.For, items: ast.expr, start: ast.expr | None = None) -> None:
        if start is None and self.is_any_of(items, ARRAYS):
            index, item = node.target.elts
            return self.for_array(node, item, items, index)
        counter = self.nextTemp('i')
        self.put(f'var {counter} = ')
        self.visit(start or ast.Constant(0))
        self.line(';')
        index, item = node.target.elts
        self.for_each(item, items, node.body, before=lambda: self.assign(index, f'{counter}++'))
        self.prevTemp('i')

    def for_array(self, loop: ast.For, target: ast.expr, items: ast.expr, index: ast.expr | None = None) -> None:
        """The loop over `items`, by index. Until V8 has optimised it, an iterator would cost an object and a call per
        item."""
        counter, array = self.nextTemp('i'), self.nextTemp('items')
        self.put(f'for (var {counter} = 0, {array} = ')
        self.visit(items)
        self.line(f'; {counter} < {array}.length; {counter}++) {{')
        self.indent()
        if index is not None:
            self.assign(index, counter)
            self.line(';')
        self.dedent()
        self.for_body(target, f'{array} [{counter}]', loop.body)
        self.prevTemp('i')
        self.prevTemp('items')

    def for_each(self, target: ast.expr, items: ast.expr, body: list[ast.stmt], before=None) -> None:
        item = self.nextTemp('item')
        direct = isinstance(target, ast.Name) and not isinstance(self.getScope().node, ast.Module)
        if direct:
            self.put(f'for ({self.declaration(target.id)}{self.filterId(target.id)} of ')
        else:
            self.put(f'for (var {item} of ')
        self.visit(items)
        self.line(') {')
        if before is not None:
            self.indent()
            before()
            self.line(';')
            self.dedent()
        if direct:
            self.block(body)
        else:
            self.for_body(target, item, body)
        self.prevTemp('item')

    def for_body(self, target: ast.expr, value: str, body: list[ast.stmt]) -> None:
        self.indent()
        self.assign(target, value)
        self.line(';')
        self.dedent()
        self.block(body)

    # Exceptions

    def visit_Try(self, node: ast.Try) -> None:
        split = bool(node.orelse and node.finalbody)
        if split:
            self.line('try {')
            self.indent()
        passed = self.nextTemp('passed')
        if node.orelse:
            self.line(f'var {passed} = false;')
        self.line('try {')
        self.indent()
        self.emitBody(node.body)
        if node.orelse:
            self.line(f'{passed} = true;')
        self.dedent()
        self.line('}')
        if node.handlers:
            self.put_handlers(node.handlers)
        if node.orelse:
            self.line(f'if ({passed}) {{')
            self.block(node.orelse)
        if split:
            self.dedent()
            self.line('}')
        self.prevTemp('passed')
        if node.finalbody:
            self.line('finally {')
            self.block(node.finalbody)

    def put_handlers(self, handlers: list[ast.ExceptHandler]) -> None:
        error = self.nextTemp('except')
        self.line(f'catch ({error}) {{')
        self.indent()
        if self.checked:
            self.line(f'$pass_on ({error});')
        for index, handler in enumerate(handlers):
            self.adaptLineNrString(handler)
            self.put('else ' if index else '')
            everything = catches_everything(handler.type)
            if everything:
                self.line('{')
            else:
                self.put_call('if ($caught', error, handler.type)
                self.line(') {')
            self.indent()
            if handler.name is not None:
                self.line(f'var {self.filterId(handler.name)} = {error};')
            self.emitBody(handler.body)
            self.dedent()
            self.line('}')
            if everything:
                break
        else:
            self.line(f'else {{throw {error};}}')
        self.dedent()
        self.line('}')
        self.prevTemp('except')

    def visit_Raise(self, node: ast.Raise) -> None:
        if node.exc is None:
            error = self.getTemp('except')
            if error is None:
                self.fail(node, 'a bare `raise` outside an except block')
            self.put(f'throw {error}')
        elif node.cause is not None:
            self.put('throw ')
            self.put_call('$because', node.exc, node.cause)
        elif isinstance(node.exc, ast.Call):
            self.put('throw ')
            self.visit(node.exc)
        else:
            self.put('throw ')
            self.put_call('$raised', node.exc)

    def visit_Assert(self, node: ast.Assert) -> None:
        if not self.checked:
            return
        self.put('if (!(')
        self.visit_condition(node.test)
        self.put(')) {throw ')
        self.put_call('AssertionError', *([node.msg] if node.msg else []))
        self.put(';}')


def is_range_of(node: ast.AST, name: str) -> bool:
    """Whether this is a loop `for name in range(...)`."""
    if not isinstance(node, ast.For) or not isinstance(node.target, ast.Name) or not isinstance(node.iter, ast.Call):
        return False
    return node.target.id == name and isinstance(node.iter.func, ast.Name) and node.iter.func.id == 'range'


def stores(name: str, node: ast.AST) -> bool:
    return any(isinstance(each, ast.Name) and each.id == name and isinstance(each.ctx, ast.Store)
               for each in ast.walk(node))


def is_kept(name: str, loop: ast.For, scope: ast.AST) -> bool:
    """Whether this is a local of the function `scope` that nothing assigns during the loop."""
    if not isinstance(scope, DEFINITIONS) or stores(name, loop) or any(
            isinstance(each, (ast.Global, ast.Nonlocal)) and name in each.names for each in ast.walk(scope)):
        return False
    return stores(name, scope) or any(arg.arg == name for arg in scope.args.args)


def counts_alone(loop: ast.For, scope: ast.AST) -> bool:
    """Whether the loop variable is only read, within loops that count with it, and by no function made there."""
    name = loop.target.id

    def is_seen(node: ast.AST, inside: bool) -> bool:
        if isinstance(node, ast.Name) and node.id == name:
            return inside != isinstance(node.ctx, ast.Load)
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name) and node.target.id == name:
            return True
        if isinstance(node, FUNCTIONS):
            return name in names_in(node) or any(arg.arg == name for arg in node.args.args)
        if isinstance(node, (ast.Global, ast.Nonlocal)):
            return name in node.names
        if is_range_of(node, name):
            return inside or any(is_seen(child, False) for child in (*node.iter.args, *node.orelse)) or any(
                is_seen(child, True) for child in node.body)
        return any(is_seen(child, inside) for child in ast.iter_child_nodes(node))

    return not any(is_seen(statement, False) for statement in scope.body)


def constant_step(step: ast.expr) -> int | None:
    """The value of a literal step other than 0."""
    negative = is_negative(step)
    number = step.operand if negative else step
    if isinstance(number, ast.Constant) and isinstance(number.value, int) and number.value != 0:
        return -number.value if negative else number.value
    return None


def catches_everything(kind: ast.expr | None) -> bool:
    """`except Exception` also takes what JavaScript throws, whatever it is."""
    return kind is None or isinstance(kind, ast.Name) and kind.id in ('Exception', 'BaseException')
