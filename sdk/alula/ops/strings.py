"""Operators that look into texts. Where texts are only moved or compared, kernels do it (alula.texts)."""

from __future__ import annotations

from typing import Any

from alula.errors import ShapeError
from alula.host.arrays import array_from_list, typed
from alula.host.pattern import full_match
from alula.host.table import Table
from alula.kernels.view import broadcast_shapes, dims_text, numel, ordered_strides
from alula.ops.attributes import listed, one_of, required
from alula.ops.blocks import integers
from alula.ops.pattern import common_pattern
from alula.ops.registry import host_operator
from alula.tensor import Tensor, wrapped


def _places(dims: list[int], shape: list[int]) -> list[int]:
    """Where the elements of `shape`, row-major, lie in a tensor of `dims` that is broadcast to it."""
    strides = ordered_strides(dims, None)
    lead = len(shape) - len(dims)
    places = [0]
    for d, size in enumerate(shape):
        stride = 0 if d < lead or dims[d - lead] == 1 else strides[d - lead]
        places = [place + i * stride for place in places for i in range(size)]
    return places


@host_operator('StringConcat', 20)
def string_concat(a: Tensor, b: Tensor) -> list[Any]:
    shape = broadcast_shapes([a.dims, b.dims])
    ends = _places(b.dims, shape)
    return [wrapped('string', [a.array[p] + b.array[ends[i]] for i, p in enumerate(_places(a.dims, shape))], shape)]


@host_operator('StringSplit', 20)
def string_split(x: Tensor, *, delimiter: str | None = None, maxsplit: int | None = None) -> list[Any]:
    """The pieces of each text along a new dim, filled up with empty texts, and how many they are. Without a delimiter
    words, which any amount of white space separates."""
    most = -1 if maxsplit is None else maxsplit
    by = None if delimiter == '' else delimiter
    rows = [text.split(by, most) for text in x.array]
    width = max([0, *[len(row) for row in rows]])
    pieces: list[str] = []
    for row in rows:
        pieces.extend([row[i] if i < len(row) else '' for i in range(width)])
    return [wrapped('string', pieces, [*x.dims, width]), integers(x.dims, [len(row) for row in rows])]


@host_operator('StringNormalizer', 10)
def string_normalizer(
    x: Tensor,
    *,
    case_change_action: str = 'NONE',
    is_case_sensitive: int = 0,
    locale: str = '',
    stopwords: list[str] | None = None,
) -> list[Any]:
    """The texts but for the stop words, in one case; one empty text if none is left. Cases are those of Unicode,
    whatever the locale."""
    if len(x.dims) not in [1, 2] or x.dims[0] != 1 and len(x.dims) == 2:
        raise ShapeError(f'StringNormalizer takes [C] or [1, C], not {dims_text(x.dims)}')
    fold = is_case_sensitive == 0
    stops = [word.lower() if fold else word for word in listed(stopwords)]
    kept = [text for text in x.array if (text.lower() if fold else text) not in stops]
    if one_of('case_change_action', ['NONE', 'LOWER', 'UPPER'], case_change_action) != 'NONE':
        kept = [text.lower() if case_change_action == 'LOWER' else text.upper() for text in kept]
    if len(kept) == 0:
        kept = ['']
    return [wrapped('string', kept, [*x.dims[:-1], len(kept)])]


@host_operator('RegexFullMatch', 20)
def regex_full_match(x: Tensor, *, pattern: str | None = None) -> list[Any]:
    """Which texts a pattern of RE2 matches as a whole. See alula.ops.pattern."""
    matches: Any = full_match(common_pattern(required('pattern', pattern)))
    return [wrapped('bool', array_from_list('bool', [matches(text) for text in x.array]), x.dims)]


@host_operator('TfIdfVectorizer', 9)
def tf_idf_vectorizer(
    x: Tensor,
    *,
    max_gram_length: int = 1,
    max_skip_count: int = 0,
    min_gram_length: int = 1,
    mode: str = 'TF',
    ngram_counts: list[int] | None = None,
    ngram_indexes: list[int] | None = None,
    pool_int64s: list[int] | None = None,
    pool_strings: list[str] | None = None,
    weights: list[float] | None = None,
) -> list[Any]:
    """How often each n-gram of a pool occurs in a row, its elements next to each other or with up to `max_skip_count`
    others between any two of them; times its weight (TFIDF), or the weight of those that occur (IDF)."""
    pool: list[Any] = listed(pool_int64s if pool_strings is None else pool_strings)
    starts = [*listed(ngram_counts), len(pool)]
    columns = listed(ngram_indexes)
    # Elements by small numbers, and n-grams by those of their elements.
    elements: Table[Any, int] = Table()
    grams: Table[str, int] = Table()
    for element in pool:
        if not elements.has(element):
            elements.put(element, elements.count())
    for size in range(1, len(starts)):
        for begin in range(starts[size - 1], starts[size], size):
            key = ' '.join([f'{elements.at(element)}' for element in pool[begin : begin + size]])
            grams.put(key, grams.count())
    width = max([-1, *columns]) + 1
    length = 1 if len(x.dims) == 0 else x.dims[-1]
    rows = numel(x.dims) // max(length, 1) if length > 0 else numel(x.dims[:-1])
    out = typed('float32', rows * width)
    known = [elements.find(x.array[i]) for i in range(rows * length)]
    for row in range(rows):
        row_elements = known[row * length : (row + 1) * length]
        for size in range(min_gram_length, min(max_gram_length, len(starts) - 1) + 1):
            for step in range(1, 2 if size == 1 else max_skip_count + 2):
                for begin in range(length - (size - 1) * step):
                    gram = grams.find(' '.join([f'{row_elements[begin + k * step]}' for k in range(size)]))
                    if gram is not None:
                        at = row * width + columns[gram]
                        weight = 1.0 if mode == 'TF' or weights is None else weights[gram]
                        out[at] = weight if mode == 'IDF' else out[at] + weight
    return [wrapped('float32', out, [*x.dims[:-1], width])]
