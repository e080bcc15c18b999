"""The table of operators: which function means which ONNX operator from which version on."""

from __future__ import annotations

from typing import Any, Callable  # noqa: UP035 - JS has no collections.abc

from alula.host.table import Table


class Operator:
    """One meaning of an operator: `meaning(g, *views, **attributes)` for models of opset `since` and above.

    It gives a View, an expression (computed for every element), or a list of these in the order of the node's outputs.
    `inputs` has a word per input, where that says something: `.` is a view, None if it is left out; a name stands for
    an input that must be known while planning, whose numbers `meaning` gets as it gets an attribute of that name. So
    an operator whose attributes became inputs in a later version is still one function. Behind the inputs, `name=value`
    stands for an attribute that may have no other value, `name=` for one that changes no result: `meaning` never gets
    them.
    """

    def __init__(self, since: int, inputs: str, meaning: Any, older: Operator | None) -> None:
        self.since = since
        self.inputs = inputs
        self.meaning = meaning
        self.older = older


OPERATORS: Table[str, Operator] = Table()


def operator(name: str, since: int, inputs: str = '') -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register the decorated function as operator `name` from opset version `since` on."""

    def register(meaning: Callable[..., Any]) -> Callable[..., Any]:
        OPERATORS.put(name, _among(OPERATORS.find(name), Operator(since, inputs, meaning, None)))
        return meaning

    return register


def microsoft(name: str, inputs: str = '') -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register the decorated function as an operator of com.microsoft, whose version is always 1."""
    return operator('com.microsoft.' + name, 1, inputs)


def _among(newest: Operator | None, added: Operator) -> Operator:
    """The newest of the versions linked by `older`, with one more among them."""
    if newest is None or newest.since < added.since:
        added.older = newest
        return added
    newest.older = _among(newest.older, added)
    return newest


def find_operator(domain: str, name: str, opset: int) -> Operator | None:
    """What a model's opset means by `name`: the greatest since-version not above it; None if there is none."""
    found = OPERATORS.find(name if domain == '' else domain + '.' + name)
    while found is not None and found.since > opset:
        found = found.older
    return found
