"""Model-local functions: every call is replaced by the nodes of the function (ONNX, docs/IR.md, "Functions")."""

from __future__ import annotations

from typing import Any

from alula.errors import ModelValidationError
from alula.graph.graph import Graph, LocalFunction, Model, Node, Reference, ValueInfo, function_key, version_of
from alula.host.table import Table

# Functions that call functions can blow up a small file without end.
MAX_NODES = 200000  # after inlining, calls included
MAX_DEPTH = 64  # of calls and subgraphs in each other


def inline_functions(model: Model) -> None:
    """Replace all calls of model-local functions, in place; afterwards the model has no functions. The model must be
    valid. ModelValidationError if two functions have the same name, one calls itself or the model becomes too large."""
    inliner = Inliner()
    for callee in model.functions:
        if inliner.functions.has(callee.key):
            raise ModelValidationError('two functions are called ' + callee.key, 'model-local functions')
        inliner.functions.put(callee.key, callee)
    model.graph.nodes = inliner.expand(model.graph.nodes, [])
    model.functions = []


class Inliner:
    """Expands calls; counts calls for fresh names, and nodes for the limit."""

    def __init__(self) -> None:
        self.functions: Table[str, LocalFunction] = Table()
        self.calls = 0
        self.size = 0

    def expand(self, nodes: list[Node], active: list[str]) -> list[Node]:
        """The nodes with every call among them, and in their subgraphs, expanded. `active`: the calls that they come
        from, and '' for each subgraph that they lie in."""
        if len(active) > MAX_DEPTH:
            raise ModelValidationError('calls and subgraphs are more than ' + str(MAX_DEPTH) + ' deep', 'functions')
        expanded: list[Node] = []
        for node in nodes:
            self.size += 1
            if self.size > MAX_NODES:
                raise ModelValidationError('more than ' + str(MAX_NODES) + ' nodes after inlining', 'functions')
            for subgraph in node.subgraphs:
                subgraph.nodes = self.expand(subgraph.nodes, [*active, ''])
            key = function_key(node.domain, node.op_type, node.overload)
            callee = self.functions.find(key)
            if callee is None:
                expanded.append(node)
                continue
            where = "function '" + callee.name + "'"
            if key in active:
                raise ModelValidationError('the function calls itself', where)
            if len(node.inputs) > len(callee.inputs) or len(node.outputs) > len(callee.outputs):
                raise ModelValidationError('more inputs or outputs than ' + where + ' has', node.title())
            self.calls += 1
            body = Body(callee, node, (node.name or callee.name) + '/' + str(self.calls) + '/')
            expanded.extend(self.expand([body.node(inner) for inner in callee.nodes], [*active, key]))
        return expanded


class Body:
    """Copies nodes of a function for one call: values renamed, attribute references resolved, operator versions
    kept."""

    def __init__(self, callee: LocalFunction, call: Node, prefix: str) -> None:
        self.callee = callee
        self.call = call
        self.prefix = prefix
        self.names: Table[str, str] = Table()
        self.names.put('', '')
        for name in callee.inputs:
            self.names.put(name, '')
        for name, given in [*zip(callee.inputs, call.inputs), *zip(callee.outputs, call.outputs)]:
            if given != '':
                self.names.put(name, given)

    def rename(self, name: str) -> str:
        """Name in the calling graph of a value of the function."""
        actual = self.names.find(name)
        return self.prefix + name if actual is None else actual

    def node(self, node: Node) -> Node:
        """Copy of a node. It goes without attributes that the call does not give and that have no default."""
        attributes: Table[str, Any] = Table()
        for name in node.attributes.keys_list():
            value = node.attributes.at(name)
            if isinstance(value, Reference):
                given = self.call.attributes.find(value.name)
                value = self.callee.defaults.find(value.name) if given is None else given
            elif isinstance(value, Graph):
                value = self.graph(value)
            if value is not None:
                attributes.put(name, value)
        inputs = [self.rename(name) for name in node.inputs]
        outputs = [self.rename(name) for name in node.outputs]
        copied = Node(node.op_type, node.domain, self.prefix + node.name, inputs, outputs, attributes)
        copied.overload = node.overload
        copied.opset = version_of(self.callee.opsets, node.domain)
        return copied

    def graph(self, graph: Graph) -> Graph:
        """Copy of a subgraph."""
        initializers: Table[str, Any] = Table()
        for name in graph.initializers.keys_list():
            initializers.put(self.rename(name), graph.initializers.at(name))
        nodes = [self.node(node) for node in graph.nodes]
        return Graph(graph.name, nodes, self.values(graph.inputs), self.values(graph.outputs), initializers)

    def values(self, infos: list[ValueInfo]) -> list[ValueInfo]:
        """Copies of values' descriptions."""
        return [ValueInfo(self.rename(info.name), info.dtype, info.shape, info.kind) for info in infos]
