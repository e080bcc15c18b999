"""Checks that a model's graphs make sense, and brings their nodes into an order in which they can run.

Rules of ONNX (docs/IR.md, "Graphs"): every value is defined once in its graph and before it is used; a subgraph may use
the values of the graphs around it; nothing depends on itself. Shapes and operators are not looked at."""

from __future__ import annotations

from alula.errors import ModelValidationError
from alula.graph.graph import Graph, Model, Node
from alula.host.table import Table


def validate(model: Model) -> None:
    """Check all graphs of the model and sort their nodes in place. Raises ModelValidationError."""
    missing: Table[str, ModelValidationError] = Table()
    validate_graph(model.graph, missing)
    for local in model.functions:
        where = "function '" + local.name + "'"
        local.nodes = sorted_nodes(local.nodes, local.inputs, [], local.outputs, missing, where)
    for error in missing.values_list():
        raise error


def validate_graph(graph: Graph, missing: Table[str, ModelValidationError]) -> None:
    """Check one graph and those in it. `missing` learns the names that it takes from the graphs around it, and the
    error that it is if none of them defines it."""
    inputs = [value.name for value in graph.inputs]
    outputs = [value.name for value in graph.outputs]
    constants = graph.initializers.keys_list()
    graph.nodes = sorted_nodes(graph.nodes, inputs, constants, outputs, missing, "graph '" + graph.name + "'")


def sorted_nodes(
    nodes: list[Node],
    inputs: list[str],
    constants: list[str],
    outputs: list[str],
    missing: Table[str, ModelValidationError],
    where: str,
) -> list[Node]:
    """The nodes, checked, in an order in which each comes after those it reads from. `constants` may give values to
    `inputs` of the same name."""
    makers: Table[str, int] = Table()  # index of the node that computes a value; -1: none does, it is given
    define(makers, inputs, -1, nodes, where)
    for name in constants:
        makers.put(name, -1)
    for i in range(len(nodes)):
        define(makers, nodes[i].outputs, i, nodes, where)
    needs: list[list[int]] = []
    in_order = True
    for node in nodes:
        captured: Table[str, ModelValidationError] = Table()
        for subgraph in node.subgraphs:
            validate_graph(subgraph, captured)
        needed: list[int] = []
        for name in [*node.inputs, *captured.keys_list()]:
            maker = makers.find(name)
            if maker is not None:
                if maker >= len(needs):
                    in_order = False
                if maker >= 0:
                    needed.append(maker)
            elif name != '' and not missing.has(name):
                error = captured.find(name)
                if error is None:
                    error = ModelValidationError(f"input '{name}' is not defined anywhere", f'{node.title()}, {where}')
                missing.put(name, error)
        needs.append(needed)
    for name in outputs:
        if not makers.has(name):
            missing.put(name, ModelValidationError("output '" + name + "' is computed by no node", where))
    return nodes if in_order else in_running_order(nodes, needs, where)


def define(makers: Table[str, int], names: list[str], maker: int, nodes: list[Node], where: str) -> None:
    """Add names that must be new."""
    for name in names:
        if makers.has(name):
            place = where if maker < 0 else nodes[maker].title() + ', ' + where
            raise ModelValidationError("value '" + name + "' is defined twice", place)
        if name != '':
            makers.put(name, maker)


def in_running_order(nodes: list[Node], needs: list[list[int]], where: str) -> list[Node]:
    """The nodes, each after those whose indices it needs, as near to the given order as that allows. Depth first
    without recursion: a chain may be as long as the model."""
    order: list[Node] = []
    state = [0 for _ in nodes]  # 1 while what the node needs is being placed, 2 when it is placed itself
    path: list[int] = []  # the nodes in state 1, each needed by the one before it
    for root in range(len(nodes)):
        stack = [root]
        while len(stack) > 0:
            i = stack[len(stack) - 1]
            if state[i] == 0:
                state[i] = 1
                path.append(i)
                for needed in reversed(needs[i]):
                    if state[needed] == 1:
                        titles = [nodes[each].title() for each in [*path[path.index(needed) :], needed]]
                        raise ModelValidationError('there is a cycle: ' + ' needs '.join(titles), where)
                    if state[needed] == 0:
                        stack.append(needed)
            else:
                stack.pop()
                if state[i] == 1:
                    state[i] = 2
                    path.pop()
                    order.append(nodes[i])
    return order
