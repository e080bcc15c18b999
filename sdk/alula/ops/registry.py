"""The table of operators: which function means which ONNX operator from which version on."""

from __future__ import annotations

from typing import Any, Callable  # noqa: UP035 - JS has no collections.abc

from alula.host.table import Table

ONNX = ''
MICROSOFT = 'com.microsoft'
ML = 'ai.onnx.ml'


class Version:
    """One meaning of an operator: `meaning(g, *inputs, **attributes)` for models of opset `since` and above.

    Omitted inputs are None. It gives one View, or a list of Views in the order of the node's outputs.
    """

    def __init__(self, since: int, meaning: Any) -> None:
        self.since = since
        self.meaning = meaning


OPERATORS: Table[str, list[Version]] = Table()


def operator(name: str, since: int = 1, domain: str = ONNX) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register the decorated function as operator `name` from opset version `since` on, up to its next registration."""

    def register(meaning: Callable[..., Any]) -> Callable[..., Any]:
        key = domain + ':' + name
        versions = OPERATORS.find(key)
        if versions is None:
            versions = []
            OPERATORS.put(key, versions)
        versions.append(Version(since, meaning))
        versions.sort(key=lambda version: version.since)
        return meaning

    return register


def find_operator(domain: str, name: str, opset: int) -> Any:
    """The function for a model's opset: that of the greatest since-version not above it; None if there is none."""
    versions = OPERATORS.find(domain + ':' + name)
    best = None
    if versions is not None:
        for version in versions:
            if version.since <= opset:
                best = version.meaning
    return best
