"""ModelInfo: what a model's file says of itself, for whoever wants to look before running it."""

from __future__ import annotations

from typing import Any

import alula.ops.catalogue as catalogue
from alula.graph.graph import Model, Node, function_key, version_of
from alula.host.table import Table
from alula.kernels.view import numel
from alula.loading import model_bytes
from alula.metadata import ValueMetadata, described
from alula.model.onnx_reader import read_model
from alula.ops.registry import find_operator
from alula.store.files import Files


class ModelInfo:
    """A model as its file has it: not validated, its external data not fetched.

    `size`: bytes of the file. `opsets`: version by domain, ONNX's own called 'ai.onnx'. `metadata`: the model's
    key-value pairs. `inputs`, `outputs`: name, type and shape of each; inputs with a default in the file are left out.
    `operators`: how often each stands in the graph, its subgraphs and the model's own functions, most frequent first,
    called 'Conv' or 'com.microsoft.Gelu'. `unsupported`: those of them that Alula does not have. `parameters`: elements
    of all initializers. `external_data`: the files with the rest of the weights.
    """

    def __init__(self, size: int, model: Model) -> None:
        self.size = size
        self.producer = model.producer
        self.ir_version = model.ir_version
        self.opsets: dict[str, int] = {}
        for domain in model.opsets.keys_list():
            self.opsets['ai.onnx' if domain == '' else domain] = model.opsets.at(domain)
        self.metadata: dict[str, str] = model.described()
        self.inputs: list[ValueMetadata] = [described(info, None) for info in model.graph.feeds()]
        self.outputs: list[ValueMetadata] = [described(info, None) for info in model.graph.outputs]
        self.operators: dict[str, int] = {}
        self.unsupported: list[str] = []
        self.parameters: int = sum([numel(constant.shape) for constant in model.graph.initializers.values_list()])
        self.external_data: list[str] = model.external_locations()
        local = [function.key for function in model.functions]
        counts: Table[str, int] = Table()
        self._count(model.graph.nodes, model.opsets, local, counts)
        for function in model.functions:
            self._count(function.nodes, function.opsets, local, counts)
        for name in sorted(counts.keys_list(), key=lambda name: -counts.at(name)):
            self.operators[name] = counts.at(name)

    def _count(self, nodes: list[Node], opsets: Table[str, int], local: list[str], counts: Table[str, int]) -> None:
        """Count the operators of nodes and of the graphs in them."""
        assert len(catalogue.FAMILIES) > 0
        for node in nodes:
            name = node.op_type if node.domain == '' else node.domain + '.' + node.op_type
            count = counts.find(name)
            counts.put(name, 1 if count is None else count + 1)
            if count is None and function_key(node.domain, node.op_type, node.overload) not in local:
                if find_operator(node.domain, node.op_type, version_of(opsets, node.domain)) is None:
                    self.unsupported.append(name)
            for graph in node.subgraphs:
                self._count(graph.nodes, opsets, local, counts)

    @staticmethod
    async def read(model: Any, *, on_progress: Any = None, signal: Any = None) -> ModelInfo:
        """Read the bytes of an ONNX file, or the file at a path or URL.

        `on_progress(loaded, total)`: bytes, while fetching. `signal`: an AbortSignal.
        Raises ModelFormatError, FetchError, AbortedError.
        """
        data = await model_bytes(model, 0, None, None, Files(None, on_progress, signal))
        return ModelInfo(len(data), read_model(data))
