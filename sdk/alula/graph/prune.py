"""Removes what does not contribute to a graph's outputs: nodes and initializers that nobody reads."""

from __future__ import annotations

from alula.graph.graph import Graph
from alula.host.table import Table


def prune(graph: Graph) -> list[str]:
    """Remove dead nodes and initializers of the graph and of the graphs in it. The nodes must be in order. Returns the
    names that are needed of the graphs around it, as `graph.captured` keeps them."""
    needed: Table[str, bool] = Table()
    for value in graph.outputs:
        needed.put(value.name, True)
    alive = []
    for node in reversed(graph.nodes):
        used = [name for name in node.outputs if needed.has(name)]
        if len(used) > 0:
            alive.append(node)
            for name in used:
                needed.drop(name)
            for name in node.inputs:
                if name != '':
                    needed.put(name, True)
            for subgraph in node.subgraphs:
                for name in prune(subgraph):
                    needed.put(name, True)
    alive.reverse()
    graph.nodes = alive
    # Old models list their initializers among the inputs: one that goes, goes from both.
    graph.inputs = [v for v in graph.inputs if needed.has(v.name) or not graph.initializers.has(v.name)]
    for name in graph.initializers.keys_list():
        if not needed.has(name):
            graph.initializers.drop(name)
        needed.drop(name)
    for value in graph.inputs:
        needed.drop(value.name)
    graph.captured = needed.keys_list()
    return graph.captured
