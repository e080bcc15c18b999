"""Statements and expressions whose JS form does something else: S01 (syntax), S13 and S14 (loops), S19 and S20 (generators), S27 (returns)."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..rule import Place, ban, rule
from ..source import COMPREHENSIONS, FUNCTIONS, LOOPS, SCOPES, Function

ban('S01', 'walrus', 'assignment expression', ast.NamedExpr,
    harm='it has no JS form and does not compile', write='the assignment as a statement before the test')
ban('S01', 'match_statement', '`match`', ast.Match, harm='it has no JS form and does not compile', write='if/elif, or a table')
ban('S01', 'with_statement', '`with`', ast.With, ast.AsyncWith,
    harm='`as` binds the manager itself, and return, break and continue skip __exit__', write='try/finally')
ban('S01', 'async_for', '`async for`', ast.AsyncFor,
    harm='it has no JS form and does not compile', write='a while loop that awaits the next item')
ban('S01', 'except_group', '`except*`', ast.TryStar, harm='it has no JS form and does not compile', write='try/except')
ban('S01', 'delete', '`del`', ast.Delete,
    harm='a list keeps a hole, a missing key is no error, a name stays bound', write='xs.pop(i) or d.pop(key, None)')


@rule('S01', ast.Try, harm='an exception raised in the else block vanishes', write='its statements at the end of the try block or after it')
def try_else(node: ast.Try, at: Place) -> list[ast.AST]:
    """`else` of a `try`"""
    return node.orelse[:1]


@rule('S01', ast.Starred, harm='it has no JS form and does not compile', write='slices: `first = xs[0]`, `rest = xs[1:]`')
def starred_target(node: ast.Starred, at: Place) -> list[ast.AST]:
    """starred target"""
    return [node] if isinstance(node.ctx, ast.Store) else []


@rule('S01', ast.arguments, harm='the `/` is lost or breaks the function', write='plain parameters')
def positional_only(node: ast.arguments, at: Place) -> list[ast.AST]:
    """positional-only parameter"""
    return list(node.posonlyargs[:1])


@rule('S01', ast.Constant, harm='there is no such value', write='`pass` for an empty body, `host` arrays for bytes')
def missing_literal(node: ast.Constant, at: Place) -> list[ast.AST]:
    """`...`, bytes or complex literal"""
    odd = isinstance(node.value, (bytes, complex)) or node.value is ...
    return [node] if odd and not at.source.in_annotation(node) else []


@rule('S01', ast.Dict, harm='it has no JS form and does not compile', write='a copy and `update`')
def dict_unpacking(node: ast.Dict, at: Place) -> list[ast.AST]:
    """`**` in a dict display"""
    return [node] if None in node.keys else []


# S13, S14: a range loop is a counting loop in JS

GROWING = {'append', 'insert', 'extend', 'pop', 'remove', 'clear'}


def _range_loop(node: ast.For, at: Place) -> bool:
    return isinstance(node.iter, ast.Call) and at.is_builtin(node.iter.func, 'range') and isinstance(node.target, ast.Name)


def _stored(nodes: list[ast.stmt]) -> set[str]:
    """Names and attributes that the statements assign, or grow and shrink in place; in source form."""
    found: set[str] = set()
    for node in (inner for statement in nodes for inner in ast.walk(statement)):
        if isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Store):
            found.add(ast.unparse(node))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in GROWING:
            found.add(ast.unparse(node.func.value))
    return found


@rule('S13', ast.For, harm='it moves the loop counter, so turns are skipped or repeated', write='another name inside the loop')
def range_variable_assigned(node: ast.For, at: Place) -> list[ast.AST]:
    """variable of a range loop assigned in the loop"""
    if not _range_loop(node, at):
        return []
    name = node.target.id
    stores = (n for statement in node.body for n in ast.walk(statement) if isinstance(n, ast.Name) and n.id == name)
    return [n for n in stores if isinstance(n.ctx, ast.Store) and at.scope(n) is at.scope(node)]


@rule('S13', ast.For, harm='the bound is computed anew at every turn', write='the bound into a local before the loop')
def range_bound_changes(node: ast.For, at: Place) -> list[ast.AST]:
    """bound of a range loop that the loop changes"""
    if not _range_loop(node, at):
        return []
    changed = _stored(node.body) - {node.target.id}
    parts = (n for arg in node.iter.args for n in ast.walk(arg) if isinstance(n, (ast.Name, ast.Attribute)))
    return [part for part in parts if ast.unparse(part) in changed][:1]


@rule('S13', ast.For, harm='it holds the stop value, not the last one', write='a variable of its own for what the loop found')
def range_variable_after_loop(node: ast.For, at: Place) -> list[ast.AST]:
    """variable of a range loop read after the loop"""
    if not _range_loop(node, at):
        return []
    name, scope = node.target.id, at.scope(node)
    later = [n for n in ast.walk(scope.node) if isinstance(n, ast.Name) and n.id == name and n.lineno > (node.end_lineno or 0)]
    later = [n for n in later if at.scope(n).find(name) == scope.find(name)]
    first = min(later, key=lambda n: (n.lineno, isinstance(n.ctx, ast.Load), n.col_offset), default=None)
    return [first] if first is not None and isinstance(first.ctx, ast.Load) else []


@rule('S14', ast.Lambda, *FUNCTIONS, harm='it sees the stop value of the loop', write='a function that takes the variable and returns the closure')
def closure_over_range(node: ast.Lambda | Function, at: Place) -> list[ast.AST]:
    """function made in a range loop that reads the loop variable"""
    child: ast.AST = node
    names: set[str] = set()
    for above in at.source.ancestors(node):
        if isinstance(above, ast.For) and child not in above.orelse and _range_loop(above, at):
            names.add(above.target.id)
        if isinstance(above, (*FUNCTIONS, ast.ClassDef)):
            break
        child = above
    own = at.scope(node).bindings
    return [n for n in ast.walk(node) if isinstance(n, ast.Name) and n.id in names and n.id not in own][:1]


# S19, S20: generators

CONSUMERS = ('sum', 'any', 'all', 'list', 'sorted', 'set', 'tuple', 'dict')


@rule('S19', ast.Await, ast.Yield, ast.YieldFrom, harm='the module does not load', write='a loop that appends')
def await_in_comprehension(node: ast.Await | ast.Yield | ast.YieldFrom, at: Place) -> list[ast.AST]:
    """`await` or `yield` in a comprehension"""
    inside = at.source.enclosing(node, *SCOPES)
    return [node] if isinstance(inside, COMPREHENSIONS) else []


@rule('S19', ast.comprehension, harm='it has no JS form', write='a loop that awaits the next item and appends')
def async_comprehension(node: ast.comprehension, at: Place) -> list[ast.AST]:
    """asynchronous comprehension"""
    return [node.target] if node.is_async else []


@rule('S19', ast.GeneratorExp, harm='all of it runs at once, where it stands', write='a list comprehension, or a generator function')
def generator_expression(node: ast.GeneratorExp, at: Place) -> list[ast.AST]:
    """generator expression kept or passed on"""
    call = at.source.parents[node]
    if not isinstance(call, ast.Call) or call.func is node:
        return [node]
    joins = isinstance(call.func, ast.Attribute) and call.func.attr == 'join'
    return [] if joins or at.is_builtin(call.func, *CONSUMERS) else [node]


def _own_nodes(function: Function) -> Iterator[ast.AST]:
    """The nodes of a function without those of functions inside it."""
    waiting: list[ast.AST] = list(function.body)
    while len(waiting) > 0:
        node = waiting.pop()
        yield node
        if not isinstance(node, (*FUNCTIONS, ast.Lambda, ast.ClassDef)):
            waiting.extend(ast.iter_child_nodes(node))


@rule('S20', ast.AsyncFunctionDef, harm='nothing can iterate it', write='a callback, or an object with an async method that gives the next item')
def async_generator(node: ast.AsyncFunctionDef, at: Place) -> list[ast.AST]:
    """asynchronous generator"""
    return [n for n in _own_nodes(node) if isinstance(n, (ast.Yield, ast.YieldFrom))][:1]


# S27: every path of a function that returns a value returns one


@rule('S27', *FUNCTIONS, harm='the result is undefined, which is printed, compared and stored unlike None', write='`return None` on every path')
def missing_return(node: Function, at: Place) -> list[ast.AST]:
    """path that returns no value from a function that does"""
    nodes = list(_own_nodes(node))
    if any(isinstance(n, (ast.Yield, ast.YieldFrom)) for n in nodes):
        return []
    returns = [n for n in nodes if isinstance(n, ast.Return)]
    if not any(n.value is not None for n in returns):
        return []
    return [n for n in returns if n.value is None] + ([node] if _reaches_end(node.body) else [])


def _reaches_end(body: list[ast.stmt]) -> bool:
    """Whether control can run past the last of these statements."""
    match body[-1]:
        case ast.Return() | ast.Raise() | ast.Continue() | ast.Break():
            return False
        case ast.If(body=then, orelse=otherwise):
            return len(otherwise) == 0 or _reaches_end(then) or _reaches_end(otherwise)
        case ast.Try(body=tried, handlers=handlers, finalbody=final):
            if len(final) > 0 and not _reaches_end(final):
                return False
            return _reaches_end(tried) or any(_reaches_end(handler.body) for handler in handlers)
        case ast.While(test=ast.Constant(value=True)) as loop:
            return any(isinstance(n, ast.Break) and _loop_of(n, loop) is loop for n in ast.walk(loop))
    return True


def _loop_of(node: ast.AST, root: ast.AST) -> ast.AST:
    """The innermost loop under `root`, or `root` itself, that a `break` leaves."""
    found = root
    for inner in ast.walk(root):
        if isinstance(inner, LOOPS) and inner is not found and any(node is n for s in inner.body for n in ast.walk(s)):
            found = inner
    return found
