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
    """Expands calls. `size`: nodes so far, for the limit and for fresh names."""

    def __init__(self) -> None:
        self.functions: Table[str, LocalFunction] = Table()
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
            else:
                where = "function '" + callee.name + "'"
                if key in active:
                    raise ModelValidationError('the function calls itself', where)
                if len(node.inputs) > len(callee.inputs) or len(node.outputs) > len(callee.outputs):
                    raise ModelValidationError('more inputs or outputs than ' + where + ' has', node.title())
                prefix = (node.name or callee.name) + '/' + str(self.size) + '/'
                expanded.extend(self.expand(body_of(callee, node, prefix), [*active, key]))
        return expanded


def body_of(callee: LocalFunction, call: Node, prefix: str) -> list[Node]:
    """Copies of a function's nodes for one call: values renamed, attribute references resolved, operator versions
    kept."""
    names: Table[str, str] = Table()
    names.put('', '')
    for i in range(len(callee.inputs)):
        names.put(callee.inputs[i], call.inputs[i] if i < len(call.inputs) else '')
    for i in range(len(call.outputs)):
        if call.outputs[i] != '':
            names.put(callee.outputs[i], call.outputs[i])

    def renamed(inner: list[str]) -> list[str]:
        """Names in the calling graph of values of the function."""
        return [prefix + name if names.find(name) is None else names.at(name) for name in inner]

    def values(infos: list[ValueInfo]) -> list[ValueInfo]:
        """Copies of values' descriptions."""
        return [ValueInfo(renamed([info.name])[0], info.dtype, info.shape, info.kind) for info in infos]

    def copied(graph: Graph) -> Graph:
        """Copy of a subgraph."""
        initializers: Table[str, Any] = Table()
        for name in graph.initializers.keys_list():
            initializers.put(renamed([name])[0], graph.initializers.at(name))
        return Graph(graph.name, copies(graph.nodes), values(graph.inputs), values(graph.outputs), initializers)

    def copies(nodes: list[Node]) -> list[Node]:
        """Copies of nodes. They go without attributes that the call does not give and that have no default."""
        made: list[Node] = []
        for node in nodes:
            attributes: Table[str, Any] = Table()
            for name in node.attributes.keys_list():
                value = node.attributes.at(name)
                if isinstance(value, Reference):
                    given = call.attributes.find(value.name)
                    value = callee.defaults.find(value.name) if given is None else given
                elif isinstance(value, Graph):
                    value = copied(value)
                if value is not None:
                    attributes.put(name, value)
            inputs = renamed(node.inputs)
            copy = Node(node.op_type, node.domain, prefix + node.name, inputs, renamed(node.outputs), attributes)
            copy.overload = node.overload
            copy.opset = version_of(callee.opsets, node.domain)
            made.append(copy)
        return made

    return copies(callee.nodes)
