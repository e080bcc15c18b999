"""Calling host operators: the attributes and constants of a node as values."""

from __future__ import annotations

from typing import Any

from alula.graph.constant import Constant
from alula.graph.graph import Node
from alula.ops.registry import Operator
from alula.tensor import Tensor, wrapped


def tensor_of(constant: Constant) -> Tensor:
    """A tensor of the model, which shares its elements."""
    return wrapped(constant.dtype, constant.values(), constant.shape)


def keywords_of(node: Node) -> dict[str, Any]:
    """The attributes of a node by name; tensors among them as values."""
    keywords: dict[str, Any] = {}
    for name in node.attributes.keys_list():
        value = node.attributes.at(name)
        keywords[name] = tensor_of(value) if isinstance(value, Constant) else value
    return keywords


def called(operator: Operator, inputs: list[Any], keywords: dict[str, Any]) -> Any:
    """What a host operator comes to: the list of its outputs, or the generator that returns it."""
    return operator.meaning(*inputs) if len(keywords) == 0 else operator.meaning(*inputs, **keywords)
