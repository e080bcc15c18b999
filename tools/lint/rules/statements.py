"""What has no faithful JS form: syntax (S01, S10), generators (S19, S20), errors that never come (S21)."""

from __future__ import annotations

import ast

from ..rule import Found, Place, ban, rule

ban(
    'S01',
    'walrus',
    'assignment expression',
    ast.NamedExpr,
    harm='it does not compile',
    write='the assignment as a statement before the test',
)
ban('S01', 'match_statement', '`match`', ast.Match, harm='it does not compile', write='if and elif, or a table')
ban(
    'S01',
    'with_statement',
    '`with`',
    ast.With,
    ast.AsyncWith,
    harm='`as` binds the manager itself, and return, break and continue skip `__exit__`',
    write='try/finally',
)
ban(
    'S01',
    'async_for',
    '`async for`',
    ast.AsyncFor,
    harm='it does not compile',
    write='a while loop that awaits the next item',
)
ban('S01', 'except_group', '`except*`', ast.TryStar, harm='it does not compile', write='`except`')  # fmt: skip


@rule('S01', ast.Delete, harm='it does not compile', write='nothing: let the name go out of scope, or assign None')
def delete_name(node: ast.Delete, at: Place) -> Found:
    """`del` of a name"""
    return [target for target in node.targets if isinstance(target, ast.Name)]


@rule('S01', ast.Tuple, ast.List, harm='it does not compile', write='slices: `rest = xs[: len(xs) - 1]`')
def starred_before_last(node: ast.Tuple | ast.List, at: Place) -> Found:
    """starred target before the last"""
    stored = isinstance(node.ctx, ast.Store)
    return [target for target in node.elts[:-1] if stored and isinstance(target, ast.Starred)]


@rule('S01', ast.arguments, harm='it does not compile', write='the parameters without `/`')
def positional_only(node: ast.arguments, at: Place) -> Found:
    """positional-only parameter"""
    return list(node.posonlyargs[:1])


@rule('S01', ast.Constant, harm='it does not compile', write='`pass` for an empty body, typed arrays of host for bytes')
def missing_literal(node: ast.Constant, at: Place) -> Found:
    """`...`, bytes or complex literal"""
    odd = isinstance(node.value, (bytes, complex)) or node.value is ...
    return [node] if odd and not at.source.in_annotation(node) else []


@rule('S10', ast.Compare, harm='it does not compile', write='the awaited value into a name first')
def await_in_chain(node: ast.Compare, at: Place) -> Found:
    """`await` in a chained comparison"""
    return [n for n in ast.walk(node) if isinstance(n, ast.Await)][:1] if len(node.ops) > 1 else []


# S19, S20: generators

CONSUMERS = ('sum', 'any', 'all', 'list', 'sorted', 'set', 'tuple', 'dict', 'min', 'max')


@rule(
    'S19',
    ast.comprehension,
    harm='it loops over the source itself, which cannot be looped over',
    write='a loop that awaits each item and appends',
)
def async_comprehension(node: ast.comprehension, at: Place) -> Found:
    """asynchronous comprehension"""
    return [node.target] if node.is_async else []


@rule(
    'S19',
    ast.GeneratorExp,
    harm='all of it runs at once, where it stands',
    write='a list comprehension, or a generator function',
)
def generator_expression(node: ast.GeneratorExp, at: Place) -> Found:
    """generator expression that is kept or passed on"""
    call = at.source.parents[node]
    if not isinstance(call, ast.Call) or call.func is node:
        return [node]
    joins = isinstance(call.func, ast.Attribute) and call.func.attr == 'join'
    return [] if joins or at.is_builtin(call.func, *CONSUMERS) else [node]


@rule(
    'S20',
    ast.Yield,
    ast.YieldFrom,
    harm='it does not compile',
    write='a callback, or an object with an async method that gives the next item',
)
def async_generator(node: ast.Yield | ast.YieldFrom, at: Place) -> Found:
    """asynchronous generator"""
    function = at.source.enclosing(node, ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    return [node] if isinstance(function, ast.AsyncFunctionDef) else []


# S21: JS answers a missing item, a missing attribute and a division by zero with a value

DIVISIONS = (ast.Div, ast.FloorDiv, ast.Mod)
SILENT = {
    'KeyError': 'item', 'IndexError': 'item', 'LookupError': 'item', 'AttributeError': 'attribute',
    'ZeroDivisionError': 'quotient', 'ArithmeticError': 'quotient',
}  # fmt: skip


def _gives(node: ast.AST) -> str:
    """What an expression gives in JS where Python may raise."""
    match node:
        case ast.Subscript(ctx=ast.Load()):
            return 'item'
        case ast.Attribute(ctx=ast.Load()):
            return 'attribute'
        case ast.BinOp() | ast.AugAssign() if isinstance(node.op, DIVISIONS):
            return 'quotient'
    return ''


@rule(
    'S21',
    ast.Try,
    harm='there is no error: the value is undefined, Infinity or NaN',
    write='the test first: `k in d`, `i < len(xs)`, `x != 0`',
    platform=False,
)
def silent_error(node: ast.Try, at: Place) -> Found:
    """handler for an error that JS does not raise"""
    tried = {_gives(inner) for statement in node.body for inner in ast.walk(statement)}
    found: list[ast.AST] = []
    for handler in node.handlers:
        kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
        found += [k for k in kinds if isinstance(k, ast.Name) and at.is_builtin(k, *SILENT) and SILENT[k.id] in tried]
    return found
