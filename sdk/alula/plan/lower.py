"""Lowering: a graph with concrete input shapes becomes steps, by asking each node's operator function what it means.

Since every shape is known, shape arithmetic (Shape, Gather, Concat … of shapes) folds to constants on the way and
never becomes a step.
"""

from __future__ import annotations

from typing import Any

from alula.errors import AlulaError, AttributeValueError, DataDependentShapeError, UnsupportedFeatureError
from alula.graph.constant import Constant
from alula.graph.graph import Graph, Model, Node
from alula.host.arrays import f32_bits, to_list
from alula.host.table import Table
from alula.kernels.view import View, dense, numel
from alula.ops.host_call import called, keywords_of
from alula.ops.registry import Operator, find_operator
from alula.plan.builder import Builder
from alula.plan.constants import Constants
from alula.tensor import Tensor, wrapped


class Lowering(Builder):
    """Lowers one graph. Also what operator functions see as `g`: the builder, and what the node in hand asks for."""

    def __init__(self, model: Model, constants: Constants) -> None:
        super().__init__(constants)
        self.model = model
        self.values: Table[str, View] = Table()
        # The name of each input by its buffer's label.
        self.inputs: Table[str, str] = Table()
        # Inputs of the Program that no feed has: a run draws them at random.
        self.drawn: Table[str, View] = Table()
        # How many outputs the node in hand asks for, its inputs, and the number of steps before it.
        self.output_count = 0
        self.node_inputs: list[str] = []
        self.node_begin = 0
        self.node: Any = None

    def input(self, name: str, dtype: str, shape: list[int]) -> View:
        """Declare a graph input of concrete shape."""
        view = dense(self.buffer(dtype, numel(shape)), shape)
        self.values.put(name, view)
        self.inputs.put(view.buffer.label, name)
        return view

    def uniform(self, shape: list[int], seed: float | None) -> View:
        """float32 numbers in [0, 1): drawn anew in each run; or with a seed a constant, the same on all hosts."""
        if seed is None:
            view = dense(self.buffer('float32', numel(shape)), shape)
            # No value of a model is called so: names begin with no space.
            self.drawn.put(f' random {self.drawn.count()}', view)
            return view
        return self.constants.random(shape, f32_bits(seed))

    def unknown(self, view: View, what: str) -> DataDependentShapeError:
        error = super().unknown(view, what)
        needed = self._sources(view, 0)
        error.inputs = [self.inputs.at(label) for label in self.inputs.keys_list() if needed.has(label)]
        needed = self._sources(view, self.node_begin)
        error.sources = [name for name in self.node_inputs if name != '' and self._is_needed(name, needed)]
        return error

    def _sources(self, view: View, begin: int) -> Table[str, bool]:
        """The labels of the buffers that the steps from `begin` on compute a view from, its own among them."""
        needed: Table[str, bool] = Table()
        needed.put(view.buffer.label, True)
        for step in reversed(self.steps[begin:]):
            if any(needed.has(output.buffer.label) for output in step.outputs):
                for source in step.inputs:
                    needed.put(source.buffer.label, True)
        return needed

    def _is_needed(self, name: str, needed: Table[str, bool]) -> bool:
        buffer = self.values.at(name).buffer
        return needed.has(buffer.label) and not buffer.is_constant

    def once(self, make: Any) -> Any:
        """What `make()` gives: constants that follow from the attributes of the node in hand, made once, whatever
        shapes are planned."""
        made = self.constants.by_node
        if not made.has(self.node):
            made.put(self.node, make())
        return made.at(self.node)

    def on_host(self) -> DataDependentShapeError:
        """The error to raise where the node in hand has texts that kernels can't do with: it is then that of the host
        operator of its name and 'of texts' (alula.routine)."""
        error = DataDependentShapeError('texts', 'kernels know them by their numbers alone', [], [])
        error.node = self.node
        return error

    def run(self, graph: Graph) -> None:
        """Lower every node, in order."""
        for name in graph.initializers.keys_list():
            self.values.put(name, self.constants.of_model(graph.initializers.at(name)))
        for node in graph.nodes:
            self._lower(node)

    def applied(self, graph: Graph, inputs: list[View]) -> list[View]:
        """The outputs of a graph among the attributes of the node in hand."""
        origin = self.origin
        for i, info in enumerate(graph.inputs):
            self.values.put(info.name, inputs[i])
        self.run(graph)
        self.origin = origin
        return [self.values.at(info.name) for info in graph.outputs]

    def _lower(self, node: Node) -> None:
        self.origin = node.title()
        self.node_inputs = node.inputs
        self.node_begin = len(self.steps)
        self.node = node
        version = self.model.opset_of(node)
        operator = find_operator(node.domain, node.op_type, version)
        assert operator is not None  # Else loading.check_operators would have refused the model.
        try:
            if operator.on_host:
                self._fold(operator, node)
            else:
                self._apply(operator, node)
        except AlulaError as error:
            raise error.within(f'Node {self.origin} of opset {version}') from error

    def _apply(self, operator: Operator, node: Node) -> None:
        """Give the node's outputs what the operator makes of its inputs and attributes."""
        self.output_count = len(node.outputs)
        rest = [None if name == '' else self.values.at(name) for name in node.inputs]
        keywords: dict[str, Any] = {}
        for name in node.attributes.keys_list():
            value = node.attributes.at(name)
            keywords[name] = self.constants.of_model(value) if isinstance(value, Constant) else value
        views: list[View | None] = []
        for word in operator.inputs.split():
            if '=' in word:
                _take_fixed(keywords, word)
                continue
            view = rest.pop(0) if len(rest) > 0 else None
            if word == '.':
                views.append(view)
            elif view is not None:
                keywords[word] = self.numbers(view, word)
        views.extend(rest)
        results = operator.meaning(self, *views) if len(keywords) == 0 else operator.meaning(self, *views, **keywords)
        if not isinstance(results, list):
            results = [results]
        for i, name in enumerate(node.outputs):
            if name != '':
                if i >= len(results) or results[i] is None:
                    raise UnsupportedFeatureError(f'output {i + 1} of {node.op_type}')
                self.values.put(name, self.map(results[i]))

    def _fold(self, operator: Operator, node: Node) -> None:
        """What a host operator makes of values that are all known becomes constants; an If becomes its branch."""
        if len(node.subgraphs) > 0:
            self._inline(node)
            return
        inputs = [None if name == '' else self._tensor(self.values.at(name), name) for name in node.inputs]
        results = called(operator, inputs, keywords_of(node))
        for i, name in enumerate(node.outputs):
            if name != '':
                self.values.put(name, self._known(results[i]))

    def _tensor(self, view: View, name: str) -> Tensor:
        array = self.elements(view, name)
        return wrapped(view.dtype, self.constants.texts.texts(array) if view.dtype == 'string' else array, view.shape)

    def _known(self, tensor: Tensor) -> View:
        if tensor.dtype == 'string':
            return self.constants.of_texts(tensor.dims, tensor.array)
        return self.constants.of_values(tensor.dtype, tensor.dims, to_list(tensor.array))

    def _inline(self, node: Node) -> None:
        """The branch of an If whose condition is known."""
        condition = self.elements(self.values.at(node.inputs[0]), 'cond')
        branch: Graph = node.attributes.at('then_branch' if condition[0] != 0 else 'else_branch')
        results = self.applied(branch, [])
        for i, name in enumerate(node.outputs):
            if name != '':
                self.values.put(name, results[i])


def _take_fixed(keywords: dict[str, Any], word: str) -> None:
    """Take an attribute away that may only have the value behind the `=`, or any if there is none."""
    name, wanted = word.split('=')
    if name in keywords:
        given = keywords.pop(name)
        if wanted not in ['', f'{given}']:
            raise AttributeValueError(name, f'must be {wanted}, not {given}')
