"""Checks that a model's graphs make sense, and brings their nodes into an order in which they can run.

Rules of ONNX (docs/IR.md, "Graphs"): every value is defined once in its graph and before it is used; a subgraph may use
the values of the graphs around it; nothing depends on itself. Shapes and operators are not looked at."""

from __future__ import annotations

from alula.errors import ModelValidationError
from alula.graph.graph import Graph, LocalFunction, Model, Node
from alula.graph.scope import used_names
from alula.host.table import Table


def validate(model: Model) -> None:
    """Check all graphs of the model and sort their nodes in place. Raises ModelValidationError."""
    validate_graph(model.graph, Table())
    seen: Table[str, bool] = Table()
    for local in model.functions:
        key = local.domain + '.' + local.name + ':' + local.overload
        if seen.has(key):
            raise ModelValidationError('two functions are called ' + key, 'model-local functions')
        seen.put(key, True)
        validate_function(local)


def validate_graph(graph: Graph, outer: Table[str, bool]) -> None:
    """Check one graph and those in it; `outer`: names visible from the graphs around it."""
    where = "graph '" + graph.name + "'"
    visible = merged(outer, own_names(graph, where))
    check_uses(graph.nodes, visible, where)
    for value in graph.outputs:
        if not visible.has(value.name):
            raise ModelValidationError("output '" + value.name + "' is computed by no node", where)
    graph.nodes = sorted_nodes(graph.nodes, where)


def validate_function(local: LocalFunction) -> None:
    """Check the body of a model-local function."""
    where = "function '" + local.name + "'"
    names: Table[str, bool] = Table()
    for name in local.inputs:
        define(names, name, where)
    define_outputs(local.nodes, names, where)
    check_uses(local.nodes, names, where)
    for name in local.outputs:
        if not names.has(name):
            raise ModelValidationError("output '" + name + "' is computed by no node", where)
    local.nodes = sorted_nodes(local.nodes, where)


def own_names(graph: Graph, where: str) -> Table[str, bool]:
    """The values that the graph defines, each once; an initializer may give a value to an input of the same name."""
    names: Table[str, bool] = Table()
    for value in graph.inputs:
        define(names, value.name, where)
    for name in graph.initializers.keys_list():
        names.put(name, True)
    define_outputs(graph.nodes, names, where)
    return names


def define_outputs(nodes: list[Node], names: Table[str, bool], where: str) -> None:
    """Define the outputs of all nodes."""
    for node in nodes:
        for name in node.outputs:
            if name != '':
                define(names, name, node.title() + ', ' + where)


def define(names: Table[str, bool], name: str, where: str) -> None:
    """Add a name that must be new."""
    if names.has(name):
        raise ModelValidationError("value '" + name + "' is defined twice", where)
    names.put(name, True)


def check_uses(nodes: list[Node], visible: Table[str, bool], where: str) -> None:
    """Every name that a node or a graph in it uses is defined somewhere."""
    for node in nodes:
        for name in node.inputs:
            if name != '' and not visible.has(name):
                raise ModelValidationError("input '" + name + "' is not defined anywhere", node.title() + ', ' + where)
        for subgraph in node.subgraphs():
            validate_graph(subgraph, visible)


def merged(outer: Table[str, bool], own: Table[str, bool]) -> Table[str, bool]:
    """The names of both."""
    if outer.count() == 0:
        return own
    names: Table[str, bool] = Table()
    for name in outer.keys_list():
        names.put(name, True)
    for name in own.keys_list():
        names.put(name, True)
    return names


def sorted_nodes(nodes: list[Node], where: str) -> list[Node]:
    """The nodes in an order in which each comes after those it reads from, as near to the given order as that allows.
    Depth first without recursion: a chain may be as long as the model."""
    makers: Table[str, int] = Table()
    for i in range(len(nodes)):
        for name in nodes[i].outputs:
            makers.put(name, i)
    needs = [needed_nodes(node, makers) for node in nodes]
    if is_sorted(needs):
        return nodes
    order: list[Node] = []
    state = [0 for _ in nodes]  # how many of its needs a node has looked at, plus 1; -1 when it is placed
    for root in range(len(nodes)):
        stack = [root]
        while len(stack) > 0:
            i = stack[len(stack) - 1]
            looked = state[i]
            if looked < 0:
                stack.pop()
            elif looked < len(needs[i]) + 1 and looked > 0:
                needed = needs[i][looked - 1]
                state[i] = looked + 1
                if state[needed] > 0:
                    raise ModelValidationError('there is a cycle: ' + cycle_text(nodes, stack, needed), where)
                if state[needed] == 0:
                    stack.append(needed)
            elif looked == 0:
                state[i] = 1
            else:
                state[i] = -1
                order.append(nodes[i])
                stack.pop()
    return order


def needed_nodes(node: Node, makers: Table[str, int]) -> list[int]:
    """Indices of the nodes that `node` reads from."""
    needed: list[int] = []
    for name in used_names(node):
        maker = makers.find(name)
        if maker is not None:
            needed.append(maker)
    return needed


def is_sorted(needs: list[list[int]]) -> bool:
    """Does every node come after those it needs?"""
    for i in range(len(needs)):
        for needed in needs[i]:
            if needed >= i:
                return False
    return True


def cycle_text(nodes: list[Node], stack: list[int], first: int) -> str:
    """The nodes of a cycle, 'a -> b -> a': those on the stack from `first` on."""
    titles: list[str] = []
    for i in stack[stack.index(first) :]:
        titles.append(nodes[i].title())
    titles.append(nodes[first].title())
    return ' needs '.join(titles)
