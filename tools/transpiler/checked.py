"""The checked build, which tests run: operators, items, conditions, attributes and calls go through helpers that throw
where JavaScript would go on with a wrong value. What Python would raise is raised as Python's own exception; what is
right in Python and wrong in JavaScript raises a SubsetError, which no `except` of the program catches."""
from __future__ import annotations

import ast
import json

from .definitions import takes_keywords
from .expressions import DISPLAYS, LISTS, is_negative, is_none, is_text, repeatable
from .modules import Generator
from .names import attribute_name

OPERATORS = {
    ast.Add: '$add', ast.Sub: '$subtract', ast.Mult: '$multiply', ast.Div: '$divide', ast.FloorDiv: '$floor_divide',
    ast.Mod: '$modulo', ast.Pow: '$power', ast.BitAnd: '$bit_and', ast.BitOr: '$bit_or', ast.BitXor: '$bit_xor',
    ast.LShift: '$shift_left', ast.RShift: '$shift_right',
}
COMPARISONS = {
    ast.Eq: '$equal', ast.NotEq: '!$equal', ast.Lt: '$less', ast.Gt: '$greater',
    ast.LtE: '$at_most', ast.GtE: '$at_least',
}
CONDITIONS = (ast.Compare, ast.BoolOp)


class CheckedGenerator(Generator):
    """The generator, with a check around what it emits."""

    # Operators

    def visit_BinOp(self, node: ast.BinOp) -> None:
        special = any(isinstance(n, (*LISTS, ast.Tuple)) or isinstance(node.op, ast.Mult) and is_text(n)
                      for n in (node.left, node.right))
        if special or type(node.op) not in OPERATORS or isinstance(node.op, ast.Mod) and is_text(node.left):
            super().visit_BinOp(node)
        else:
            self.put_call(OPERATORS[type(node.op)], node.left, node.right)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.op, ast.Add) and isinstance(node.value, LISTS):
            super().visit_AugAssign(node)
        else:
            self.rewrite(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        if isinstance(node.op, ast.Not):
            self.put('!')
            self.visit_condition(node.operand)
        elif isinstance(node.op, ast.USub) and not isinstance(node.operand, ast.Constant):
            self.put_call('$negative', node.operand)
        else:
            super().visit_UnaryOp(node)

    def put_pair(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> None:
        fixed = is_none(left) or is_none(right) or isinstance(left, DISPLAYS) or isinstance(right, DISPLAYS)
        if type(op) in COMPARISONS and not (fixed and isinstance(op, (ast.Eq, ast.NotEq))):
            self.put_call(COMPARISONS[type(op)], left, right)
        else:
            super().put_pair(left, op, right)

    # Conditions

    def visit_condition(self, node: ast.expr) -> None:
        if isinstance(node, CONDITIONS):
            self.put('(')
            self.visit(node)
            self.put(')')
        else:
            self.put_call('$truth', node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        for index, value in enumerate(node.values):
            self.put(f' {self.operators[type(node.op)][0]} ' if index else '(')
            self.visit_condition(value) if index < len(node.values) - 1 else self.visit(value)
        self.put(')')

    def visit_IfExp(self, node: ast.IfExp) -> None:
        self.put('(')
        self.visit_condition(node.test)
        self.put(' ? ')
        self.visit(node.body)
        self.put(' : ')
        self.visit(node.orelse)
        self.put(')')

    # Items and attributes

    def visit_Subscript(self, node: ast.Subscript) -> None:
        index = node.slice
        if isinstance(index, (ast.Slice, ast.Tuple)) or is_negative(index):
            super().visit_Subscript(node)
        elif isinstance(node.ctx, ast.Load):
            self.put_call('$item', node.value, index)
        elif repeatable(node.value):
            self.put_operand(node.value)
            self.put(' [')
            self.put_call('$slot', node.value, index)
            self.put(']')
        else:
            super().visit_Subscript(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if isinstance(node.ctx, ast.Load) and isinstance(node.value, ast.Name) and node.attr != '__class__':
            self.put_call('$attribute', node.value, json.dumps(attribute_name(node.attr)))
        else:
            super().visit_Attribute(node)

    def visit_called(self, function: ast.expr) -> None:
        """The attribute of a call: a missing method throws anyway, and a found one is no lost `self` here."""
        if isinstance(function, ast.Attribute):
            super().visit_Attribute(function)
        else:
            super().visit_called(function)

    def visit_bound(self, node: ast.expr) -> None:
        self.put_call('$whole', node)

    # Calls

    def put_keywords(self, node: ast.arguments) -> None:
        name = self.getScope().node.name
        names = [arg.arg for arg in node.args]
        least = len(names) - len(node.defaults)
        only = [arg.arg for arg in node.kwonlyargs]
        required = [arg.arg for arg, default in zip(node.kwonlyargs, node.kw_defaults, strict=True) if default is None]
        shape = [names, least, only if takes_keywords(node) else None, required, bool(node.vararg), bool(node.kwarg)]
        check = f"$arity ({json.dumps(name)}, arguments, {', '.join(json.dumps(part) for part in shape)});"
        if takes_keywords(node) or node.vararg:
            self.line(check)
        else:           # nearly every call ends here
            count = len(names)
            given = f' || $keywords (arguments [{count - 1}]) !== $none' if count > 0 else ''
            self.line(f'if (arguments.length !== {count}{given}) {{{check}}}')
        super().put_keywords(node)
