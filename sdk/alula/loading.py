"""From what a user names (bytes, a path, a URL) to a checked graph."""

from __future__ import annotations

from typing import Any

from alula.errors import ArgumentRangeError, ArgumentTypeError, ExternalDataError, UnsupportedOperatorError
from alula.graph.graph import Model
from alula.graph.prepare import prepare
from alula.host.arrays import TypedArray, as_bytes, sub
from alula.host.data import is_bytes
from alula.host.fetch import fetch_bytes
from alula.host.signals import check_signal
from alula.host.table import Table
from alula.model.onnx_reader import read_model
from alula.ops.registry import find_operator


async def load_model(
    model: Any,
    byte_offset: int,
    byte_length: int | None,
    external_data: list[Any] | None,
    on_progress: Any,
    signal: Any,
) -> Model:
    """The model's graph, validated, its functions inlined, its dead nodes removed, its external data attached."""
    check_signal(signal, 'Creating the session')
    source = model if isinstance(model, str) else ''
    read = read_model(await model_bytes(model, byte_offset, byte_length, on_progress, signal))
    files = await _external_files(read.external_locations(), external_data, source, signal)
    for constant in read.external:
        constant.attach(files)
    prepare(read)
    return read


async def model_bytes(
    model: Any, byte_offset: int, byte_length: int | None, on_progress: Any, signal: Any
) -> TypedArray:
    """The bytes that a caller means by `model`: fetched from its path or URL, or a part of the bytes given."""
    if isinstance(model, str):
        return await fetch_bytes(model, on_progress, signal)
    if is_bytes(model):
        return _part(as_bytes(model), byte_offset, byte_length)
    raise ArgumentTypeError('model', 'must be the bytes of a model, or its path or URL')


def _part(data: TypedArray, offset: int, length: int | None) -> TypedArray:
    size = len(data)
    if offset < 0 or offset > size or offset % 1 != 0:
        raise ArgumentRangeError('byteOffset', f'must be within the {size} bytes given, not {offset}')
    end = size if length is None else offset + length
    if end < offset or end > size:
        raise ArgumentRangeError('byteLength', f'must stay within the {size} bytes given')
    return sub(data, offset, end)


async def _external_files(
    locations: list[str], given: list[Any] | None, source: str, signal: Any
) -> Table[str, TypedArray]:
    """The bytes of each file that the model names: those given, else fetched from beside the model."""
    files: Table[str, TypedArray] = Table()
    if given is not None:
        for entry in given:
            path = entry if isinstance(entry, str) else entry['path']
            data = entry if isinstance(entry, str) else entry['data']
            files.put(path, await fetch_bytes(data, None, signal) if isinstance(data, str) else as_bytes(data))
    for location in locations:
        if not files.has(location):
            if source == '':
                raise ExternalDataError(
                    location, '', 'give its bytes in `externalData`, for the model was given as bytes'
                )
            folder = source[: source.rfind('/') + 1]
            files.put(location, await fetch_bytes(folder + location, None, signal))
    return files


def check_operators(model: Model) -> None:
    """UnsupportedOperatorError that names every operator that cannot run, not only the first."""
    missing: list[str] = []
    first: UnsupportedOperatorError | None = None
    for node in model.graph.nodes:
        version = model.opset_of(node)
        if find_operator(node.domain, node.op_type, version) is None:
            error = UnsupportedOperatorError(node.op_type, node.domain, version, node.title())
            if first is None:
                first = error
            if error.message not in missing:
                missing.append(error.message)
    if first is not None:
        first.message = ' '.join(missing)
        raise first
