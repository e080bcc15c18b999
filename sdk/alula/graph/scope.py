"""Which values a graph defines, and which it takes from the graphs around it."""

from __future__ import annotations

from alula.graph.graph import Graph, Node
from alula.host.table import Table


def defined_names(graph: Graph) -> Table[str, bool]:
    """Names of the values that the graph itself defines: inputs, initializers, outputs of nodes."""
    names: Table[str, bool] = Table()
    for value in graph.inputs:
        names.put(value.name, True)
    for name in graph.initializers.keys_list():
        names.put(name, True)
    for node in graph.nodes:
        for name in node.outputs:
            if name != '':
                names.put(name, True)
    return names


def captured_names(graph: Graph) -> list[str]:
    """Names that the graph, or a graph in it, uses and does not define: values of the graphs around it. Each once, in
    order of use."""
    own = defined_names(graph)
    found: Table[str, bool] = Table()
    for node in graph.nodes:
        for name in used_names(node):
            if not own.has(name):
                found.put(name, True)
    for value in graph.outputs:
        if not own.has(value.name):
            found.put(value.name, True)
    return found.keys_list()


def used_names(node: Node) -> list[str]:
    """Names of the values a node reads: its inputs that are given, and what its subgraphs capture. May repeat."""
    names = [name for name in node.inputs if name != '']
    for graph in node.subgraphs():
        names.extend(captured_names(graph))
    return names
