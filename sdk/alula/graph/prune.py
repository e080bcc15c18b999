"""Removes what does not contribute to a graph's outputs: nodes and initializers that nobody reads."""

from __future__ import annotations

from alula.graph.graph import Graph
from alula.graph.scope import used_names
from alula.host.table import Table


def prune(graph: Graph) -> None:
    """Remove dead nodes, initializers and value infos of the graph and of the graphs in it. The nodes must be in
    order."""
    needed: Table[str, bool] = Table()
    for value in graph.outputs:
        needed.put(value.name, True)
    alive = []
    for i in range(len(graph.nodes)):
        node = graph.nodes[len(graph.nodes) - 1 - i]
        if is_any(node.outputs, needed):
            for subgraph in node.subgraphs():
                prune(subgraph)
            for name in used_names(node):
                needed.put(name, True)
            alive.append(node)
    alive.reverse()
    graph.nodes = alive
    # Old models list their initializers among the inputs: one that goes, goes from both.
    graph.inputs = [v for v in graph.inputs if needed.has(v.name) or not graph.initializers.has(v.name)]
    for name in graph.initializers.keys_list():
        if not needed.has(name):
            graph.initializers.drop(name)
    for value in graph.inputs:
        needed.put(value.name, True)
    for node in alive:
        for name in node.outputs:
            needed.put(name, True)
    for name in graph.value_info.keys_list():
        if not needed.has(name):
            graph.value_info.drop(name)


def is_any(names: list[str], table: Table[str, bool]) -> bool:
    """Is one of the names in the table?"""
    for name in names:
        if table.has(name):
            return True
    return False
