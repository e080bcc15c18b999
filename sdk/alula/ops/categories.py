"""Operators of ai.onnx.ml that look values up in a table of keys: labels, categories."""

from __future__ import annotations

from typing import Any

from alula.dtypes import is_float
from alula.errors import AttributeValueError
from alula.kernels.expr import Expr, add, cast, eq, le, load, logical_not, ne, where
from alula.kernels.view import View, broadcast, numel
from alula.ops.attributes import counted, required
from alula.ops.registry import operator
from alula.ops.shape import trailing
from alula.plan.lower import Lowering


def looked_up(g: Lowering, x: View, keys: View, values: View, default: View) -> Any:
    """For each element of x the value at the place that it has among `keys`, or `default`. NaN is a key like others.

    Texts are found by their numbers. A search by halves: a Map for each doubling of the number of keys.
    """
    if keys.dtype != x.dtype or numel(keys.shape) != numel(values.shape):
        raise AttributeValueError('keys', f'of {keys.dtype} and values do not fit each other, or {x.dtype}')

    def made() -> list[View]:
        numbers = g.numbers(keys, 'keys')
        order = [k for k in range(len(numbers)) if numbers[k] == numbers[k]]
        order.sort(key=lambda k: numbers[k])
        nan = [k for k in range(len(numbers)) if numbers[k] != numbers[k]]
        size = 1
        while size < len(order):
            size *= 2
        # The last key again, up to a power of two.
        padded = [*order, *[order[-1] for _ in range(size - len(order))]]
        places = g.constants.of_list('int32', [size], padded)
        return [g.constants.of_list(keys.dtype, [size], [numbers[k] for k in padded]), places,
                g.constants.of_list('int32', [len(nan)], nan)]  # fmt: skip

    if numel(keys.shape) == 0:
        return broadcast(default, x.shape)
    rising, places, nan = g.once(made)
    place = broadcast(g.constant('int32', [], [0]), x.shape)
    step = rising.shape[0] // 2
    while step > 0:
        further = add(place, step)
        place = g.map_over(where(le(load(rising, further), x), further, place), x.shape)
        step = step // 2
    found = where(eq(load(rising, place), x), load(values, load(places, place)), default)
    return where(ne(x, x), load(values, load(nan, 0)), found) if nan.shape[0] > 0 else found


def _one_of(g: Lowering, what: str, strings: Any, ints: Any, floats: Any, tensor: Any) -> View:
    """The table that is given by an attribute of one of several types."""
    if tensor is not None:
        return g.reshape(tensor, [numel(tensor.shape)])
    if strings is not None:
        return g.texts(strings)
    if ints is not None:
        return g.constant('int64', [len(ints)], ints)
    return g.constant('float32', [len(required(what, floats))], floats)


def _default(g: Lowering, dtype: str, text: str, whole: int, fraction: float) -> View:
    if dtype == 'string':
        return g.reshape(g.texts([text]), [])
    return g.constant(dtype, [], [fraction if is_float(dtype) else whole])


@operator('ai.onnx.ml.LabelEncoder', 2)
def label_encoder(
    g: Lowering,
    x: View,
    *,
    keys_strings: list[str] | None = None,
    keys_int64s: list[int] | None = None,
    keys_floats: list[float] | None = None,
    keys_tensor: View | None = None,
    values_strings: list[str] | None = None,
    values_int64s: list[int] | None = None,
    values_floats: list[float] | None = None,
    values_tensor: View | None = None,
    default_string: str = '_Unused',
    default_int64: int = -1,
    default_float: float = -0.0,
    default_tensor: View | None = None,
) -> Any:
    """Tensors as attributes came with version 4."""
    keys = _one_of(g, 'keys', keys_strings, keys_int64s, keys_floats, keys_tensor)
    values = _one_of(g, 'values', values_strings, values_int64s, values_floats, values_tensor)
    default = _default(g, values.dtype, default_string, default_int64, default_float)
    if default_tensor is not None:
        default = g.reshape(default_tensor, [])
    return looked_up(g, x, keys, values, default)


@operator('ai.onnx.ml.LabelEncoder', 1)
def label_encoder_1(
    g: Lowering,
    x: View,
    *,
    classes_strings: list[str] | None = None,
    default_int64: int = -1,
    default_string: str = '_Unused',
) -> Any:
    """A class's name becomes its number, a number that name."""
    names = required('classes_strings', classes_strings)
    return category_mapper(
        g, x, cats_strings=names, cats_int64s=list(range(len(names))), default_int64=default_int64,
        default_string=default_string,
    )  # fmt: skip


@operator('ai.onnx.ml.CategoryMapper', 1)
def category_mapper(
    g: Lowering,
    x: View,
    *,
    cats_strings: list[str] | None = None,
    cats_int64s: list[int] | None = None,
    default_int64: int = -1,
    default_string: str = '_Unused',
) -> Any:
    """Texts become their numbers, numbers their texts."""
    texts = g.texts(required('cats_strings', cats_strings))
    numbers = g.constant('int64', texts.shape, counted('cats_int64s', cats_int64s, texts.shape[0]))
    if x.dtype == 'string':
        return looked_up(g, x, texts, numbers, _default(g, 'int64', '', default_int64, 0.0))
    return looked_up(g, x, numbers, texts, _default(g, 'string', default_string, 0, 0.0))


@operator('ai.onnx.ml.OneHotEncoder', 1)
def one_hot_encoder(
    g: Lowering,
    x: View,
    *,
    cats_strings: list[str] | None = None,
    cats_int64s: list[int] | None = None,
    zeros: int = 1,
) -> Expr:
    """A 1 at the place of the category, which is a new dim; floats are truncated. One that is not there is all zeros,
    or an error (`zeros` 0)."""
    categories = _one_of(g, 'cats_int64s', cats_strings, cats_int64s, None, None)
    key = g.map(cast(x, categories.dtype)) if x.dtype != 'string' else x
    hit = g.map(eq(trailing(key, 1), categories))
    if zeros == 0:
        rank = len(x.shape)
        g.check(logical_not(g.reduce('max', hit, [rank], False)), 'An element is none of the categories')
    return cast(hit, 'float32')
