"""Model-local functions: every call is replaced by the nodes of the function (ONNX, docs/IR.md, "Functions")."""

from __future__ import annotations

from alula.errors import ModelValidationError
from alula.graph.graph import Attribute, Graph, LocalFunction, Model, Node, ValueInfo
from alula.host.table import Table

# Functions that call functions can blow up a small file without end.
MAX_NODES = 200000  # after inlining, calls included
MAX_DEPTH = 64  # of calls and subgraphs in each other


def inline_functions(model: Model) -> None:
    """Replace all calls of model-local functions, in place; afterwards the model has no functions. The model must be
    valid. ModelValidationError if a function calls itself or the model becomes too large."""
    if len(model.functions) > 0:
        inliner = Inliner(model)
        model.graph.nodes = inliner.expand(model.graph.nodes)
        model.functions = []


def function_key(domain: str, name: str, overload: str) -> str:
    """What tells functions apart."""
    return domain + '.' + name + ':' + overload


class Inliner:
    """Expands calls; counts calls for fresh names, and nodes for the limit."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.functions: Table[str, LocalFunction] = Table()
        for callee in model.functions:
            self.functions.put(function_key(callee.domain, callee.name, callee.overload), callee)
        self.active: list[str] = []
        self.calls = 0
        self.size = 0
        self.depth = 0

    def expand(self, nodes: list[Node]) -> list[Node]:
        """The nodes with every call among them, and in their subgraphs, expanded."""
        expanded: list[Node] = []
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ModelValidationError('calls and subgraphs are more than ' + str(MAX_DEPTH) + ' deep', 'functions')
        for node in nodes:
            self.size += 1
            if self.size > MAX_NODES:
                raise ModelValidationError('more than ' + str(MAX_NODES) + ' nodes after inlining', 'functions')
            for subgraph in node.subgraphs():
                subgraph.nodes = self.expand(subgraph.nodes)
            key = function_key(node.domain, node.op_type, node.overload)
            callee = self.functions.find(key)
            if callee is None:
                expanded.append(node)
            else:
                expanded.extend(self.expand_call(node, callee, key))
        self.depth -= 1
        return expanded

    def expand_call(self, node: Node, callee: LocalFunction, key: str) -> list[Node]:
        """The nodes of the function, reading and writing the values of the call."""
        if key in self.active:
            raise ModelValidationError('the function calls itself', "function '" + callee.name + "'")
        if len(node.inputs) > len(callee.inputs) or len(node.outputs) > len(callee.outputs):
            raise ModelValidationError("more inputs or outputs than function '" + callee.name + "' has", node.title())
        self.calls += 1
        prefix = (node.name if node.name != '' else callee.name) + '/' + str(self.calls) + '/'
        body = Body(self.model, callee, node, prefix)
        nodes = [body.node(inner) for inner in callee.nodes]
        self.active.append(key)
        expanded = self.expand(nodes)
        self.active.pop()
        return expanded


class Body:
    """Copies nodes of a function for one call: values renamed, attribute references resolved, operator versions
    kept."""

    def __init__(self, model: Model, callee: LocalFunction, call: Node, prefix: str) -> None:
        self.model = model
        self.callee = callee
        self.prefix = prefix
        self.names: Table[str, str] = Table()
        for i in range(len(callee.inputs)):
            self.names.put(callee.inputs[i], call.inputs[i] if i < len(call.inputs) else '')
        for i in range(len(call.outputs)):
            if call.outputs[i] != '':
                self.names.put(callee.outputs[i], call.outputs[i])
        self.given: Table[str, Attribute] = Table()
        for attribute in callee.defaults.values_list():
            self.given.put(attribute.name, attribute)
        for attribute in call.attributes.values_list():
            self.given.put(attribute.name, attribute)

    def rename(self, name: str) -> str:
        """Name in the calling graph of a value of the function."""
        if name == '':
            return ''
        actual = self.names.find(name)
        return self.prefix + name if actual is None else actual

    def node(self, node: Node) -> Node:
        """Copy of a node."""
        attributes: Table[str, Attribute] = Table()
        for attribute in node.attributes.values_list():
            copied = self.attribute(attribute)
            if copied is not None:
                attributes.put(attribute.name, copied)
        inputs = [self.rename(name) for name in node.inputs]
        outputs = [self.rename(name) for name in node.outputs]
        copied_node = Node(node.op_type, node.domain, self.prefix + node.name, inputs, outputs, attributes)
        copied_node.overload = node.overload
        version = self.callee.opsets.find(node.domain)
        if node.opset > 0:
            copied_node.opset = node.opset
        elif version is not None and version != self.model.opset(node.domain):
            copied_node.opset = version
        return copied_node

    def attribute(self, attribute: Attribute) -> Attribute | None:
        """Copy of an attribute; None if it refers to one that the call does not give and that has no default."""
        if attribute.ref != '':
            given = self.given.find(attribute.ref)
            return None if given is None else Attribute(attribute.name, given.kind, given.value)
        if attribute.kind == 'graph':
            return Attribute(attribute.name, 'graph', self.graph(attribute.value))
        if attribute.kind == 'graphs':
            return Attribute(attribute.name, 'graphs', [self.graph(graph) for graph in attribute.value])
        return attribute

    def graph(self, graph: Graph) -> Graph:
        """Copy of a subgraph."""
        copied = Graph(
            graph.name,
            [self.node(node) for node in graph.nodes],
            [self.value(value) for value in graph.inputs],
            [self.value(value) for value in graph.outputs],
            Table(),
            Table(),
        )
        for constant_name in graph.initializers.keys_list():
            copied.initializers.put(self.rename(constant_name), graph.initializers.at(constant_name))
        for value in graph.value_info.values_list():
            copied.value_info.put(self.rename(value.name), self.value(value))
        return copied

    def value(self, value: ValueInfo) -> ValueInfo:
        """Copy of a value's description."""
        copied = ValueInfo(self.rename(value.name), value.dtype, value.shape, value.kind)
        copied.element = value.element
        copied.key = value.key
        return copied
