"""Operators of ai.onnx.ml from and to maps."""

from __future__ import annotations

from typing import Any

from alula.errors import ShapeError
from alula.host.arrays import array_from_list, trunc
from alula.kernels.view import dims_text
from alula.ops.attributes import one_of, required
from alula.ops.blocks import blank, entry
from alula.ops.registry import host_operator
from alula.ops.text_casts import cast_tensor
from alula.tensor import Entries, Tensor, wrapped

CASTS: dict[str, str] = {'TO_FLOAT': 'float32', 'TO_STRING': 'string', 'TO_INT64': 'int64'}


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
    return [[Entries(keys, entry(rows, 0, i)) for i in range(rows.dims[0])]]


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
    `max_map` (SPARSE), where 0 or '' stands for what isn't there."""
    dtype = CASTS[one_of('cast_to', list(CASTS.keys()), cast_to)]
    places = range(max_map) if map_form == 'SPARSE' else sorted(x.keys)
    found = dict_vectorizer(x, int64_vocabulary=list(places))[0]
    if dtype == 'string':
        return [cast_tensor(found, dtype)]
    if found.dtype == 'string':
        texts = ['0' if text == '' else text for text in found.array]
        return [cast_tensor(wrapped('string', texts, found.dims), dtype)]
    whole = [trunc(value) if dtype == 'int64' else value for value in found.array]
    return [wrapped(dtype, array_from_list(dtype, whole), found.dims)]
