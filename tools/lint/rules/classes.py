"""Classes: bases, bodies, methods (S04), super (S05), and how objects are made (S04, S05)."""

from __future__ import annotations

import ast
import builtins

from ..index import Class, decorators
from ..rule import Found, Place, rule
from ..source import FUNCTIONS, Function

DUNDERS = {'__init__', '__repr__', '__str__', '__len__', '__iter__', '__next__', '__contains__'}
ERRORS = [
    name for name, value in vars(builtins).items() if isinstance(value, type) and issubclass(value, BaseException)
]
METHOD_DECORATORS = {'property', 'staticmethod', 'classmethod'}


@rule('S04', ast.ClassDef, harm='it does not compile', write='one base class')
def several_bases(node: ast.ClassDef, at: Place) -> Found:
    """more than one base class"""
    return list(node.bases[1:2])


@rule('S04', ast.ClassDef, harm='it does not compile', write='a plain class, or a function that makes the object')
def class_keyword(node: ast.ClassDef, at: Place) -> Found:
    """metaclass or other class keyword"""
    return [keyword.value for keyword in node.keywords]


@rule('S04', ast.ClassDef, harm='it does not compile', write='a plain class with `__init__`')
def class_decorator(node: ast.ClassDef, at: Place) -> Found:
    """class decorator"""
    return list(node.decorator_list)


@rule(
    'S04',
    ast.ClassDef,
    harm='builtins, NamedTuple, Protocol, Generic and the like cannot be derived from',
    write='a plain class that holds the value',
)
def foreign_base(node: ast.ClassDef, at: Place) -> Found:
    """base class from outside the package"""
    return [
        base
        for base in node.bases
        if not isinstance(at.resolve(base), Class) and not at.is_builtin(base, *ERRORS, 'object')
    ]


@rule('S04', ast.ClassDef, harm='it does not compile', write='methods, `NAME = constant`, one per line, and `x: T`')
def class_statement(node: ast.ClassDef, at: Place) -> Found:
    """statement in a class body, or a class in a class"""
    found: list[ast.AST] = []
    for statement in node.body:
        match statement:
            case (
                ast.FunctionDef()
                | ast.AsyncFunctionDef()
                | ast.Pass()
                | ast.AnnAssign()
                | ast.Assign(targets=[ast.Name()])
            ):
                pass
            case ast.Expr(value=ast.Constant(value=str())):
                pass
            case _:
                found.append(statement)
    return found


@rule('S04', ast.ClassDef, harm='the earlier attribute is not a name there', write='the value, or a module constant')
def class_constant_reference(node: ast.ClassDef, at: Place) -> Found:
    """class attribute that reads an earlier one"""
    earlier: set[str] = set()
    found: list[ast.AST] = []
    for statement in node.body:
        if isinstance(statement, (ast.Assign, ast.AnnAssign)) and statement.value is not None:
            found += [n for n in ast.walk(statement.value) if isinstance(n, ast.Name) and n.id in earlier]
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            earlier |= {target.id for target in targets if isinstance(target, ast.Name)}
    return found


def _methods(node: ast.ClassDef) -> list[Function]:
    return [statement for statement in node.body if isinstance(statement, FUNCTIONS)]


@rule(
    'S04',
    ast.ClassDef,
    harm='operators, indexing, calls and `with` never reach it',
    write='a method with a name of its own',
)
def special_method(node: ast.ClassDef, at: Place) -> Found:
    """special method other than __init__ __repr__ __str__ __len__ __iter__ __next__ __contains__"""
    return [m for m in _methods(node) if m.name.startswith('__') and m.name.endswith('__') and m.name not in DUNDERS]


@rule('S04', ast.ClassDef, harm='it does not compile', write='a decorated module function, or the code in the body')
def method_decorator(node: ast.ClassDef, at: Place) -> Found:
    """method decorator other than property, setter, staticmethod, classmethod"""
    found: list[ast.AST] = []
    for decorator in (d for method in _methods(node) for d in method.decorator_list):
        setter = isinstance(decorator, ast.Attribute) and decorator.attr == 'setter'
        if not setter and not at.is_builtin(decorator, *METHOD_DECORATORS):
            found.append(decorator)
    return found


@rule('S05', ast.Name, harm='it does not compile', write='`super().name(...)`')
def super_form(node: ast.Name, at: Place) -> Found:
    """super in another form than super().name(...)"""
    if not at.is_builtin(node, 'super'):
        return []
    chain: list[ast.AST] = [node, *at.source.ancestors(node)[:3]]
    match chain:
        case [_, ast.Call(args=[], keywords=[]) as call, ast.Attribute() as attribute, ast.Call() as outer]:
            return [] if call.func is node and outer.func is attribute else [node]
    return [node]


@rule(
    'S05',
    ast.Call,
    harm='methods are found through an object, or through the base in the class itself',
    write='`super().name(...)`, or a module function',
    platform=False,
)
def call_through_class(node: ast.Call, at: Place) -> Found:
    """method called through a class that is not the direct base"""
    target = node.func
    holder = at.resolve(target.value) if isinstance(target, ast.Attribute) else None
    if not isinstance(target, ast.Attribute) or not isinstance(holder, Class):
        return []
    method = at.index.method(holder, target.attr)
    owner = at.source.enclosing(node, ast.ClassDef)
    base = isinstance(owner, ast.ClassDef) and any(at.resolve(b) is holder for b in owner.bases)
    plain = method is not None and not {'staticmethod', 'classmethod'} & set(decorators(method.node))
    return [node] if plain and not base else []


@rule(
    'S04',
    ast.Call,
    harm='an object is made with `new`, which is written where the class is called by its name',
    write='a lambda or a function that makes the object',
)
def called_variable(node: ast.Call, at: Place) -> Found:
    """class called through a variable"""
    definition = at.resolve(node.func)
    if not isinstance(definition, tuple) or not isinstance(definition[2].value, ast.expr):
        return []
    source, scope, binding = definition
    held = [n for n in ast.walk(definition[2].value) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)]
    called = {n.func for n in ast.walk(definition[2].value) if isinstance(n, ast.Call)}
    return [node] if any(isinstance(at.index.resolve(n, source, scope), Class) for n in held if n not in called) else []


def _starts_base(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Call(func=ast.Name(id='super')), attr='__init__')):
            return True
    return False


@rule(
    'S05',
    ast.ClassDef,
    harm='there is no object before; it does not compile',
    write='`super().__init__(...)` before the first `self`, as a statement of its own',
)
def base_initialised_late(node: ast.ClassDef, at: Place) -> Found:
    """`self` before super().__init__, or that call within another statement"""
    found: list[ast.AST] = []
    for method in (m for m in _methods(node) if m.name == '__init__' and m.args.args):
        me = method.args.args[0].arg
        before = True
        for statement in method.body:
            start = isinstance(statement, ast.Expr) and _starts_base(statement.value)
            calls = [n for n in ast.walk(statement) if _starts_base(n)]
            uses = [n for n in ast.walk(statement) if isinstance(n, ast.Name) and n.id == me]
            later = any(_starts_base(n) for s in method.body[method.body.index(statement) + 1 :] for n in ast.walk(s))
            if start:
                before = False
            elif len(calls) > 0:
                found.append(calls[0])
            elif before and later and len(uses) > 0:
                found.append(uses[0])
    return found
