"""Cuts a graph into groups that run one after the other: kernels that can be planned together, host operators that need
them, kernels that need those, and so on.

Groups of even rank are kernels, those of odd rank host operators. A node's rank is the least of its kind that isn't
below the ranks of what it reads.
"""

from __future__ import annotations

from alula.graph.constant import Constant
from alula.graph.graph import Graph, Model, Node, ValueInfo
from alula.host.table import Table
from alula.ops.registry import Operator, find_operator

# Operators whose results follow from shapes alone.
SHAPES = ['Shape', 'Size']


class Cut:
    """The groups of a graph, by rank, each in order. `at`: names of values at which to cut besides: one that kernels
    make is read by the next kernels, one that a host operator could fold is made at a run."""

    def __init__(self, model: Model, graph: Graph, at: Table[str, bool]) -> None:
        self.model = model
        self.graph = graph
        self.at = at
        self.groups: list[list[Node]] = []
        # The rank of each value that a node makes; that of one at which to cut is odd, as if a host operator made it.
        self.ranks: Table[str, int] = Table()
        # The values that planning knows.
        self.known: Table[str, bool] = Table()
        for name in graph.initializers.keys_list():
            self.known.put(name, True)
        for node in graph.nodes:
            self._place(node)

    def _place(self, node: Node) -> None:
        on_host = self._is_on_host(operator_of(self.model, node), node)
        kind = 1 if on_host else 0
        rank = kind
        for name in node.reads():
            rank = max(rank, self._rank(name))
        if rank % 2 != kind:
            rank += 1
        while len(self.groups) <= rank:
            self.groups.append([])
        self.groups[rank].append(node)
        is_known = not on_host and len(node.subgraphs) == 0 and (node.op_type in SHAPES or self._knows(node.inputs))
        for name in node.outputs:
            self.ranks.put(name, rank + 1 if self.at.has(name) and not on_host else rank)
            if is_known:
                self.known.put(name, True)

    def _rank(self, name: str) -> int:
        """The rank of a value; -1 of one that is given or constant."""
        rank = self.ranks.find(name)
        return -1 if rank is None else rank

    def _knows(self, names: list[str]) -> bool:
        return all(name == '' or self.known.has(name) for name in names)

    def _is_on_host(self, operator: Operator, node: Node) -> bool:
        if not operator.on_host:
            # What is no tensor passes by the kernels: it is given, or made by host operators.
            return (
                node.op_type == 'Identity'
                and self._rank(node.inputs[0]) % 2 == 1
                and not self.graph.initializers.has(node.inputs[0])
            )
        if any(self.at.has(name) for name in node.outputs) or not self._knows(node.inputs):
            return True
        if node.op_type == 'If':
            return any(graph.needs_host for graph in node.subgraphs)
        return not operator.folds

    def kernels(self, rank: int) -> Graph:
        """The kernels of a rank as a graph of its own."""
        inside: Table[str, bool] = Table()
        inputs: Table[str, ValueInfo] = Table()
        constants: Table[str, Constant] = Table()
        for info in self.graph.inputs:
            inputs.put(info.name, info)
        read: Table[str, ValueInfo] = Table()
        for node in self.groups[rank]:
            for name in node.reads():
                constant = self.graph.initializers.find(name)
                if constant is not None:
                    constants.put(name, constant)
                elif not inside.has(name):
                    given = inputs.find(name)
                    read.put(name, _tensor(name) if given is None else given)
            for name in node.outputs:
                inside.put(name, True)
        wanted = self._read_outside(rank)
        outputs = [_tensor(name) for name in inside.keys_list() if wanted.has(name)]
        return Graph(self.graph.name, self.groups[rank], read.values_list(), outputs, constants)

    def _read_outside(self, rank: int) -> Table[str, bool]:
        """The values that anybody but the nodes of a rank reads."""
        names: Table[str, bool] = Table()
        for info in self.graph.outputs:
            names.put(info.name, True)
        for i, group in enumerate(self.groups):
            if i != rank:
                for node in group:
                    for name in node.reads():
                        names.put(name, True)
        return names


def _tensor(name: str) -> ValueInfo:
    """A value of which a run will tell the rest."""
    return ValueInfo(name, '', None, 'tensor')


def operator_of(model: Model, node: Node) -> Operator:
    """What a node of a model that `loading` let pass means."""
    operator = find_operator(node.domain, node.op_type, model.opset_of(node))
    assert operator is not None
    return operator
