"""ModelInfo: what a model's file says of itself, for whoever wants to look before running it."""

from __future__ import annotations

from typing import Any

import alula.ops.catalogue as catalogue
from alula.graph.graph import Model, Node, function_key, version_of
from alula.host.table import Table
from alula.loading import model_bytes
from alula.metadata import ValueMetadata, described
from alula.model.onnx_reader import read_model
from alula.ops.registry import find_operator


class ModelInfo:
    """A model as its file has it: not validated, its external data not fetched.

    `size`: bytes of the file. `opsets`: version by domain, ONNX's own called 'ai.onnx'. `metadata`: the model's
    key-value pairs. `inputs`, `outputs`: name, type and shape of each; inputs with a default in the file are left out.
    `operators`: how often each stands in the graph, its subgraphs and the model's own functions, most frequent first,
    called 'Conv' or 'com.microsoft.Gelu'. `unsupported`: those of them that Alula does not have. `parameters`: elements
    of all initializers. `external_data`: the files with the rest of the weights.
    """

    def __init__(self, size: int, model: Model) -> None:
        free: Table[str, int] = Table()
        self.size = size
        self.producer = model.producer
        self.ir_version = model.ir_version
        self.opsets: dict[str, int] = {}
        for domain in model.opsets.keys_list():
            self.opsets['ai.onnx' if domain == '' else domain] = model.opsets.at(domain)
        self.metadata: dict[str, str] = {}
        for key in model.metadata.keys_list():
            self.metadata[key] = model.metadata.at(key)
        self.inputs: list[ValueMetadata] = [described(info, info.shape, free) for info in model.graph.feeds()]
        self.outputs: list[ValueMetadata] = [described(info, info.shape, free) for info in model.graph.outputs]
        census = _Census(model)
        self.operators: dict[str, int] = census.counts()
        self.unsupported: list[str] = census.unsupported
        self.parameters: int = sum([constant.count() for constant in model.graph.initializers.values_list()])
        self.external_data: list[str] = model.external_locations()

    @staticmethod
    async def read(model: Any, *, on_progress: Any = None, signal: Any = None) -> ModelInfo:
        """Read the bytes of an ONNX file, or the file at a path or URL.

        `on_progress(loaded, total)`: bytes, while fetching. `signal`: an AbortSignal.
        Raises ModelFormatError, FetchError, AbortedError.
        """
        data = await model_bytes(model, 0, None, on_progress, signal)
        return ModelInfo(len(data), read_model(data))


class _Census:
    """Counts the operators of a model."""

    def __init__(self, model: Model) -> None:
        assert len(catalogue.FAMILIES) > 0
        self.local = [function.key for function in model.functions]
        self.counted: Table[str, int] = Table()
        self.unsupported: list[str] = []
        self.add(model.graph.nodes, model.opsets)
        for function in model.functions:
            self.add(function.nodes, function.opsets)

    def add(self, nodes: list[Node], opsets: Table[str, int]) -> None:
        for node in nodes:
            name = node.op_type if node.domain == '' else node.domain + '.' + node.op_type
            count = self.counted.find(name)
            self.counted.put(name, 1 if count is None else count + 1)
            if count is None and function_key(node.domain, node.op_type, node.overload) not in self.local:
                if find_operator(node.domain, node.op_type, version_of(opsets, node.domain)) is None:
                    self.unsupported.append(name)
            for graph in node.subgraphs:
                self.add(graph.nodes, opsets)

    def counts(self) -> dict[str, int]:
        """How often each operator stands in the model, most frequent first."""
        names = self.counted.keys_list()
        names.sort(key=lambda name: -self.counted.at(name))
        counts: dict[str, int] = {}
        for name in names:
            counts[name] = self.counted.at(name)
        return counts
