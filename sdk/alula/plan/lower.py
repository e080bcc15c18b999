"""Lowering: a graph with concrete input shapes becomes steps, by asking each node's operator function what it means.

Since every shape is known, shape arithmetic (Shape, Gather, Concat … of shapes) folds to constants on the way and
never becomes a step.
"""

from __future__ import annotations

from typing import Any

from alula.errors import AlulaError, ModelValidationError, UnsupportedOperatorError
from alula.graph.constant import Constant
from alula.graph.graph import Graph, Model, Node
from alula.host.table import Table
from alula.kernels.view import View, dense, numel
from alula.ops.registry import find_operator
from alula.plan.builder import Builder
from alula.plan.constants import Constants


class Lowering(Builder):
    """Lowers one graph. Also what operator functions see as `g`: the builder, and the node in hand."""

    def __init__(self, model: Model, constants: Constants) -> None:
        super().__init__(constants)
        self.model = model
        self.values: Table[str, View] = Table()
        self.node: Node | None = None

    def input(self, name: str, dtype: str, shape: list[int]) -> View:
        """Declare a graph input of concrete shape."""
        view = dense(self.buffer(dtype, numel(shape)), shape)
        self.values.put(name, view)
        return view

    def run(self, graph: Graph) -> None:
        """Lower every node, in order."""
        for name in graph.initializers.keys_list():
            if not self.values.has(name):
                self.values.put(name, self.constants.of_model('w:' + name, graph.initializers.at(name)))
        for node in graph.nodes:
            self._lower(node)

    def output_count(self) -> int:
        """How many outputs of the node in hand are asked for, up to the last that is named."""
        assert self.node is not None
        count = len(self.node.outputs)
        while count > 0 and self.node.outputs[count - 1] == '':
            count -= 1
        return count

    def value(self, name: str) -> View:
        found = self.values.find(name)
        if found is None:
            raise ModelValidationError(f"nothing computes the value '{name}'", self.origin)
        return found

    def _lower(self, node: Node) -> None:
        self.node = node
        self.origin = node.title()
        version = self.model.opset_of(node)
        meaning = find_operator(node.domain, node.op_type, version)
        if meaning is None:
            raise UnsupportedOperatorError(node.op_type, node.domain, version, self.origin)
        inputs = [None if name == '' else self.value(name) for name in node.inputs]
        try:
            if node.attributes.count() == 0:
                results = meaning(self, *inputs)
            else:
                attributes = self._attributes(node)
                results = meaning(self, *inputs, **attributes)
        except AlulaError as error:
            raise error.within(f'Node {self.origin} of opset {version}') from error
        outputs = results if isinstance(results, list) else [results]
        for i in range(self.output_count()):
            if node.outputs[i] != '':
                if i >= len(outputs):
                    raise UnsupportedOperatorError(
                        f'{node.op_type} with output {i + 1}', node.domain, version, self.origin
                    )
                self.values.put(node.outputs[i], outputs[i])

    def _attributes(self, node: Node) -> dict[str, Any]:
        """The node's attributes as keyword arguments."""
        found: dict[str, Any] = {}
        for name in node.attributes.keys_list():
            value = node.attributes.at(name)
            if isinstance(value, Constant):
                value = self.constants.of_model('a:' + node.outputs[0] + ':' + name, value)
            found[name] = value
        return found
