"""Cuts a graph into levels: kernels that can be planned together, then the host operators that need them.

A kernel's level is the greatest of its inputs', a level later for what a host operator makes; a host operator's is the
greatest of its inputs'. Everything of a level runs before anything of the next.
"""

from __future__ import annotations

from alula.graph.constant import Constant
from alula.graph.graph import Graph, Model, Node, ValueInfo
from alula.host.table import Table
from alula.ops.registry import Operator, find_operator

# Operators whose results follow from shapes alone.
SHAPES = ['Shape', 'Size']


class Level:
    """Kernel nodes, and host nodes that run after them, each in order."""

    def __init__(self) -> None:
        self.kernels: list[Node] = []
        self.hosts: list[Node] = []


class Cut:
    """The levels of a graph. `constants`: by name, its own and those that it captures. `at`: names of values at which
    to cut besides: one that kernels make is read a level later, one that a host operator could fold is made at a run.
    """

    def __init__(self, model: Model, graph: Graph, constants: Table[str, Constant], at: Table[str, bool]) -> None:
        self.model = model
        self.graph = graph
        self.constants = constants
        self.at = at
        self.levels: list[Level] = []
        # The level at which a node makes a value, and that from which on kernels read it; what host operators make,
        # and what planning knows.
        self.made: Table[str, int] = Table()
        self.ready: Table[str, int] = Table()
        self.by_host: Table[str, bool] = Table()
        self.known: Table[str, bool] = Table()
        self.given: Table[str, ValueInfo] = Table()
        for info in graph.inputs:
            self.given.put(info.name, info)
        for name in constants.keys_list():
            # Kernels have no texts.
            if constants.at(name).dtype != 'string':
                self.known.put(name, True)
        for node in graph.nodes:
            self._place(node)

    def _place(self, node: Node) -> None:
        operator = operator_of(self.model, node)
        on_host = self._is_on_host(operator, node)
        table = self.made if on_host else self.ready
        level = 0
        for name in node.reads():
            found = table.find(name)
            if found is not None and found > level:
                level = found
        while len(self.levels) <= level:
            self.levels.append(Level())
        (self.levels[level].hosts if on_host else self.levels[level].kernels).append(node)
        is_known = len(node.subgraphs) == 0 and (node.op_type in SHAPES or self._knows(node.inputs))
        for name in node.outputs:
            self.made.put(name, level)
            self.ready.put(name, level + 1 if on_host or self.at.has(name) else level)
            if on_host:
                self.by_host.put(name, True)
            elif is_known:
                self.known.put(name, True)

    def _knows(self, names: list[str]) -> bool:
        return all(name == '' or self.known.has(name) for name in names)

    def _is_on_host(self, operator: Operator, node: Node) -> bool:
        if not operator.on_host:
            # What is no tensor passes by the kernels.
            return node.op_type == 'Identity' and self._comes_from_host(node.inputs[0])
        if any(self.at.has(name) for name in node.outputs) or not self._knows(node.inputs):
            return True
        if node.op_type == 'If':
            return any(graph.needs_host for graph in node.subgraphs)
        return not operator.folds

    def _comes_from_host(self, name: str) -> bool:
        """Whether a caller or a host operator gives a value."""
        return self.by_host.has(name) or not (self.made.has(name) or self.constants.has(name))

    def kernels_of(self, index: int) -> Graph | None:
        """The kernels of a level as a graph of its own; None if there are none."""
        nodes = self.levels[index].kernels
        inside: Table[str, bool] = Table()
        inputs: Table[str, ValueInfo] = Table()
        constants: Table[str, Constant] = Table()
        for node in nodes:
            for name in node.reads():
                constant = self.constants.find(name)
                if constant is not None:
                    constants.put(name, constant)
                elif not inside.has(name):
                    info = self.given.find(name)
                    inputs.put(name, _tensor(name) if info is None else info)
            for name in node.outputs:
                inside.put(name, True)
        wanted = self._read_outside(index)
        outputs = [_tensor(name) for name in inside.keys_list() if wanted.has(name)]
        return None if len(nodes) == 0 else Graph(self.graph.name, nodes, inputs.values_list(), outputs, constants)

    def _read_outside(self, index: int) -> Table[str, bool]:
        """The values that anybody but the kernels of a level reads."""
        names: Table[str, bool] = Table()
        for info in self.graph.outputs:
            names.put(info.name, True)
        for i, level in enumerate(self.levels):
            for node in level.hosts if i == index else [*level.kernels, *level.hosts]:
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
