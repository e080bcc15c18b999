"""The Graph: a model as its file says it. Nodes, values, constants and attributes; no shapes are inferred here.

Names of values are unique within a graph; '' stands for an optional input or output that is left out. Domain '' is
ONNX's own."""

from __future__ import annotations

from typing import Any

from alula.graph.constant import Constant
from alula.host.table import Table


class ValueInfo:
    """What the model says of a value.

    `kind`: 'tensor', 'sparse_tensor', 'sequence', 'optional', 'map', 'opaque' or '' (not said). `dtype`, `shape`: of
    the tensor, or of the innermost tensor of a container; dtype '' and shape None are unknown; a dim is a size, a
    symbol or None. `element`: what a container holds, else None. `key`: type of a map's keys, else ''."""

    def __init__(self, name: str, dtype: str, shape: list[Any] | None, kind: str) -> None:
        self.name = name
        self.dtype = dtype
        self.shape = shape
        self.kind = kind
        self.element: ValueInfo | None = None
        self.key = ''


class Attribute:
    """An attribute of a node.

    `kind` and `value`: 'float' and 'int' a number; 'string' a str; 'tensor' and 'sparse_tensor' a Constant (the sparse
    one dense); 'graph' a Graph; 'type_proto' a ValueInfo; with an s ('floats', 'tensors', …) a list of them. `ref`:
    name of the function's attribute that this one stands for, '' outside of functions; it has no value then."""

    def __init__(self, name: str, kind: str, value: Any) -> None:
        self.name = name
        self.kind = kind
        self.value = value
        self.ref = ''

    def graphs(self) -> list[Graph]:
        """The subgraphs it holds."""
        if self.kind == 'graph' and self.ref == '':
            return [self.value]
        if self.kind == 'graphs' and self.ref == '':
            subgraphs: list[Graph] = self.value
            return subgraphs
        return []


class Node:
    """One operator applied to values. `opset`: version of its operator set if it is not the model's, else 0 (a node
    that came out of a model-local function may have another)."""

    def __init__(
        self,
        op_type: str,
        domain: str,
        name: str,
        inputs: list[str],
        outputs: list[str],
        attributes: Table[str, Attribute],
    ) -> None:
        self.op_type = op_type
        self.domain = domain
        self.name = name
        self.inputs = inputs
        self.outputs = outputs
        self.attributes = attributes
        self.overload = ''
        self.opset = 0

    def subgraphs(self) -> list[Graph]:
        """The graphs among its attributes, in order."""
        found: list[Graph] = []
        for attribute in self.attributes.values_list():
            for graph in attribute.graphs():
                found.append(graph)
        return found

    def title(self) -> str:
        """How errors call it: its name and operator, or the operator and what it makes."""
        if self.name != '':
            return self.name + ' (' + self.op_type + ')'
        return self.op_type + ' -> ' + ', '.join(self.outputs)


class Graph:
    """Nodes over named values.

    `inputs`, `outputs`: ValueInfo in order (old models list initializers among the inputs). `initializers`: name →
    Constant. `value_info`: name → ValueInfo of inner values, as far as the model says it."""

    def __init__(
        self,
        name: str,
        nodes: list[Node],
        inputs: list[ValueInfo],
        outputs: list[ValueInfo],
        initializers: Table[str, Constant],
        value_info: Table[str, ValueInfo],
    ) -> None:
        self.name = name
        self.nodes = nodes
        self.inputs = inputs
        self.outputs = outputs
        self.initializers = initializers
        self.value_info = value_info

    def feeds(self) -> list[ValueInfo]:
        """The inputs that a caller must give: those that no initializer gives a value."""
        return [value for value in self.inputs if not self.initializers.has(value.name)]


class LocalFunction:
    """An operator that the model defines by nodes. `inputs`, `outputs`, `attributes`: names; `defaults`: name →
    Attribute."""

    def __init__(self, name: str, domain: str, overload: str) -> None:
        self.name = name
        self.domain = domain
        self.overload = overload
        self.inputs: list[str] = []
        self.outputs: list[str] = []
        self.attributes: list[str] = []
        self.defaults: Table[str, Attribute] = Table()
        self.nodes: list[Node] = []
        self.opsets: Table[str, int] = Table()
        self.value_info: Table[str, ValueInfo] = Table()


class Model:
    """A graph with what belongs to it: `opsets` (domain → version), model-local `functions`, `metadata` (key → text),
    who made it, and the constants whose bytes lie in other files (`external`)."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.opsets: Table[str, int] = Table()
        self.functions: list[LocalFunction] = []
        self.metadata: Table[str, str] = Table()
        self.producer = ''
        self.producer_version = ''
        self.domain = ''
        self.model_version = 0
        self.ir_version = 0
        self.external: list[Constant] = []

    def opset(self, domain: str) -> int:
        """Version of the operator set `domain`, 0 if the model does not import it."""
        version = self.opsets.find(domain)
        return 0 if version is None else version

    def opset_of(self, node: Node) -> int:
        """Version of the operator set that `node` was written for, 0 if the model does not import its domain."""
        return node.opset if node.opset > 0 else self.opset(node.domain)

    def external_locations(self) -> list[str]:
        """Names of the files that hold the model's external data, without repeats, in order of first use."""
        names: Table[str, bool] = Table()
        for constant in self.external:
            if constant.external is not None:
                names.put(constant.external.location, True)
        return names.keys_list()
