"""Control flow: operators that run graphs."""

from __future__ import annotations

from typing import Any, Generator  # noqa: UP035 - JS has no collections.abc

from alula.errors import ShapeError
from alula.graph.graph import ValueInfo
from alula.ops.attributes import normal_axis
from alula.ops.blocks import blank, entry, integers, joined, part, scalar, stacked
from alula.ops.registry import host_operator
from alula.tensor import Tensor


@host_operator('If', 1)
def if_(condition: Tensor, *, then_branch: Any = None, else_branch: Any = None) -> Generator[Any, None, list[Any]]:
    branch = then_branch if scalar(condition) != 0 else else_branch
    results = yield from branch.run([])
    return results  # type: ignore[no-any-return]


@host_operator('Loop', 1)
def loop(
    most: Tensor | None, condition: Tensor | None, *carried: Any, body: Any = None
) -> Generator[Any, None, list[Any]]:
    """The body again and again, as often as `most` says and while its first output is true; what it makes besides the
    carried values is stacked."""
    limit: int = -1 if most is None else scalar(most)
    goes_on: bool = condition is None or scalar(condition) != 0
    values: list[Any] = [*carried]
    infos: list[ValueInfo] = body.graph.outputs[len(values) + 1 :]
    rows: list[list[Tensor]] = [[] for _ in infos]
    # The number of the iteration and the condition are scalars, or of the rank that the body says.
    ranks = [[1] if info.shape is not None and len(info.shape) == 1 else [] for info in body.graph.inputs[:2]]
    count = 0
    while goes_on and count != limit:
        given = [integers(ranks[0], [count]), Tensor('bool', [True], ranks[1]), *values]
        condition, *values = yield from _ran(body, given, rows)
        goes_on = scalar(condition) != 0
        count += 1
    return [*values, *[_stacked(rows[k], 0, info) for k, info in enumerate(infos)]]


@host_operator('Scan', 9)
def scan(
    *inputs: Any,
    body: Any = None,
    num_scan_inputs: int = 0,
    scan_input_axes: list[int] | None = None,
    scan_input_directions: list[int] | None = None,
    scan_output_axes: list[int] | None = None,
    scan_output_directions: list[int] | None = None,
) -> Generator[Any, None, list[Any]]:
    """The body for each entry of the scanned inputs, with states that it hands on; what it makes besides is stacked."""
    states = len(inputs) - num_scan_inputs
    scanned: list[Tensor] = [*inputs[states:]]
    axes = [normal_axis(_at(scan_input_axes, k), len(x.dims)) for k, x in enumerate(scanned)]
    length = scanned[0].dims[axes[0]]
    for k, x in enumerate(scanned):
        if x.dims[axes[k]] != length:
            raise ShapeError(f'Inputs to be scanned of length {x.dims[axes[k]]} and {length}')
    values: list[Any] = [*inputs[:states]]
    infos: list[ValueInfo] = body.graph.outputs[states:]
    rows: list[list[Tensor]] = [[] for _ in infos]
    for i in range(length):
        entries = [
            entry(x, axes[k], length - 1 - i if _at(scan_input_directions, k) != 0 else i)
            for k, x in enumerate(scanned)
        ]
        values = yield from _ran(body, [*values, *entries], rows)
    for k, row in enumerate(rows):
        made = row[::-1] if _at(scan_output_directions, k) != 0 else row
        values.append(_stacked(made, _at(scan_output_axes, k), infos[k]))
    return values


@host_operator('Scan', 8)
def scan_8(
    lengths: Tensor | None,
    *inputs: Any,
    body: Any = None,
    num_scan_inputs: int = 0,
    directions: list[int] | None = None,
) -> Generator[Any, None, list[Any]]:
    """Of each entry of a batch by itself, as far as its length; what is stacked is filled with zeros from there on."""
    states = len(inputs) - num_scan_inputs
    batch: int = inputs[0].dims[0]
    longest: int = inputs[states].dims[1]
    outputs: list[list[Any]] = [[] for _ in body.graph.outputs]
    for b in range(batch):
        count: int = longest if lengths is None else lengths.array[b]
        own = [entry(x, 0, b) for x in inputs]
        used = [*own[:states], *[part(x, 0, 0, count) for x in own[states:]]]
        results = yield from scan(*used, body=body, num_scan_inputs=num_scan_inputs, scan_input_directions=directions)
        for k, result in enumerate(results):
            if k >= states and count < longest:
                result = joined([result, blank(result.dtype, [longest - count, *result.dims[1:]])], 0)
            outputs[k].append(result)
    return [stacked(rows, 0) for rows in outputs]


def _ran(body: Any, given: list[Any], rows: list[list[Tensor]]) -> Generator[Any, None, list[Any]]:
    """The body's first outputs; the last ones are added to `rows`."""
    results: list[Any] = yield from body.run(given)
    end = len(results) - len(rows)
    for k, row in enumerate(rows):
        row.append(results[end + k])
    return results[:end]


def _at(values: list[int] | None, index: int) -> int:
    return 0 if values is None else values[index]


def _stacked(rows: list[Tensor], axis: int, info: ValueInfo) -> Tensor:
    """The rows along a new axis; of none what the graph says of them, dims that it leaves open being 0."""
    if len(rows) > 0:
        return stacked(rows, axis)
    dims = [0 if d is None or isinstance(d, str) else d for d in info.shape] if info.shape is not None else []
    at = normal_axis(axis, len(dims) + 1)
    return blank(info.dtype, [*dims[:at], 0, *dims[at:]])
