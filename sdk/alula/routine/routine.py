"""A graph made ready to run: parts of kernels and host operators, in order, over an environment of named values."""

from __future__ import annotations

from typing import Any, Generator  # noqa: UP035 - JS has no collections.abc

from alula.engine import Engine
from alula.errors import AlulaError, DataDependentShapeError
from alula.graph.constant import Constant
from alula.graph.graph import Graph, Node
from alula.host.table import Table
from alula.ops.host_call import called, keywords_of, tensor_of
from alula.plans import Plan
from alula.routine.call import Call
from alula.routine.cut import Cut, operator_of
from alula.routine.part import Part

# Host operators that do with texts what kernels, of the same name without this, can't.
OF_TEXTS = ' of texts'


class Routine:
    """Runs a graph. `run` is a generator of Calls, so that one text serves callers that wait for a device and those
    that don't, however deep control flow goes. `around`: the constants of the graphs around it, by name; None for a
    model's own graph. `is_one_part`: kernels are all that it needs, until planning meets a shape that only a run knows.
    """

    def __init__(self, engine: Engine, graph: Graph, around: Table[str, Constant] | None) -> None:
        self.engine = engine
        self.graph = graph
        self.at: Table[str, bool] = Table()
        self.hosts: Table[Node, HostNode] = Table()
        # Parts and HostNodes in the order in which they run.
        self.steps: list[Any] = []
        self.is_one_part: bool = around is None and not graph.needs_host
        if self.is_one_part:
            self.steps = [Part(engine, graph)]
        else:
            if around is not None:
                self._capture(around)
            self._cut()

    def _capture(self, around: Table[str, Constant]) -> None:
        """Constants of graphs around this one are constants here."""
        for name in self.graph.captured:
            constant = around.find(name)
            if constant is not None:
                self.graph.initializers.put(name, constant)

    def _cut(self) -> None:
        self.is_one_part = False
        cut = Cut(self.engine.model, self.graph, self.at)
        for step in self.steps:
            if isinstance(step, Part):
                step.release()
                self.engine.parts.remove(step)
        self.steps = []
        for rank, nodes in enumerate(cut.groups):
            if rank % 2 == 1:
                self.steps.extend([self._host_node(node) for node in nodes])
            elif len(nodes) > 0:
                self.steps.append(Part(self.engine, cut.kernels(rank)))

    def _host_node(self, node: Node) -> HostNode:
        found = self.hosts.find(node)
        if found is None:
            found = HostNode(self, node)
            self.hosts.put(node, found)
        return found

    def run(self, env: Table[str, Any]) -> Generator[Call, None, None]:
        """Put the outputs into `env`, which has the inputs (an optional that is absent isn't there)."""
        while True:
            steps = self.steps
            try:
                for step in steps:
                    yield from step.run(env)
                return
            except DataDependentShapeError as error:
                # Another run may have cut meanwhile.
                if steps is self.steps:
                    if not self._could_cut(error):
                        raise
                    self._cut()

    def first(self, known: Table[str, list[int]]) -> Generator[Call, None, None]:
        """A call of the first part on nothing, if it can be planned for what is known of the shapes of the graph's
        inputs, before their values are there. DataDependentShapeError if no values would help."""
        part = self.steps[0] if len(self.steps) > 0 else None
        if not isinstance(part, Part) or not all(known.has(info.name) for info in part.feeds):
            return
        shapes: Table[str, list[int]] = Table()
        for info in part.feeds:
            shapes.put(info.name, known.at(info.name))
        nothing: Table[str, Any] = Table()
        try:
            yield Call(part, part.planned(shapes, nothing), nothing)
        except DataDependentShapeError as error:
            if not part.could_ask(error.inputs, shapes):
                if self._could_cut(error):
                    self._cut()
                    yield from self.first(known)
                elif len(error.inputs) == 0:
                    raise

    def _could_cut(self, error: DataDependentShapeError) -> bool:
        """Whether to cut at the values that it names, so far not cut at, gets further."""
        fresh = [n for node in self.graph.nodes for n in node.outputs if n in error.sources and not self.at.has(n)]
        for name in fresh:
            self.at.put(name, True)
        if error.node is not None:
            error.node.op_type += OF_TEXTS
        return error.node is not None or len(fresh) > 0

    def value(self, env: Table[str, Any], name: str) -> Any:
        """A value of `env` or a constant; None for an optional that is absent."""
        found = env.find(name)
        constant = self.graph.initializers.find(name) if found is None else None
        return found if constant is None else tensor_of(constant)


class HostNode:
    """A node that a host operator computes, with the routines of its subgraphs."""

    def __init__(self, routine: Routine, node: Node) -> None:
        self.routine = routine
        self.node = node
        self.operator = operator_of(routine.engine.model, node)
        self.keywords = keywords_of(node)
        self.title = node.title()
        self.plans: list[Plan] = []
        routine.engine.parts.append(self)
        self.bodies: Table[str, Routine] = Table()
        for name in node.attributes.keys_list():
            value = node.attributes.at(name)
            if isinstance(value, Graph):
                self.bodies.put(name, Routine(routine.engine, value, routine.graph.initializers))

    def run(self, env: Table[str, Any]) -> Generator[Call, None, None]:
        """Put the outputs into `env`."""
        node = self.node
        try:
            inputs = [None if name == '' else self.routine.value(env, name) for name in node.inputs]
            keywords = self.keywords
            for name in self.bodies.keys_list():
                keywords[name] = Subgraph(self.bodies.at(name), env)
            # An Identity of what kernels don't have hands it on.
            results: Any = called(self.operator, inputs, keywords) if self.operator.on_host else inputs
            if self.bodies.count() > 0:
                results = yield from results
            for i, name in enumerate(node.outputs):
                if name != '' and results[i] is not None:
                    env.put(name, results[i])
        except AlulaError as error:
            raise error.within(f'Node {self.title} of opset {self.routine.engine.model.opset_of(node)}') from error

    def release(self) -> None:
        """There is nothing to let go of."""


class Subgraph:
    """A graph among a node's attributes, as the operator gets it: `results = yield from body.run(values)`, as often as
    it likes. `graph` tells of its inputs and outputs; `around`: the values that it may capture."""

    def __init__(self, routine: Routine, around: Table[str, Any]) -> None:
        self.routine = routine
        self.graph = routine.graph
        self.around = around

    def run(self, values: list[Any]) -> Generator[Call, None, list[Any]]:
        """The outputs for these inputs, in order."""
        env = Scope(self.around)
        for i, info in enumerate(self.graph.inputs):
            if values[i] is not None:
                env.put(info.name, values[i])
        yield from self.routine.run(env)
        return [self.routine.value(env, info.name) for info in self.graph.outputs]


class Scope(Table):  # type: ignore[type-arg]  # a base with parameters is an item at run time
    """The values of a subgraph, and of the graphs `around` it: their names differ."""

    def __init__(self, around: Table[str, Any]) -> None:
        super().__init__()
        self.around = around

    def find(self, key: str) -> Any:
        found = super().find(key)
        return self.around.find(key) if found is None else found
