"""Classes: bases, bodies, methods (S04) and super (S05)."""

from __future__ import annotations

import ast

from ..index import Class
from ..rule import Place, rule
from ..source import FUNCTIONS, Function

DUNDERS = {'__init__', '__repr__', '__str__', '__len__', '__iter__', '__next__'}
METHOD_DECORATORS = {'property', 'staticmethod', 'classmethod'}
EXCEPTIONS = {
    'Exception', 'ValueError', 'KeyError', 'IndexError', 'TypeError', 'AttributeError', 'NotImplementedError', 'AssertionError', 'StopIteration',
}  # fmt: skip


@rule('S04', ast.ClassDef, harm='a method is looked up in the first base that has it, not in the order of Python', write='one base class')
def several_bases(node: ast.ClassDef, at: Place) -> list[ast.AST]:
    """more than one base class"""
    return list(node.bases[1:2])


@rule('S04', ast.ClassDef, harm='it is ignored or does not compile', write='a plain class')
def class_keyword(node: ast.ClassDef, at: Place) -> list[ast.AST]:
    """metaclass or other class keyword"""
    return [keyword.value for keyword in node.keywords]


@rule('S04', ast.ClassDef, harm='dataclass and its like do not compile or are ignored', write='a plain class with `__init__`')
def class_decorator(node: ast.ClassDef, at: Place) -> list[ast.AST]:
    """class decorator"""
    return list(node.decorator_list)


@rule('S04', ast.ClassDef, harm='Enum, NamedTuple, ABC, Protocol, Generic and the builtins cannot be derived from', write='a plain class, or a class of constants')
def foreign_base(node: ast.ClassDef, at: Place) -> list[ast.AST]:
    """base class from outside the package"""
    return [base for base in node.bases if not isinstance(at.resolve(base), Class) and not at.is_builtin(base, *EXCEPTIONS, 'object')]


@rule('S04', ast.ClassDef, harm='`if`, `for` and the rest are dropped; `x: T` without value does not load', write='methods and `NAME = constant`')
def class_statement(node: ast.ClassDef, at: Place) -> list[ast.AST]:
    """statement in a class body"""
    fine = (*FUNCTIONS, ast.Assign, ast.Pass)
    found = []
    for statement in node.body:
        text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant) and isinstance(statement.value.value, str)
        valued = isinstance(statement, ast.AnnAssign) and statement.value is not None
        if not isinstance(statement, fine) and not text and not valued:
            found.append(statement)
    return found


@rule('S04', ast.ClassDef, harm='the earlier attribute is not a name there', write='the value, or a module constant')
def class_constant_reference(node: ast.ClassDef, at: Place) -> list[ast.AST]:
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


@rule('S04', ast.ClassDef, harm='operators, indexing, calls and `with` never reach it', write='a method with a name of its own')
def special_method(node: ast.ClassDef, at: Place) -> list[ast.AST]:
    """special method other than __init__ __repr__ __str__ __len__ __iter__ __next__"""
    return [m for m in _methods(node) if m.name.startswith('__') and m.name.endswith('__') and m.name not in DUNDERS]


@rule('S04', ast.ClassDef, harm='it runs at another time, with another function', write='a decorated module function, or the code in the body')
def method_decorator(node: ast.ClassDef, at: Place) -> list[ast.AST]:
    """method decorator other than property, setter, staticmethod, classmethod"""
    found: list[ast.AST] = []
    for decorator in (d for method in _methods(node) for d in method.decorator_list):
        setter = isinstance(decorator, ast.Attribute) and decorator.attr == 'setter'
        if not setter and not at.is_builtin(decorator, *METHOD_DECORATORS):
            found.append(decorator)
    return found


@rule('S04', ast.ClassDef, harm='the compiler knows the object by that name alone', write='`self`, in class methods `cls`')
def receiver_name(node: ast.ClassDef, at: Place) -> list[ast.AST]:
    """first parameter not called self or cls"""
    found: list[ast.AST] = []
    for method in _methods(node):
        static = any(at.is_builtin(d, 'staticmethod') for d in method.decorator_list)
        args = method.args.args
        if not static and (len(args) == 0 or args[0].arg not in ('self', 'cls')):
            found.append(args[0] if args else method)
    return found


@rule('S05', ast.Name, harm='super is no value there: only calls of its methods compile', write='`super().name(...)`')
def super_form(node: ast.Name, at: Place) -> list[ast.AST]:
    """super in another form than super().name(...)"""
    if not at.is_builtin(node, 'super'):
        return []
    chain: list[ast.AST] = [node, *at.source.ancestors(node)[:3]]
    match chain:
        case [_, ast.Call(args=[], keywords=[]) as call, ast.Attribute() as attribute, ast.Call() as outer]:
            return [] if call.func is node and outer.func is attribute else [node]
    return [node]
