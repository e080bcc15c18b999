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
    symbol or None."""

    def __init__(self, name: str, dtype: str, shape: list[Any] | None, kind: str) -> None:
        self.name = name
        self.dtype = dtype
        self.shape = shape
        self.kind = kind


class Reference:
    """Stands for the value of the attribute `name` of the function around it."""

    def __init__(self, name: str) -> None:
        self.name = name


class Node:
    """One operator applied to values.

    `attributes`: name → number, text, Constant (also for a sparse tensor), Graph, ValueInfo (a type), a list of them,
    or a Reference in a function. `subgraphs`: the graphs among them (lists of graphs, which no operator of ONNX takes,
    are not looked into). `opset`: version of its operator set if it is not the model's, else 0 (a node that came out of
    a model-local function may have another)."""

    def __init__(
        self,
        op_type: str,
        domain: str,
        name: str,
        inputs: list[str],
        outputs: list[str],
        attributes: Table[str, Any],
    ) -> None:
        self.op_type = op_type
        self.domain = domain
        self.name = name
        self.inputs = inputs
        self.outputs = outputs
        self.attributes = attributes
        self.overload = ''
        self.opset = 0
        self.subgraphs = [value for value in attributes.values_list() if isinstance(value, Graph)]

    def title(self) -> str:
        """How errors call it: its name and operator, or the operator and what it makes."""
        if self.name != '':
            return self.name + ' (' + self.op_type + ')'
        return self.op_type + ' -> ' + ', '.join(self.outputs)

    def reads(self) -> list[str]:
        """The values that it needs: its inputs, and what its subgraphs take from around them."""
        found = [name for name in self.inputs if name != '']
        for graph in self.subgraphs:
            found.extend(graph.captured)
        return found


class Graph:
    """Nodes over named values.

    `inputs`, `outputs`: ValueInfo in order (old models list initializers among the inputs). `initializers`: name →
    Constant. `captured`: the values of the graphs around it that it reads, once it is pruned. `needs_host`: whether an
    operator of it is one of the host, or an input or output is no tensor, once operators are looked up."""

    def __init__(
        self,
        name: str,
        nodes: list[Node],
        inputs: list[ValueInfo],
        outputs: list[ValueInfo],
        initializers: Table[str, Constant],
    ) -> None:
        self.name = name
        self.nodes = nodes
        self.inputs = inputs
        self.outputs = outputs
        self.initializers = initializers
        self.captured: list[str] = []
        self.needs_host: bool = False

    def feeds(self) -> list[ValueInfo]:
        """The inputs that a caller must give: those that no initializer gives a value."""
        return [value for value in self.inputs if not self.initializers.has(value.name)]


class LocalFunction:
    """An operator that the model defines by nodes. `key`: what calls find it by. `inputs`, `outputs`: names of values;
    `defaults`: values of attributes by name; `opsets`: domain → version."""

    def __init__(
        self,
        name: str,
        key: str,
        inputs: list[str],
        outputs: list[str],
        nodes: list[Node],
        defaults: Table[str, Any],
        opsets: Table[str, int],
    ) -> None:
        self.name = name
        self.key = key
        self.inputs = inputs
        self.outputs = outputs
        self.nodes = nodes
        self.defaults = defaults
        self.opsets = opsets


def function_key(domain: str, name: str, overload: str) -> str:
    """What tells functions apart."""
    return domain + '.' + name + ':' + overload


def version_of(opsets: Table[str, int], domain: str) -> int:
    """Version of the operator set `domain`, 0 if it is not imported."""
    version = opsets.find(domain)
    return 0 if version is None else version


class Model:
    """A graph with what belongs to it: `opsets` (domain → version), model-local `functions`, `metadata` (key → text),
    the program that made it (`producer`), and the constants whose bytes lie in other files (`external`)."""

    def __init__(
        self,
        graph: Graph,
        opsets: Table[str, int],
        functions: list[LocalFunction],
        metadata: Table[str, str],
        producer: str,
        ir_version: int,
        external: list[Constant],
    ) -> None:
        self.graph = graph
        self.opsets = opsets
        self.functions = functions
        self.metadata = metadata
        self.producer = producer
        self.ir_version = ir_version
        self.external = external

    def opset_of(self, node: Node) -> int:
        """Version of the operator set that `node` was written for, 0 if the model does not import its domain."""
        return node.opset if node.opset > 0 else version_of(self.opsets, node.domain)

    def described(self) -> dict[str, str]:
        """The metadata as users read it."""
        found: dict[str, str] = {}
        for key in self.metadata.keys_list():
            found[key] = self.metadata.at(key)
        return found

    def external_locations(self) -> list[str]:
        """Names of the files that hold the model's external data, without repeats, in order of first use."""
        names: Table[str, bool] = Table()
        for constant in self.external:
            names.put(constant.external[0], True)
        return names.keys_list()
