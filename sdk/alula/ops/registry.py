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

    An operator `on_host` is a plain function of values instead: `meaning(*values, **attributes)` is called at a run;
    one that `folds`, which gives tensors that depend on nothing else, while planning if all inputs are known then.
    A value is a Tensor (`dtype`; `array` as alula.host.arrays holds that type, a list of str for texts; `dims`), a list
    of values (a sequence), None (an optional that is absent, an input that is left out) or a Table (a map); an
    attribute that is a tensor comes as one. The operator gives the list of its outputs' values, in order, each newly
    made or as it came: values are shared and never written to. `alula.tensor.wrapped` makes a Tensor of an array.
    Attributes that are graphs come as Subgraphs (alula.routine.routine); an operator that has such is a generator,
    which returns that list, for `yield from body.run(values)` is how it runs one.
    """

    def __init__(self, since: int, inputs: str, meaning: Any, on_host: bool, folds: bool) -> None:
        self.since = since
        self.inputs = inputs
        self.meaning = meaning
        self.on_host: bool = on_host
        self.folds: bool = folds
        self.older: Operator | None = None


OPERATORS: Table[str, Operator] = Table()


def operator(name: str, since: int, inputs: str = '') -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register the decorated function as operator `name` from opset version `since` on."""
    return _registering(name, since, inputs, False, False)


def host_operator(
    name: str, since: int, *, folds: bool = False
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register the decorated function of values as operator `name` from opset version `since` on. See Operator."""
    return _registering(name, since, '', True, folds)


def _registering(
    name: str, since: int, inputs: str, on_host: bool, folds: bool
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def register(meaning: Callable[..., Any]) -> Callable[..., Any]:
        OPERATORS.put(name, _among(OPERATORS.find(name), Operator(since, inputs, meaning, on_host, folds)))
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
