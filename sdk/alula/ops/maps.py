"""Operators of ai.onnx.ml from and to maps."""

from __future__ import annotations

from typing import Any

from alula.errors import AttributeValueError, ShapeError, ValueCheckError
from alula.host.arrays import array_from_list, trunc
from alula.host.text import parse_float, parse_int
from alula.kernels.view import dims_text
from alula.ops.attributes import required
from alula.ops.blocks import blank, numbers_of, part
from alula.ops.registry import host_operator
from alula.tensor import Entries, Tensor, wrapped


@host_operator('ai.onnx.ml.ZipMap', 1)
def zip_map(
    x: Tensor, *, classlabels_int64s: list[int] | None = None, classlabels_strings: list[str] | None = None
) -> list[Any]:
    """A map from class labels to the scores of each row."""
    labels: Any = classlabels_int64s if classlabels_strings is None else classlabels_strings
    keys = required('classlabels_int64s', labels)
    rows = wrapped(x.dtype, x.array, x.dims if len(x.dims) == 2 else [1, x.size])
    if rows.dims[1] != len(keys):
        raise ShapeError(f'ZipMap of {dims_text(x.dims)} with {len(keys)} labels')
    return [[Entries(keys, _row(rows, i)) for i in range(rows.dims[0])]]


def _row(rows: Tensor, index: int) -> Tensor:
    found = part(rows, 0, index, index + 1)
    return wrapped(found.dtype, found.array, [found.size])


@host_operator('ai.onnx.ml.DictVectorizer', 1)
def dict_vectorizer(
    x: Entries, *, int64_vocabulary: list[int] | None = None, string_vocabulary: list[str] | None = None
) -> list[Any]:
    """[1, words]: the value of each word of a vocabulary, 0 or '' where the map has none."""
    words: Any = required('int64_vocabulary', int64_vocabulary if string_vocabulary is None else string_vocabulary)
    keys: list[Any] = [*x.keys]
    out = blank(x.values.dtype, [1, len(words)])
    for i, word in enumerate(words):
        if word in keys:
            out.array[i] = x.values.array[keys.index(word)]
    return [out]


@host_operator('ai.onnx.ml.CastMap', 1)
def cast_map(x: Entries, *, cast_to: str = 'TO_FLOAT', map_form: str = 'DENSE', max_map: int = 1) -> list[Any]:
    """[1, n] of the values in the order of their keys, which are integers (DENSE), or at the places that these say, of
    `max_map` (SPARSE)."""
    keys: list[Any] = [*x.keys]
    values = numbers_of(x.values)
    order = list(range(len(keys)))
    order.sort(key=lambda i: keys[i])
    if map_form == 'SPARSE':
        found = [keys.index(place) if place in keys else -1 for place in range(max_map)]
    else:
        found = order
    # What onnxruntime writes for a text that is not there.
    nothing = '0.f' if cast_to == 'TO_STRING' else 0
    result = [nothing if i < 0 else _cast(values[i], cast_to) for i in found]
    if cast_to == 'TO_STRING':
        return [wrapped('string', result, [1, len(result)])]
    dtype = 'int64' if cast_to == 'TO_INT64' else 'float32'
    return [wrapped(dtype, array_from_list(dtype, result), [1, len(result)])]


def _cast(value: Any, cast_to: str) -> Any:
    is_text = isinstance(value, str)
    if cast_to == 'TO_STRING':
        return value if is_text else f'{value:.6f}'
    if cast_to not in ['TO_FLOAT', 'TO_INT64']:
        raise AttributeValueError('cast_to', f"must be TO_FLOAT, TO_STRING or TO_INT64, not '{cast_to}'")
    is_whole = cast_to == 'TO_INT64'
    if not is_text:
        return trunc(value) if is_whole else value
    number: Any = parse_int(value) if is_whole else parse_float(value)
    if number is None:
        raise ValueCheckError(f"'{value}' is no number")
    return number
