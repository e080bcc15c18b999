"""From what a user names (bytes, a path, a URL) to a checked graph."""

from __future__ import annotations

from typing import Any

from alula.errors import ArgumentRangeError, ArgumentTypeError, ExternalDataError, UnsupportedOperatorError
from alula.graph.graph import Graph, Model
from alula.graph.prepare import prepare
from alula.host.arrays import TypedArray, as_bytes, sub
from alula.host.data import is_bytes
from alula.host.signals import check_signal
from alula.host.table import Table
from alula.model.onnx_reader import read_model
from alula.ops.coupling import DOMAIN, split_classifiers
from alula.ops.registry import find_operator
from alula.store.files import Files, check
from alula.store.integrity import integrity_of


async def load_model(
    model: Any,
    byte_offset: int,
    byte_length: int | None,
    external_data: list[Any] | None,
    integrity: str | None,
    files: Files,
) -> Model:
    """The model's graph, validated, its functions inlined, its dead nodes removed, its external data attached."""
    check_signal(files.signal, 'Creating the session')
    read = read_model(await model_bytes(model, byte_offset, byte_length, integrity, files))
    parts: Table[str, TypedArray] = Table()
    if external_data is not None:
        for entry in external_data:
            is_path = isinstance(entry, str)
            promised = None if is_path or 'integrity' not in entry else entry['integrity']
            data = await model_bytes(entry if is_path else entry['data'], 0, None, promised, files)
            parts.put(entry if is_path else entry['path'], data)
    for location in read.external_locations():
        if not parts.has(location):
            if not isinstance(model, str):
                raise ExternalDataError(location, '', 'give its bytes in `externalData`')
            parts.put(location, await files.fetch(beside(model, location), None))
    for constant in read.external:
        constant.attach(parts)
    prepare(read)
    if read.opsets.has(DOMAIN):
        split_classifiers(read.graph)
    return read


def beside(model: str, name: str) -> str:
    """The path or URL of a file in the same folder as the model."""
    return model[: model.rfind('/') + 1] + name


async def model_bytes(
    model: Any, byte_offset: int, byte_length: int | None, integrity: str | None, files: Files
) -> TypedArray:
    """The bytes that a caller means by `model`: fetched from its path or URL, or a part of the bytes given."""
    promised = integrity_of(integrity)
    if isinstance(model, str):
        return await files.fetch(model, promised)
    if not is_bytes(model):
        raise ArgumentTypeError('model', 'must be bytes, a path or a URL')
    data = as_bytes(model)
    size = len(data)
    if byte_offset < 0 or byte_offset > size or byte_offset % 1 != 0:
        raise ArgumentRangeError('byteOffset', f'must be within the {size} bytes given, not {byte_offset}')
    end = size if byte_length is None else byte_offset + byte_length
    if end < byte_offset or end > size:
        raise ArgumentRangeError('byteLength', f'must stay within the {size} bytes given')
    part = sub(data, byte_offset, end)
    await check(promised, 'the bytes given', part)
    return part


def check_operators(model: Model) -> None:
    """Look up the operators of all graphs. UnsupportedOperatorError that names every operator that cannot run, not only
    the first."""
    missing: Table[str, UnsupportedOperatorError] = Table()
    _check_graph(model, model.graph, missing)
    if missing.count() > 0:
        first = missing.values_list()[0]
        first.message = ' '.join(missing.keys_list())
        raise first


def _check_graph(model: Model, graph: Graph, missing: Table[str, UnsupportedOperatorError]) -> None:
    for info in [*graph.inputs, *graph.outputs]:
        if info.kind != 'tensor' and info.kind != '':
            graph.needs_host = True
    for node in graph.nodes:
        version = model.opset_of(node)
        operator = find_operator(node.domain, node.op_type, version)
        if operator is None:
            error = UnsupportedOperatorError(node.op_type, node.domain, version, node.title())
            missing.put(error.message, error)
        elif operator.on_host:
            graph.needs_host = True
        for subgraph in node.subgraphs:
            _check_graph(model, subgraph, missing)
